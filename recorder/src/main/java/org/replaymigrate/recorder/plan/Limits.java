package org.replaymigrate.recorder.plan;

import java.time.Duration;

/**
 * What a migration may cost the guest.
 *
 * @param maxDowntime for how long it may stand still
 * @param maxThrottle by how much it may be slowed down, 0..99 percent
 * @param timeout after which the migration is given up
 */
public record Limits(Duration maxDowntime, int maxThrottle, Duration timeout) {
  /**
   * Of the downtime that is allowed, what replaying the rest may take: the others need time too.
   */
  private static final int REST_SHARE = 4;

  /** Of it, what a leap may take that is made while the guest stands still. */
  private static final int LAND_SHARE = 2;

  /** Milliseconds which a leap may take that is made while the guest stands still. */
  public long landMillis() {
    return maxDowntime.toMillis() / LAND_SHARE;
  }

  /** Milliseconds of replay that may be left when the guest is stopped; at least 1. */
  public long closeMillis() {
    return Math.max(1, maxDowntime.toMillis() / REST_SHARE);
  }
}
