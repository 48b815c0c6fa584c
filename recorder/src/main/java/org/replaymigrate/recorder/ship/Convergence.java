package org.replaymigrate.recorder.ship;

/**
 * Decides how fast the guest may run while a destination catches up. A destination that gains on it
 * is left alone; else the guest is slowed down a little every second, and never to less than a
 * tenth. Nothing of it is state of the machine: a replay knows nothing of it.
 */
final class Convergence {
  private static final long WINDOW_NANOS = 1_000_000_000;

  /** A lag shorter than this is the network's and the polling's, and no reason for anything. */
  private static final long UNIMPORTANT_MILLIS = 20;

  /** What is left of the lag after a second if the destination gains enough. */
  private static final double GAIN = 0.9;

  private static final double STEP = 0.75;
  private static final int SLOWEST_PERCENT = 10;

  private int percent = 100;
  private long windowStart;
  private long lagAtStart = -1;

  /**
   * A look at the destination.
   *
   * @param nanos now, by a clock that never jumps
   * @param lagMillis how long the destination needs to be where the source is
   * @return how fast the guest may run, percent of its full speed
   */
  int look(long nanos, long lagMillis) {
    if (lagAtStart < 0) {
      windowStart = nanos;
      lagAtStart = lagMillis;
    } else if (nanos - windowStart >= WINDOW_NANOS) {
      if (lagMillis > UNIMPORTANT_MILLIS && lagMillis > lagAtStart * GAIN) {
        percent = (int) Math.max(SLOWEST_PERCENT, percent * STEP);
      }
      windowStart = nanos;
      lagAtStart = lagMillis;
    }
    return percent;
  }
}
