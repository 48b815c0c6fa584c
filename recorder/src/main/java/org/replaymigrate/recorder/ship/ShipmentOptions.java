package org.replaymigrate.recorder.ship;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.recorder.plan.Goal;
import org.replaymigrate.recorder.plan.Limits;
import org.replaymigrate.recorder.plan.Strategy;

/**
 * How a vkernel is moved.
 *
 * @param maxDowntime for how long the guest may stand still: it is stopped only when the
 *     destination is expected to come up in time
 * @param timeout after which it is given up, and the guest goes on here
 * @param bytesPerSecond while the guest runs; 0 for no limit
 * @param fullBase whether a checkpoint is sent though the destination holds an older state
 * @param rehearsal whether all is done but the hand-over
 * @param strategy that the caller insists on; null for whatever serves the goal best
 * @param goal what the caller wants least of
 * @param maxThrottle by how much the guest may be slowed down, 0..99 percent
 */
public record ShipmentOptions(
    Duration maxDowntime,
    Duration timeout,
    long bytesPerSecond,
    boolean fullBase,
    boolean rehearsal,
    @Nullable Strategy strategy,
    Goal goal,
    int maxThrottle) {
  public static final ShipmentOptions DEFAULT =
      new ShipmentOptions(
          Duration.ofMillis(300), Duration.ofMinutes(10), 0, false, false, null, Goal.TIME, 80);

  /** What it may cost the guest. */
  Limits limits() {
    return new Limits(maxDowntime, maxThrottle, timeout);
  }
}
