package org.replaymigrate.protocol.wire;

import java.util.concurrent.TimeUnit;

/**
 * When to say that this side is alive, what to acknowledge with it, and what can be told from what
 * the other side says. Not safe for threads.
 */
final class Pulse {
  private static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** What may have come before it is acknowledged; a small part of {@link Outbox#WINDOW}. */
  private static final int ACKNOWLEDGE_BYTES = 128 << 10;

  private final long startNanos = System.nanoTime();
  private boolean beating;
  private boolean atOnce;
  private long last;
  private long unacknowledged;
  private long theirClock;
  private long theirClockAt;
  private long roundTripNanos = -1;

  /** Both sides understand it from now on. */
  void begin() {
    beating = true;
    atOnce = true;
  }

  boolean hasBegun() {
    return beating;
  }

  /** So many bytes have come. */
  void arrived(int bytes) {
    unacknowledged += bytes;
  }

  boolean isDue() {
    long passed = System.nanoTime() - last;
    return beating && (atOnce || unacknowledged >= ACKNOWLEDGE_BYTES || passed >= INTERVAL_NANOS);
  }

  /** How long the thread that beats may rest, milliseconds. */
  static long rest() {
    return TimeUnit.NANOSECONDS.toMillis(INTERVAL_NANOS) / 4;
  }

  /**
   * The next beat.
   *
   * @param received the next frame that this side wants
   */
  WireMessage.Alive beat(long received) {
    last = System.nanoTime();
    atOnce = false;
    unacknowledged = 0;
    long held = theirClock == 0 ? 0 : last - theirClockAt;
    return new WireMessage.Alive(received, last - startNanos, theirClock, held);
  }

  void heard(WireMessage.Alive alive) {
    theirClock = alive.clock();
    theirClockAt = System.nanoTime();
    if (alive.echo() > 0) {
      roundTripNanos = Math.max(0, theirClockAt - startNanos - alive.echo() - alive.heldNanos());
    }
  }

  /** There and back, as last measured; -1 before. */
  long roundTripNanos() {
    return roundTripNanos;
  }
}
