package org.replaymigrate.protocol.wire;

import java.util.List;
import java.util.UUID;
import org.replaymigrate.protocol.digest.Digest128;

/**
 * Everything that goes over the wire. Ids are part of the format: 0 is invalid, an unknown one ends
 * the connection. Byte for byte in docs/formats/wire.md.
 */
public sealed interface WireMessage {
  /** The message's id; 1..127. */
  int id();

  /**
   * A source opens a transfer.
   *
   * @param minVersion oldest version of the protocol that it speaks
   * @param maxVersion newest
   * @param vkernel whose state it is
   * @param transfer a fresh id for this attempt
   * @param epoch how often the vkernel has changed hands
   * @param name of its folder; at most 64 characters
   * @param identity content of the identity file; at most 64 KiB
   */
  record Hello(
      int minVersion,
      int maxVersion,
      UUID vkernel,
      UUID transfer,
      long epoch,
      String name,
      byte[] identity)
      implements WireMessage {
    @Override
    public int id() {
      return 1;
    }
  }

  /**
   * The destination will take it, speaking {@code version}.
   *
   * @param patienceMillis how long it waits for the source when the link has broken
   */
  record Welcome(int version, long patienceMillis) implements WireMessage {
    @Override
    public int id() {
      return 2;
    }
  }

  /**
   * The destination will not.
   *
   * @param safety whether it is refused for safety (version, owner), rather than because it failed
   * @param reason one line, at most 1000 characters
   */
  record Refuse(boolean safety, String reason) implements WireMessage {
    @Override
    public int id() {
      return 3;
    }
  }

  /** The next bytes of the base checkpoint, at most {@link WireCodec#MAX_PART}. */
  record CheckpointPart(byte[] bytes) implements WireMessage {
    @Override
    public int id() {
      return 4;
    }
  }

  /** The base checkpoint is complete. */
  record CheckpointEnd(long bytes) implements WireMessage {
    @Override
    public int id() {
      return 5;
    }
  }

  /**
   * Events of the log, in order.
   *
   * @param firstSequence of the first of them
   * @param firstInstructions from which the first one's count is measured
   * @param count how many
   * @param encoded each a varint of the distance in instructions, then the input
   */
  record Events(long firstSequence, long firstInstructions, int count, byte[] encoded)
      implements WireMessage {
    @Override
    public int id() {
      return 6;
    }
  }

  /** Every event before this count has been sent: the destination may execute up to it. */
  record Horizon(long instructions) implements WireMessage {
    @Override
    public int id() {
      return 7;
    }
  }

  /** How far the destination is: the next event it waits for, and the count it has reached. */
  record Applied(long sequence, long instructions) implements WireMessage {
    @Override
    public int id() {
      return 8;
    }
  }

  /**
   * The source stands at {@code instructions}; nothing follows event {@code sequence - 1}.
   *
   * @param digest of the whole state there
   * @param epochNanos the date that goes with guest time there, nanoseconds since
   *     1970-01-01T00:00Z: what has passed since, the guest has missed
   */
  record Stop(long sequence, long instructions, Digest128 digest, long epochNanos)
      implements WireMessage {
    @Override
    public int id() {
      return 9;
    }
  }

  /** The destination stands there too, has it all on disk, and waits for the decision. */
  record Prepared(Digest128 digest) implements WireMessage {
    @Override
    public int id() {
      return 10;
    }
  }

  /** The destination owns the vkernel from now on. */
  record Commit() implements WireMessage {
    @Override
    public int id() {
      return 11;
    }
  }

  /** The destination runs it, or has it on disk for good. */
  record Live() implements WireMessage {
    @Override
    public int id() {
      return 12;
    }
  }

  /** Nothing comes of it; the source goes on. */
  record Abort(String reason) implements WireMessage {
    @Override
    public int id() {
      return 13;
    }
  }

  /**
   * The destination's replay is not the recording; the source has to show its state.
   *
   * @param lost whether the replay could not go on at all: then the source stops its guest at once
   * @param what one line: the first event or state that is not as recorded, and the last that was
   */
  record Diverged(boolean lost, String what) implements WireMessage {
    @Override
    public int id() {
      return 15;
    }
  }

  /**
   * The destination asks for a node of a hash tree as it is at the stop.
   *
   * @param part 0 for RAM, k for the k-th disk
   * @param level from 0, whose children are pages
   */
  record AskNode(int part, int level, int index) implements WireMessage {
    @Override
    public int id() {
      return 16;
    }
  }

  /** The digests of the node's children: {@code HashTree.FANOUT} of 16 bytes. */
  record Node(byte[] children) implements WireMessage {
    @Override
    public int id() {
      return 17;
    }
  }

  /**
   * The destination asks for pages.
   *
   * @param pages numbers, at most {@link WireCodec#MAX_PAGES}
   */
  record AskPages(int part, List<Integer> pages) implements WireMessage {
    public AskPages {
      pages = List.copyOf(pages);
    }

    @Override
    public int id() {
      return 18;
    }
  }

  /** The content of the pages that were asked for, one behind the other, compressed by zstd. */
  record Pages(byte[] compressed) implements WireMessage {
    @Override
    public int id() {
      return 19;
    }
  }

  /** The destination asks for everything that is not in pages. */
  record AskState() implements WireMessage {
    @Override
    public int id() {
      return 20;
    }
  }

  /** The encoded state of the machine. */
  record State(byte[] encoded) implements WireMessage {
    @Override
    public int id() {
      return 21;
    }
  }

  /**
   * Of the link, not counted: the sender is alive.
   *
   * @param wanted the next frame that it wants; it has all before
   * @param clock of the sender, nanoseconds since some moment; more than 0
   * @param echo the clock of the other side that was heard last; 0 if none
   * @param heldNanos how long ago that was
   */
  record Alive(long wanted, long clock, long echo, long heldNanos) implements WireMessage {
    @Override
    public int id() {
      return 60;
    }
  }

  /**
   * Of the link, not counted; first message of a connection: goes on with a conversation whose
   * connection has broken.
   *
   * @param wanted the next frame that the source wants
   */
  record Resume(UUID transfer, long wanted) implements WireMessage {
    @Override
    public int id() {
      return 61;
    }
  }

  /**
   * Of the link, not counted: the destination goes on too.
   *
   * @param wanted the next frame that it wants
   */
  record Resumed(long wanted) implements WireMessage {
    @Override
    public int id() {
      return 62;
    }
  }

  /** Of the link, not counted: the sender ends the conversation, and hears no more. */
  record Bye() implements WireMessage {
    @Override
    public int id() {
      return 63;
    }
  }

  /** First message of a connection that only repeats the outcome of a transfer. */
  record Decide(UUID vkernel, UUID transfer, boolean commit) implements WireMessage {
    @Override
    public int id() {
      return 14;
    }
  }

  /**
   * Sent right before Live: what the destination's part of the downtime consisted of. Nanoseconds,
   * by its own clock.
   *
   * @param replay from hearing Stop until the last event had been replayed and the state compared
   * @param sync from there until everything was on the disk
   * @param start from hearing Commit until the guest ran
   * @param running for how long it had been running when this was sent
   */
  record Landed(long replay, long sync, long start, long running) implements WireMessage {
    @Override
    public int id() {
      return 22;
    }
  }

  /**
   * Follows on Welcome: states of this vkernel which the destination can bring up by itself, oldest
   * first.
   *
   * @param marks at most {@link #MOST}
   */
  record Holds(List<Mark> marks) implements WireMessage {
    public static final int MOST = 64;

    public Holds {
      marks = List.copyOf(marks);
    }

    @Override
    public int id() {
      return 23;
    }
  }

  /**
   * A state.
   *
   * @param sequence number of the first event of the log behind it
   * @param instructions how far the guest had come
   * @param digest of everything
   */
  record Mark(long sequence, long instructions, Digest128 digest) {}

  /**
   * In place of a checkpoint: the destination is to begin with a state that it holds.
   *
   * @param mark one of those that it has named
   */
  record BeginWith(Mark mark) implements WireMessage {
    @Override
    public int id() {
      return 24;
    }
  }

  /**
   * The answer: the destination has brought that state up and found its digest right, or it could
   * not and wants a checkpoint.
   *
   * @param why not, one line; empty if it has
   */
  record Begun(String why) implements WireMessage {
    @Override
    public int id() {
      return 25;
    }
  }

  /**
   * In place of Stop: the guest runs on, and nothing changes hands.
   *
   * @param stop what Stop would have said
   */
  record Rehearse(Stop stop) implements WireMessage {
    @Override
    public int id() {
      return 26;
    }
  }

  /** The answer: the destination was in that state, and now forgets what it was about. */
  record Rehearsed(Digest128 digest, long replay, long sync) implements WireMessage {
    @Override
    public int id() {
      return 27;
    }
  }

  /**
   * Leaves the log aside: the pages that have changed since the base, or since the last leap,
   * follow, and a state that goes with them. What the destination has not replayed of the log, it
   * need not.
   */
  record LeapBegin() implements WireMessage {
    @Override
    public int id() {
      return 40;
    }
  }

  /**
   * Pages of a leap.
   *
   * @param part 0 for RAM, k for the k-th disk
   * @param pages numbers, at most {@link WireCodec#MAX_PAGES}
   * @param compressed their content, one behind the other, compressed by zstd
   */
  record LeapPages(int part, List<Integer> pages, byte[] compressed) implements WireMessage {
    public LeapPages {
      pages = List.copyOf(pages);
    }

    @Override
    public int id() {
      return 41;
    }
  }

  /**
   * The leap is complete: this is where it leads, and the log goes on from there.
   *
   * @param sequence of the next event
   * @param instructions the count there
   * @param digest of the whole state there
   * @param epochNanos the date that goes with guest time there, nanoseconds since 1970
   * @param state the encoded state of the machine, but for its pages
   */
  record LeapEnd(long sequence, long instructions, Digest128 digest, long epochNanos, byte[] state)
      implements WireMessage {
    @Override
    public int id() {
      return 42;
    }
  }

  /**
   * Asks what a destination knows of itself. Within a transfer the answer is {@link Surveyed}; as
   * the first message of a connection, on which nothing moves, {@link Holds} of that vkernel
   * follows.
   *
   * @param minVersion of the protocol that the source speaks
   * @param maxVersion that it speaks
   */
  record Survey(int minVersion, int maxVersion, UUID vkernel) implements WireMessage {
    @Override
    public int id() {
      return 43;
    }
  }

  /**
   * The answer.
   *
   * @param replaySpeed instructions a second that the last replay there has reached, 0 if there was
   *     none
   * @param restoreSpeed bytes of a base a second that were made a machine there, 0 if none was
   */
  record Surveyed(long replaySpeed, long restoreSpeed) implements WireMessage {
    @Override
    public int id() {
      return 44;
    }
  }

  /** Bytes without a meaning, to be answered by an {@link Echo}; at most a part's length. */
  record Probe(byte[] bytes) implements WireMessage {
    @Override
    public int id() {
      return 45;
    }
  }

  /** That many bytes of a {@link Probe} have come. */
  record Echo(int bytes) implements WireMessage {
    @Override
    public int id() {
      return 46;
    }
  }
}
