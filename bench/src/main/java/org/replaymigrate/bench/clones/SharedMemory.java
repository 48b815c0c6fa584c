package org.replaymigrate.bench.clones;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a process takes of the host's memory, bytes.
 *
 * @param rss all that it has, shared or not
 * @param pss the same, but of each page that several processes have only its share
 * @param owned what nobody else has: it would be free if the process ended
 */
record SharedMemory(long rss, long pss, long owned) {
  private static final long KIB = 1024;

  /** Reads {@code /proc/PID/smaps_rollup}. */
  static SharedMemory of(long pid) throws IOException {
    long rss = 0;
    long pss = 0;
    long owned = 0;
    for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "smaps_rollup"))) {
      switch (line.substring(0, line.indexOf(':') + 1)) {
        case "Rss:" -> rss = bytes(line);
        case "Pss:" -> pss = bytes(line);
        case "Private_Clean:", "Private_Dirty:" -> owned += bytes(line);
        default -> {}
      }
    }
    return new SharedMemory(rss, pss, owned);
  }

  private static long bytes(String line) {
    return Long.parseLong(line.replaceAll("\\D", "")) * KIB;
  }
}
