package org.replaymigrate.cli;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.replaymigrate.protocol.upkeep.HomeCheck;
import picocli.CommandLine.Command;

/** Checks what a home holds. */
@Command(
    name = "fsck",
    description = {
      "Reads every checkpoint of this home and all pages that are stored: whether each page that a"
          + " checkpoint needs is there, and is what its name says. Changes nothing; vkernels may"
          + " run meanwhile.",
      "A line for each fault, and exit code 1 if there is one. Packs that no checkpoint needs are"
          + " not a fault: `prune` removes them."
    })
final class FsckCommand extends Subcommand {
  @Override
  int execute() throws IOException {
    HomeCheck.Report report = new HomeCheck(home()).run();
    report.faults().forEach(Subcommand::complain);
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("checkpoints", report.checkpoints());
    figures.put("packs", report.packs());
    figures.put("packBytes", report.packBytes());
    figures.put("pages", report.pages());
    figures.put("unreferencedPages", report.unreferencedPages());
    figures.put("unreferencedPacks", report.unreferencedPacks());
    figures.put("unreferencedBytes", report.unreferencedBytes());
    figures.put("faults", report.faults().size());
    print(figures, Figures.text(figures));
    return report.faults().isEmpty() ? DONE : FAILED;
  }
}
