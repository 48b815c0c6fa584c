package org.replaymigrate.recorder.ship;

/** Estimates from the destination's reports how long it would take to catch up. */
final class LagMeter {
  /** Before anything is known: an interpreter's speed, instructions a millisecond. */
  private static final double ASSUMED_SPEED = 50_000;

  private static final double WEIGHT = 0.3;

  private double speed = ASSUMED_SPEED;
  private long lastNanos;
  private long lastApplied;
  private boolean begun;

  /**
   * A report.
   *
   * @param applied instructions that the destination has reached
   * @param behind whether it had work to do all the time since the last report
   */
  void report(long nanos, long applied, boolean behind) {
    double millis = (nanos - lastNanos) / 1e6;
    if (begun && behind && millis > 0 && applied > lastApplied) {
      speed += WEIGHT * ((applied - lastApplied) / millis - speed);
    }
    if (!begun || applied > lastApplied || !behind) {
      lastNanos = nanos;
      lastApplied = applied;
      begun = true;
    }
  }

  /** The destination has been moved ahead: what it reports next is no progress of its replay. */
  void restart() {
    begun = false;
  }

  /** Milliseconds which it takes to replay so many instructions. */
  long millisFor(long instructions) {
    return Math.round(Math.max(0, instructions) / Math.max(1, speed));
  }
}
