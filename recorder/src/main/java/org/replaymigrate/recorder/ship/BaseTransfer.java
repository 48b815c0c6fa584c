package org.replaymigrate.recorder.ship;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.replaymigrate.protocol.fault.CrashPoint;
import org.replaymigrate.protocol.log.LogPosition;
import org.replaymigrate.protocol.wire.WireMessage;
import org.replaymigrate.recorder.Checkpointer;
import org.replaymigrate.recorder.ship.ShipmentProgress.Phase;

/** Gives the destination a state to begin with: a checkpoint of the running guest. */
final class BaseTransfer {
  private static final int PART = 64 << 10;

  private final Crossing crossing;

  BaseTransfer(Crossing crossing) {
    this.crossing = crossing;
  }

  /** Sends it; returns the place in the log that follows it. */
  LogPosition send() throws IOException, InterruptedException {
    crossing.progress().enter(Phase.CHECKPOINT, 0);
    CompletableFuture<Checkpointer.Taken> begun = new CompletableFuture<>();
    crossing.recorder().post(r -> begun.complete(crossing.cargo().checkpointer().take(r)));
    Checkpointer.Taken taken = crossing.await(begun);
    Path file = crossing.await(taken.file());
    CrashPoint.SOURCE_CHECKPOINT_TAKEN.reached();
    crossing.figures().baseInstructions = taken.position().instructions();
    send(file);
    CrashPoint.SOURCE_BASE_SENT.reached();
    return taken.position();
  }

  private void send(Path file) throws IOException, InterruptedException {
    Destination destination = crossing.destination();
    long size = Files.size(file);
    crossing.progress().enter(Phase.BASE, size);
    long before = destination.connection().bytesSent();
    try (InputStream in = Files.newInputStream(file)) {
      byte[] part = in.readNBytes(PART);
      while (part.length > 0) {
        crossing.check();
        destination.connection().send(new WireMessage.CheckpointPart(part), true);
        CrashPoint.SOURCE_AMID_BASE.reached();
        crossing.step(size, 0, -1);
        part = in.readNBytes(PART);
      }
    }
    destination.connection().send(new WireMessage.CheckpointEnd(size));
    crossing.figures().baseBytes = destination.connection().bytesSent() - before;
  }
}
