package org.replaymigrate.recorder.ship;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.replaymigrate.protocol.checkpoint.CheckpointExport;
import org.replaymigrate.protocol.fault.CrashPoint;
import org.replaymigrate.protocol.log.LogPosition;
import org.replaymigrate.protocol.wire.WireMessage;
import org.replaymigrate.recorder.Checkpointer;
import org.replaymigrate.recorder.ship.ShipmentProgress.Phase;

/** Gives the destination a state to begin with: a checkpoint of the running guest. */
final class BaseTransfer {
  private static final int PART = 64 << 10;

  /** So much of the base says how fast the link is. */
  private static final long TELLING = 1 << 20;

  private final Crossing crossing;
  private final Outlook outlook;

  /**
   * @param outlook begins with the base
   */
  BaseTransfer(Crossing crossing, Outlook outlook) {
    this.crossing = crossing;
    this.outlook = outlook;
  }

  /** Sends it; returns the place in the log that follows it. */
  LogPosition send() throws IOException, InterruptedException {
    crossing.progress().enter(Phase.CHECKPOINT, 0);
    CompletableFuture<Checkpointer.Taken> begun = new CompletableFuture<>();
    crossing
        .recorder()
        .post(r -> {
          Checkpointer.Taken taken = crossing.cargo().checkpointer().take(r);
          outlook.begin(); // counts the pages that change from the same instruction on
          begun.complete(taken);
        });
    Checkpointer.Taken taken = crossing.await(begun);
    crossing.destination().survey();
    crossing.await(taken.file());
    CrashPoint.SOURCE_CHECKPOINT_TAKEN.reached();
    crossing.figures().baseInstructions = taken.position().instructions();
    try (CheckpointExport export = crossing.cargo().checkpointer().export(taken.number())) {
      send(export);
    }
    CrashPoint.SOURCE_BASE_SENT.reached();
    return taken.position();
  }

  private void send(CheckpointExport export) throws IOException, InterruptedException {
    Destination destination = crossing.destination();
    crossing.progress().enter(Phase.BASE, export.expectedBytes());
    long before = destination.connection().bytesSent();
    long acknowledged = destination.connection().bytesAcknowledged();
    long size = 0;
    long start = crossing.clock().nanos();
    byte[] part = export.readNBytes(PART);
    while (part.length > 0) {
      crossing.check();
      size += part.length;
      destination.connection().send(new WireMessage.CheckpointPart(part), true);
      CrashPoint.SOURCE_AMID_BASE.reached();
      long expected = Math.max(size, export.expectedBytes());
      crossing.step(expected, 0, -1);
      // What was given to the network waits on this side too.
      long there = destination.connection().bytesAcknowledged() - acknowledged;
      outlook.sent(there, crossing.clock().nanos() - start);
      if (there >= Math.min(expected, TELLING) && !outlook.isKnown()) {
        outlook.predict(expected, start);
      }
      part = export.readNBytes(PART);
    }
    if (!outlook.isKnown()) {
      outlook.predict(size, start);
    }
    destination.connection().send(new WireMessage.CheckpointEnd(size));
    crossing.figures().baseBytes = destination.connection().bytesSent() - before;
  }
}
