package org.replaymigrate.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.replaymigrate.protocol.home.VkernelFolder;
import org.replaymigrate.protocol.upkeep.LogTrim;
import org.replaymigrate.protocol.upkeep.PastTrim;
import org.replaymigrate.protocol.upkeep.Sweep;
import org.replaymigrate.protocol.upkeep.Thinning;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Removes checkpoints, and pages that nobody needs. */
@Command(
    name = "prune",
    description = {
      "Removes the older checkpoints of vkernels, the older recordings of the times that they were"
          + " here before, and then every stored page that no checkpoint of this home needs. Of each"
          + " vkernel the first checkpoint stays and the newest do, so"
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

  @Option(
      names = "--keep-past",
      paramLabel = "N",
      description = {
        "How many recordings stay of the earlier times that a vkernel was here (default:"
            + " ${DEFAULT-VALUE}). With one that comes back only what is new is moved; the older"
            + " ones are for replaying."
      })
  private int keepPast = 4;

  @Override
  int execute() throws IOException {
    if (keep < 1) {
      throw new CliException(USAGE, "--keep " + keep + ": at least 1");
    }
    if (keepPast < 0) {
      throw new CliException(USAGE, "--keep-past " + keepPast + ": at least 0");
    }
    Thinning thinning = new Thinning(keep, automatic, forgetBeginning);
    int checkpoints = 0;
    int segments = 0;
    List<VkernelFolder> chosen = chosen();
    for (VkernelFolder vkernel : chosen) {
      checkpoints += thinning.thin(vkernel.checkpoints()).size();
      segments += forgetBeginning ? LogTrim.trim(vkernel) : 0;
    }
    int past =
        PastTrim.trim(home(), names.isEmpty() ? id -> true : ids(chosen)::contains, keepPast);
    Sweep sweep = new Sweep(home());
    if (!sweep.run(WAIT_MILLIS)) {
      throw new CliException(
          FAILED,
          home().store().folder() + ": checkpoints are being taken all the time; try again later");
    }
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("removedCheckpoints", checkpoints);
    figures.put("removedSegments", segments);
    figures.put("removedRecordings", past);
    figures.put("removedPacks", sweep.packs());
    figures.put("removedBytes", sweep.bytes());
    print(figures, Figures.text(figures));
    return DONE;
  }

  private static Set<UUID> ids(List<VkernelFolder> vkernels) throws IOException {
    Set<UUID> ids = new HashSet<>();
    for (VkernelFolder vkernel : vkernels) {
      ids.add(vkernel.identity().id());
    }
    return ids;
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
