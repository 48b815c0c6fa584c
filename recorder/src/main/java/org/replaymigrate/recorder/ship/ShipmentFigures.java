package org.replaymigrate.recorder.ship;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.protocol.wire.WireConnection;
import org.replaymigrate.recorder.plan.Prediction;

/** What a shipment has come to so far; each part of it notes its own. For the thread that ships. */
final class ShipmentFigures {
  private final long started;

  /** What the destination begins to replay at. */
  long baseInstructions;

  /** Where the guest was stopped; -1 before. */
  long stopInstructions = -1;

  /** Whether the destination has begun with a state that it held. */
  boolean warm;

  /** Why it has not, though it was asked to. */
  String coldBecause = "";

  /** Whether all was done but the hand-over, as was wanted. */
  boolean rehearsed;

  long baseBytes;
  long logBytes;
  long pageBytes;
  int leaps;
  long leapBytes;
  @Nullable Prediction prediction;
  List<Prediction> predictions = List.of();
  long transferredBytes;
  long repeatedBytes;
  long reconnections;
  long repairedPages;
  DowntimeParts downtime = DowntimeParts.NONE;
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

  /** What the link has carried so far. */
  void carried(WireConnection link) {
    transferredBytes = link.bytesTransferred();
    repeatedBytes = link.bytesRepeated();
    reconnections = link.breaks();
  }

  /** All of it, at the end. */
  ShipmentResult result(
      boolean migrated, boolean confirmed, String reason, boolean safety, long nanos) {
    return new ShipmentResult(
        migrated,
        rehearsed,
        confirmed,
        reason,
        safety,
        age(nanos) / 1_000_000,
        Math.round(downtime.total() / 1e6),
        downtime,
        transferredBytes,
        repeatedBytes,
        reconnections,
        warm,
        coldBecause,
        baseBytes,
        logBytes,
        pageBytes + leapBytes,
        digestMatch,
        divergence,
        repairedPages,
        stopInstructions < 0 ? 0 : stopInstructions - baseInstructions,
        leaps,
        prediction,
        predictions);
  }
}
