package org.replaymigrate.recorder.ship;

import java.time.Duration;

/**
 * How a vkernel is moved.
 *
 * @param maxDowntime for how long the guest may stand still: it is stopped only when the
 *     destination is expected to come up in time
 * @param timeout after which it is given up, and the guest goes on here
 * @param bytesPerSecond while the guest runs; 0 for no limit
 * @param fullBase whether a checkpoint is sent though the destination holds an older state
 * @param rehearsal whether all is done but the hand-over
 */
public record ShipmentOptions(
    Duration maxDowntime,
    Duration timeout,
    long bytesPerSecond,
    boolean fullBase,
    boolean rehearsal) {
  public static final ShipmentOptions DEFAULT =
      new ShipmentOptions(Duration.ofMillis(300), Duration.ofMinutes(10), 0, false, false);
}
