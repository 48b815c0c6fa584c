package org.replaymigrate.bench.migration;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What the guest does while it is moved. */
enum Work {
  /** Nothing. */
  IDLE("", 0.01),

  /** Computes, and starts a process now and then. */
  SHA256("while :; do sha256sum /bin/busybox; done > /dev/null", 0.01),

  /** Some 4 MB a second into files in memory, over and over the same 16 MB. */
  TMPFS(
      "i=0; while :; do cp /bin/busybox /tmp/f$((i % 8)); i=$((i + 1)); usleep 400000; done", 0.01),

  /** Random pages of 64 MiB, 2000 a second. */
  RANDOM("/bench-work pages 64 2000", 0.25),

  /** Takes what comes from the network, {@value FrameSource#BYTES_A_SECOND} bytes a second. */
  RECEIVE("ifconfig eth0 10.0.2.15 up; /bench-work sink 9", Double.NaN),

  /** Counts on its console, a thousand times a second: for the downtime. */
  COUNTER("/bench-work count", Double.NaN);

  private final String command;
  private final double warmShare;

  Work(String command, double warmShare) {
    this.command = command;
    this.warmShare = warmShare;
  }

  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Optional<Work> labelled(String label) {
    return Arrays.stream(values()).filter(work -> work.label().equals(label)).findFirst();
  }

  /** What is typed at the shell; empty for nothing. */
  String command() {
    return command;
  }

  /** Most of QEMU's bytes that a second trip may take; NaN where no goal is set. */
  double warmShare() {
    return warmShare;
  }

  boolean needsNetwork() {
    return this == RECEIVE;
  }
}
