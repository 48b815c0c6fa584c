package org.replaymigrate.protocol.upkeep;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.replaymigrate.protocol.checkpoint.CheckpointFolder;
import org.replaymigrate.protocol.home.VkernelFolder;
import org.replaymigrate.protocol.log.LogSegments;

/**
 * Removes the segments of a log that end before its first checkpoint: no replay can begin there.
 */
public final class LogTrim {
  private static final String REMOVED = ".removed";

  private LogTrim() {}

  /**
   * Removes them. A segment is out of the log by one rename, whatever happens then.
   *
   * @return how many are gone
   * @throws org.replaymigrate.protocol.format.FormatException if the first checkpoint is damaged;
   *     then nothing is removed
   */
  public static int trim(VkernelFolder vkernel) throws IOException {
    CheckpointFolder checkpoints = vkernel.checkpoints();
    List<Long> numbers = checkpoints.numbers();
    int gone = 0;
    if (!numbers.isEmpty()) {
      int first = checkpoints.manifest(numbers.getFirst()).position().segment();
      LogSegments log = LogSegments.in(vkernel.log());
      for (int segment : log.numbers()) {
        if (segment < first) {
          Path folder = log.path(segment);
          Files.move(
              folder,
              folder.resolveSibling(folder.getFileName() + REMOVED),
              StandardCopyOption.ATOMIC_MOVE);
          gone++;
        }
      }
    }
    clear(vkernel.log());
    return gone;
  }

  private static void clear(Path log) throws IOException {
    if (!Files.isDirectory(log)) {
      return;
    }
    List<Path> removed;
    try (Stream<Path> entries = Files.list(log)) {
      removed = entries.filter(entry -> entry.toString().endsWith(REMOVED)).toList();
    }
    for (Path folder : removed) {
      try (Stream<Path> tree = Files.walk(folder)) {
        for (Path file : tree.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(file);
        }
      }
    }
  }
}
