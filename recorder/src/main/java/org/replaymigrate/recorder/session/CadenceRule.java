package org.replaymigrate.recorder.session;

import java.time.Duration;

/**
 * When a checkpoint is due that nobody asks for: what has been executed since the last one takes so
 * long to replay that one is worth it, and the last one is long enough ago.
 *
 * <ul>
 *   <li>Not before the wanted interval has passed.
 *   <li>Not before {@value #SHARE} times what the last one took to write: a guest that changes much
 *       has fewer, and no more than a {@value #SHARE}th of a processor goes into them.
 *   <li>Not for less than the last one took to write: to replay that is cheaper. An idle guest has
 *       none.
 * </ul>
 *
 * How long a replay takes is told from the fastest that the guest has been seen to execute. So the
 * way to replay is bounded: by the interval, or that many times what a checkpoint takes. Times are
 * of a clock that only goes forward, in nanoseconds.
 */
final class CadenceRule {
  /** What a checkpoint takes is at most one part in so many of all time. */
  static final int SHARE = 20;

  private final long interval;
  private long since;
  private long sinceInstructions;
  private long writeNanos;
  private long lookedAt;
  private long lookedInstructions;

  /** Instructions a nanosecond, at most, while it was looked at. */
  private double fastest;

  /** Begins at {@code now}, as if one had just been taken that took no time. */
  CadenceRule(Duration interval, long now, long instructions) {
    this.interval = interval.toNanos();
    this.since = now;
    this.sinceInstructions = instructions;
    this.lookedAt = now;
    this.lookedInstructions = instructions;
  }

  /** Whether one is due. To be asked a few times an interval, which is how speed is measured. */
  boolean due(long now, long instructions) {
    if (now > lookedAt) {
      fastest = Math.max(fastest, (double) (instructions - lookedInstructions) / (now - lookedAt));
      lookedAt = now;
      lookedInstructions = instructions;
    }
    return now - since >= Math.max(interval, SHARE * writeNanos)
        && replayNanos(instructions) > writeNanos;
  }

  /** How long it takes to replay what has been executed since the last one. */
  private double replayNanos(long instructions) {
    return fastest == 0 ? 0 : (instructions - sinceInstructions) / fastest;
  }

  /**
   * One has been taken.
   *
   * @param at when
   * @param instructions that it holds
   * @param nanos which it took to write
   */
  void taken(long at, long instructions, long nanos) {
    since = at;
    sinceInstructions = instructions;
    writeNanos = nanos;
  }
}
