package org.replaymigrate.replayer.receive;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How fast this process has last done something, a second: for predictions. A Java program gets
 * faster as it goes on, so that the last time says more than the mean.
 */
final class Speeds {
  /** Instructions replayed, or executed for want of something to replay. */
  static final Speeds REPLAY = new Speeds(1_000_000);

  /** Bytes of a base checkpoint made a machine and a recording. */
  static final Speeds RESTORE = new Speeds(1 << 20);

  private final long least;
  private final AtomicLong last = new AtomicLong();

  /**
   * @param least less of it says nothing
   */
  private Speeds(long least) {
    this.least = least;
  }

  /** It has been done once more. */
  void measured(long amount, long nanos) {
    if (amount >= least && nanos > 0) {
      last.set(Math.round(amount * 1e9 / nanos));
    }
  }

  /** A second; 0 if it never was done. */
  long last() {
    return last.get();
  }
}
