package org.replaymigrate.recorder.ship;

/** What a shipment has come to so far; each part of it notes its own. For the thread that ships. */
final class ShipmentFigures {
  private final long started;

  /** What the destination begins to replay at. */
  long baseInstructions;

  /** Where the guest was stopped; -1 before. */
  long stopInstructions = -1;

  long baseBytes;
  long logBytes;
  long pageBytes;
  long transferredBytes;
  long repairedPages;
  long downtimeNanos;
  boolean digestMatch;
  String divergence = "";

  /**
   * @param nanos now, by a clock that never jumps
   */
  ShipmentFigures(long nanos) {
    this.started = nanos;
  }

  /** Nanoseconds since the shipment began. */
  long age(long nanos) {
    return nanos - started;
  }

  /** All of it, at the end. */
  ShipmentResult result(
      boolean migrated, boolean confirmed, String reason, boolean safety, long nanos) {
    return new ShipmentResult(
        migrated,
        confirmed,
        reason,
        safety,
        age(nanos) / 1_000_000,
        downtimeNanos / 1_000_000,
        transferredBytes,
        baseBytes,
        logBytes,
        pageBytes,
        digestMatch,
        divergence,
        repairedPages,
        stopInstructions < 0 ? 0 : stopInstructions - baseInstructions);
  }
}
