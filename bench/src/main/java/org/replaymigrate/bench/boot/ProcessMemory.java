package org.replaymigrate.bench.boot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a process that holds a guest has in the host's memory.
 *
 * @param rssBytes all of it
 * @param guestBytes of that, the mapping that is the guest's RAM: what the guest has touched
 */
record ProcessMemory(long rssBytes, long guestBytes) {
  private static final long KIB = 1024;

  /**
   * Reads {@code /proc/PID/smaps}.
   *
   * @param memoryBytes how big the guest's RAM is: its mapping is the one of just that size
   */
  static ProcessMemory of(long pid, long memoryBytes) throws IOException {
    long rss = 0;
    long guest = 0;
    long size = 0;
    for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "smaps"))) {
      if (line.startsWith("Size:")) {
        size = kibibytes(line) * KIB;
      } else if (line.startsWith("Rss:")) {
        long resident = kibibytes(line) * KIB;
        rss += resident;
        if (size == memoryBytes) {
          guest = Math.max(guest, resident);
        }
      }
    }
    return new ProcessMemory(rss, guest);
  }

  private static long kibibytes(String line) {
    return Long.parseLong(line.replaceAll("\\D", ""));
  }

  /** User and system time of a process so far, in seconds. */
  static double cpuSeconds(long pid) throws IOException {
    String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", 16);
    return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / 100.0;
  }
}
