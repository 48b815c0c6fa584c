package org.replaymigrate.recorder.ship;

import java.io.IOException;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.protocol.digest.Digest128;
import org.replaymigrate.protocol.log.Event;
import org.replaymigrate.protocol.log.LogHeader;
import org.replaymigrate.protocol.log.LogPosition;
import org.replaymigrate.protocol.log.LogReader;
import org.replaymigrate.protocol.log.LogSegments;
import org.replaymigrate.protocol.wire.WireMessage;
import org.replaymigrate.protocol.wire.WireMessage.Mark;
import org.replaymigrate.vkernel.port.Input;

/**
 * Has a destination begin with a state that it holds already, from an earlier trip of the vkernel:
 * then only the log since then is sent. A state counts as the same if the log here holds its digest
 * at the same event and the same instruction; the destination computes it again from what it has.
 */
final class WarmBase {
  /** What is replayed rather than sent as a state: about a minute of a busy guest. */
  private static final long MOST_INSTRUCTIONS = 10_000_000_000L;

  /** And what log: about as much as the state of a guest of middle size. */
  private static final long MOST_BYTES = 32L << 20;

  private static final long POLL_MILLIS = 20;

  private final Crossing crossing;

  WarmBase(Crossing crossing) {
    this.crossing = crossing;
  }

  /**
   * Has it begin so, if there is such a state and it is worth it.
   *
   * @return what it has begun with; null if a checkpoint must be sent
   */
  @Nullable Found begin() throws IOException, InterruptedException {
    List<Mark> held = crossing.destination().holds();
    Found found =
        crossing.options().fullBase()
            ? null
            : find(held, crossing.cargo().log(), crossing.recorder().figures().instructions());
    if (found == null) {
      return null;
    }
    crossing.destination().survey();
    crossing.destination().connection().send(new WireMessage.BeginWith(found.mark()));
    String why = awaitBegun();
    if (!why.isEmpty()) {
      crossing.figures().coldBecause = why;
      return null;
    }
    crossing.figures().warm = true;
    crossing.figures().baseInstructions = found.position().instructions();
    return found;
  }

  /**
   * A state that both sides know.
   *
   * @param position behind it in the log here
   * @param bytes of the log from there to its end
   * @param instructions from there on
   */
  record Found(Mark mark, LogPosition position, long bytes, long instructions) {
    private boolean isWorthIt() {
      return instructions <= MOST_INSTRUCTIONS && bytes <= MOST_BYTES;
    }
  }

  /**
   * The newest of the states that the log here leads through.
   *
   * @param held by the destination
   * @param reached by the guest
   * @return null if there is none, or it is so old that a new base is better in any case
   */
  static @Nullable Found find(List<Mark> held, LogSegments log, long reached) throws IOException {
    if (held.isEmpty()) {
      return null;
    }
    Set<Mark> wanted = new HashSet<>(held);
    long oldest =
        held.stream().min(Comparator.comparingLong(Mark::sequence)).orElseThrow().sequence();
    Mark mark = null;
    LogPosition position = null;
    try (LogReader reader = log.read(segmentWith(log, oldest))) {
      long before = 0;
      Event event = reader.next();
      while (event != null) {
        if (event.input() instanceof Input.StateDigest d) {
          Mark here =
              new Mark(
                  event.sequence() + 1, event.instructions(), new Digest128(d.high(), d.low()));
          if (wanted.contains(here)) {
            mark = here;
            position = reader.position();
            before = reader.logicalBytes();
          }
        }
        event = reader.next();
      }
      if (mark == null || position == null) {
        return null;
      }
      Found found =
          new Found(
              mark,
              position,
              reader.logicalBytes() - before,
              Math.max(0, reached - position.instructions()));
      return found.isWorthIt() ? found : null;
    }
  }

  /** The beginning of the last segment that begins before an event. */
  private static LogPosition segmentWith(LogSegments log, long sequence) throws IOException {
    LogHeader best = null;
    for (LogHeader header : log.headers()) {
      if (best == null || header.firstSequence() < sequence) {
        best = header;
      }
    }
    if (best == null) {
      throw new IOException(log + ": no log");
    }
    return new LogPosition(best.segment(), best.firstSequence(), best.firstInstructions());
  }

  private String awaitBegun() throws IOException, InterruptedException {
    while (true) {
      crossing.check();
      if (crossing.destination().next(POLL_MILLIS) instanceof WireMessage.Begun begun) {
        return begun.why();
      }
    }
  }
}
