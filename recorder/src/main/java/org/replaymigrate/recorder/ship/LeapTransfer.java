package org.replaymigrate.recorder.ship;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.replaymigrate.protocol.checkpoint.HeldPages;
import org.replaymigrate.protocol.codec.StateCodec;
import org.replaymigrate.protocol.digest.Digest128;
import org.replaymigrate.protocol.fault.CrashPoint;
import org.replaymigrate.protocol.log.LogPosition;
import org.replaymigrate.protocol.wire.WireConnection;
import org.replaymigrate.protocol.wire.WireMessage;
import org.replaymigrate.recorder.Recorder;
import org.replaymigrate.recorder.ship.ShipmentProgress.Phase;
import org.replaymigrate.vkernel.MachineState;

/**
 * Takes the destination ahead of what it has replayed: sends the pages that the guest has changed,
 * as they are at one instruction, while it runs on or stands still; and the state that goes with
 * them. The first event behind it is the digest of that state.
 */
final class LeapTransfer {
  private final Crossing crossing;
  private final DirtyPages dirty;
  private final CompletableFuture<Held> begun = new CompletableFuture<>();

  /**
   * @param dirty since the destination's base
   */
  LeapTransfer(Crossing crossing, DirtyPages dirty) {
    this.crossing = crossing;
    this.dirty = dirty;
  }

  /** What is held while the guest runs on. */
  private record Held(
      HeldPages pages,
      LogPosition position,
      long epochNanos,
      MachineState state,
      Digest128 digest) {}

  /**
   * A leap that was sent; whether it has been made, the destination says.
   *
   * @param position in the log, which goes on there; the last event may lie some instructions back
   * @param instructions where it leads
   * @param pages how many were sent
   * @param bytes what it took on the wire
   */
  record Sent(LogPosition position, long instructions, long pages, long bytes) {}

  /** Takes what is to be sent; within a command of the recorder, once. */
  void hold(Recorder recorder) {
    try {
      MachineState state = recorder.machine().save();
      LogPosition position = recorder.log().position();
      HeldPages pages = new HeldPages(crossing.cargo().hosted().contents(), dirty.take());
      begun.complete(new Held(pages, position, recorder.date(), state, recorder.recordDigest()));
    } catch (RuntimeException e) {
      begun.completeExceptionally(new IOException(e));
    }
  }

  /** Sends it. */
  Sent send() throws IOException, InterruptedException {
    crossing.progress().enter(Phase.LEAPING, 0);
    WireConnection connection = crossing.destination().connection();
    long before = connection.bytesSent();
    Held held = crossing.await(begun);
    PageSender sender = new PageSender(crossing);
    try {
      connection.send(new WireMessage.LeapBegin());
      held.pages.sendTo(sender);
      sender.flush();
    } finally {
      crossing.recorder().post(r -> held.pages.release());
    }
    connection.send(
        new WireMessage.LeapEnd(
            held.position.sequence(),
            held.state.instructions(),
            held.digest,
            held.epochNanos,
            new StateCodec().encode(held.state)));
    CrashPoint.SOURCE_LEAP_SENT.reached();
    crossing.figures().leaps++;
    crossing.figures().leapBytes += connection.bytesSent() - before;
    return new Sent(
        held.position, held.state.instructions(), sender.pages(), connection.bytesSent() - before);
  }
}
