package org.replaymigrate.recorder.ship;

import org.replaymigrate.recorder.HostClock;

/** Keeps a sender below a number of bytes a second. For one thread. */
final class RateLimit {
  /** What may go out at once after a pause, in seconds of the rate. */
  private static final double BURST_SECONDS = 0.05;

  private static final double NANOS = 1e9;

  private final long bytesPerSecond;
  private final HostClock clock;
  private final long start;
  private long sent;
  private double forgiven;

  /**
   * @param bytesPerSecond at least 1; 0 for no limit
   */
  RateLimit(long bytesPerSecond, HostClock clock) {
    this.bytesPerSecond = bytesPerSecond;
    this.clock = clock;
    this.start = clock.nanos();
  }

  /**
   * Takes note of what was sent.
   *
   * @param total bytes since the beginning
   * @return milliseconds to wait before more is sent
   */
  long pauseMillis(long total) {
    sent = total;
    if (bytesPerSecond == 0) {
      return 0;
    }
    double passed = (clock.nanos() - start) / NANOS - forgiven;
    double due = (double) sent / bytesPerSecond;
    if (passed - due > BURST_SECONDS) {
      // What was not used in a quiet time is lost.
      forgiven += passed - due - BURST_SECONDS;
      return 0;
    }
    return Math.max(0, Math.round((due - passed) * 1000));
  }
}
