package org.replaymigrate.replayer.receive;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.replaymigrate.protocol.checkpoint.CheckpointFolder;
import org.replaymigrate.protocol.checkpoint.CheckpointPatch;
import org.replaymigrate.protocol.codec.StateCodec;
import org.replaymigrate.protocol.digest.Digest128;
import org.replaymigrate.protocol.fault.CrashPoint;
import org.replaymigrate.protocol.format.FormatException;
import org.replaymigrate.protocol.page.PagedContent;
import org.replaymigrate.protocol.wire.PageBatch;
import org.replaymigrate.protocol.wire.WireConnection;
import org.replaymigrate.protocol.wire.WireMessage;
import org.replaymigrate.vkernel.MachineState;
import org.replaymigrate.vkernel.state.InvalidStateException;

/**
 * Takes a machine ahead to where the source was a moment ago: the pages that have changed are
 * written over its own, and the state that goes with them is restored. What its replay has changed
 * meanwhile is among those pages, since it was a part of what the source has done. The recording
 * here begins with that state: a checkpoint of it, made of the one before and of those pages.
 *
 * <p>The machine stays the same one, with its translated code, unless its replay had gone wrong
 * before: then it is made anew from the checkpoint. It stands still meanwhile.
 */
final class Leap {
  private final WireConnection connection;
  private final Rebuilding rebuilding;
  private final Consumer<String> listener;
  private final int silenceMillis;

  /**
   * @param silenceMillis for how long the source may say nothing
   */
  Leap(
      WireConnection connection,
      Rebuilding rebuilding,
      Consumer<String> listener,
      int silenceMillis) {
    this.connection = connection;
    this.rebuilding = rebuilding;
    this.listener = listener;
    this.silenceMillis = silenceMillis;
  }

  /** Does it, and says so; after the source's {@link WireMessage.LeapBegin}. */
  void run() throws IOException {
    CheckpointFolder checkpoints = rebuilding.folder().checkpoints();
    try (CheckpointPatch patch = CheckpointPatch.of(checkpoints, checkpoints.numbers().getLast())) {
      while (true) {
        switch (connection.receive(silenceMillis)) {
          case WireMessage.LeapPages pages -> {
            take(pages, patch);
            CrashPoint.DESTINATION_AMID_LEAP.reached();
          }
          case WireMessage.LeapEnd end -> {
            arrive(end, patch);
            connection.send(new WireMessage.Applied(end.sequence(), end.instructions()));
            CrashPoint.DESTINATION_LEAPT.reached();
            return;
          }
          case WireMessage.Abort a ->
              throw new ReceptionException("the source gave up: " + a.reason(), false);
          case WireMessage m ->
              throw new ReceptionException("message " + m.id() + " within a leap", false);
        }
      }
    }
  }

  private void take(WireMessage.LeapPages message, CheckpointPatch patch) throws IOException {
    List<Integer> pages = message.pages();
    MemorySegment all = MemorySegment.ofArray(PageBatch.open(message.compressed(), pages.size()));
    for (int i = 0; i < pages.size(); i++) {
      MemorySegment page = all.asSlice((long) i * PagedContent.PAGE_SIZE, PagedContent.PAGE_SIZE);
      patch.add(message.part(), pages.get(i), page);
      rebuilding.hosted().patch(message.part(), pages.get(i), page);
    }
  }

  private void arrive(WireMessage.LeapEnd end, CheckpointPatch patch) throws IOException {
    MachineState state = new StateCodec().decodeState(end.state());
    if (state.instructions() != end.instructions()) {
      throw new FormatException.Corrupt("a leap to a state of another count");
    }
    try {
      rebuilding.hosted().machine().restore(state);
    } catch (InvalidStateException e) {
      throw new FormatException.Corrupt("leap: " + e.getMessage());
    }
    FreshStart start =
        new FreshStart(rebuilding, end.sequence(), end.digest(), end.epochNanos(), state);
    Path checkpoint = patch.finish(start.head());
    start.begin();
    if (!rebuilding.hosted().digest().equals(end.digest())) {
      listener.accept("\"" + rebuilding.folder().name() + "\": replay diverged before a leap");
      rebuilding.restore(checkpoint);
      Digest128 digest = rebuilding.hosted().digest();
      if (!digest.equals(end.digest())) {
        throw new ReceptionException("leapt to " + digest + ", not to " + end.digest(), false);
      }
    }
  }
}
