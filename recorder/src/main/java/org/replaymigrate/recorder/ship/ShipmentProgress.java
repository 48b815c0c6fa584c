package org.replaymigrate.recorder.ship;

/**
 * How far a migration is.
 *
 * @param phase what is being done
 * @param sentBytes given to the network so far
 * @param totalBytes what will have been sent when this phase ends, as far as can be told; 0 if not
 * @param lagInstructions by how much the destination is behind
 * @param remainingMillis estimate for the rest, or -1
 */
public record ShipmentProgress(
    Phase phase, long sentBytes, long totalBytes, long lagInstructions, long remainingMillis) {
  /** What a migration does, in order. */
  public enum Phase {
    CONNECTING,
    CHECKPOINT,
    BASE,
    CATCHING_UP,
    LEAPING,
    HANDING_OVER,
    REPAIRING,
    COMMITTED,
    DONE
  }
}
