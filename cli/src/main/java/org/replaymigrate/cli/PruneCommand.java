package org.replaymigrate.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.replaymigrate.protocol.home.VkernelFolder;
import org.replaymigrate.protocol.upkeep.LogTrim;
import org.replaymigrate.protocol.upkeep.Sweep;
import org.replaymigrate.protocol.upkeep.Thinning;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Removes checkpoints, and pages that nobody needs. */
@Command(
    name = "prune",
    description = {
      "Removes the older checkpoints of vkernels, and then every stored page that no checkpoint of"
          + " this home needs. Of each vkernel the first checkpoint stays and the newest do, so"
          + " that it can be resumed, and replayed from its beginning. Vkernels may run"
          + " meanwhile."
    })
final class PruneCommand extends Subcommand {
  private static final long WAIT_MILLIS = 60_000;

  @Parameters(
      paramLabel = "NAME",
      arity = "0..*",
      description = "Vkernels whose checkpoints to remove (default: all).")
  private List<String> names = new ArrayList<>();

  @Option(
      names = "--keep",
      paramLabel = "N",
      description = "How many of the newest checkpoints stay (default: ${DEFAULT-VALUE}).")
  private int keep = 8;

  @Option(
      names = "--automatic",
      description = "Remove only checkpoints that were taken by --checkpoint-every.")
  private boolean automatic;

  @Option(
      names = "--forget-beginning",
      description =
          "Remove the first checkpoint too, and the segments of the log before the oldest that"
              + " stays: what was before that cannot be replayed any more.")
  private boolean forgetBeginning;

  @Override
  int execute() throws IOException {
    if (keep < 1) {
      throw new CliException(USAGE, "--keep " + keep + ": at least 1");
    }
    Thinning thinning = new Thinning(keep, automatic, forgetBeginning);
    int checkpoints = 0;
    int segments = 0;
    for (VkernelFolder vkernel : chosen()) {
      checkpoints += thinning.thin(vkernel.checkpoints()).size();
      segments += forgetBeginning ? LogTrim.trim(vkernel) : 0;
    }
    Sweep sweep = new Sweep(home());
    if (!sweep.run(WAIT_MILLIS)) {
      throw new CliException(
          FAILED,
          home().store().folder() + ": checkpoints are being taken all the time; try again later");
    }
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("removedCheckpoints", checkpoints);
    figures.put("removedSegments", segments);
    figures.put("removedPacks", sweep.packs());
    figures.put("removedBytes", sweep.bytes());
    print(figures, Figures.text(figures));
    return DONE;
  }

  private List<VkernelFolder> chosen() throws IOException {
    if (names.isEmpty()) {
      return home().list();
    }
    List<VkernelFolder> chosen = new ArrayList<>();
    for (String name : names) {
      chosen.add(Recording.find(home(), name));
    }
    return chosen;
  }
}
