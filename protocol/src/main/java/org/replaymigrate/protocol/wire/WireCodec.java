package org.replaymigrate.protocol.wire;

import com.esotericsoftware.kryo.KryoException;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.replaymigrate.protocol.digest.Digest128;
import org.replaymigrate.protocol.format.FormatException;

/**
 * {@link WireMessage}s as bytes. Lengths are checked against what is there before anything is made.
 */
final class WireCodec {
  /** Most bytes in one part of a checkpoint, or in one batch of events. */
  static final int MAX_PART = 256 << 10;

  /** Most pages that are asked for at once; their content fits into a message. */
  static final int MAX_PAGES = 64;

  /** No message takes more. */
  static final int MAX_MESSAGE = MAX_PART + (66 << 10);

  private static final int MAX_IDENTITY = 64 << 10;

  /** No first message of a conversation takes more: Hello, with an identity and little else. */
  static final int MAX_FIRST = MAX_IDENTITY + (1 << 10);

  private static final int MAX_NAME = 64;
  private static final int MAX_REASON = 1000;

  private WireCodec() {}

  /**
   * Whether the frames of this message carry no number: those of the link itself, and those that a
   * peer of another version must be able to read.
   */
  static boolean isUnnumbered(int id) {
    return switch (id) {
      case 1, 2, 3, 12, 13, 14, 43, 60, 61, 62, 63 -> true;
      default -> false;
    };
  }

  static void write(Output out, WireMessage message) {
    out.writeByte(message.id());
    switch (message) {
      case WireMessage.Hello m -> {
        out.writeVarInt(m.minVersion(), true);
        out.writeVarInt(m.maxVersion(), true);
        uuid(out, m.vkernel());
        uuid(out, m.transfer());
        out.writeVarLong(m.epoch(), true);
        text(out, m.name(), MAX_NAME);
        bytes(out, m.identity());
      }
      case WireMessage.Welcome m -> {
        out.writeVarInt(m.version(), true);
        out.writeVarLong(m.patienceMillis(), true);
      }
      case WireMessage.Refuse m -> {
        out.writeBoolean(m.safety());
        text(out, m.reason(), MAX_REASON);
      }
      case WireMessage.CheckpointPart m -> bytes(out, m.bytes());
      case WireMessage.CheckpointEnd m -> out.writeVarLong(m.bytes(), true);
      case WireMessage.Events m -> {
        out.writeVarLong(m.firstSequence(), true);
        out.writeVarLong(m.firstInstructions(), true);
        out.writeVarInt(m.count(), true);
        bytes(out, m.encoded());
      }
      case WireMessage.Horizon m -> out.writeVarLong(m.instructions(), true);
      case WireMessage.Applied m -> {
        out.writeVarLong(m.sequence(), true);
        out.writeVarLong(m.instructions(), true);
      }
      case WireMessage.Stop m -> stop(out, m);
      case WireMessage.Prepared m -> digest(out, m.digest());
      case WireMessage.Commit m -> {}
      case WireMessage.Live m -> {}
      case WireMessage.Abort m -> text(out, m.reason(), MAX_REASON);
      case WireMessage.Decide m -> {
        uuid(out, m.vkernel());
        uuid(out, m.transfer());
        out.writeBoolean(m.commit());
      }
      case WireMessage.Diverged m -> {
        out.writeBoolean(m.lost());
        text(out, m.what(), MAX_REASON);
      }
      case WireMessage.AskNode m -> {
        out.writeVarInt(m.part(), true);
        out.writeVarInt(m.level(), true);
        out.writeVarInt(m.index(), true);
      }
      case WireMessage.Node m -> bytes(out, m.children());
      case WireMessage.AskPages m -> {
        out.writeVarInt(m.part(), true);
        numbers(out, m.pages());
      }
      case WireMessage.Pages m -> bytes(out, m.compressed());
      case WireMessage.AskState m -> {}
      case WireMessage.State m -> bytes(out, m.encoded());
      case WireMessage.Landed m -> {
        out.writeVarLong(m.replay(), true);
        out.writeVarLong(m.sync(), true);
        out.writeVarLong(m.start(), true);
        out.writeVarLong(m.running(), true);
      }
      case WireMessage.Holds m -> {
        out.writeVarInt(m.marks().size(), true);
        m.marks().forEach(mark -> mark(out, mark));
      }
      case WireMessage.BeginWith m -> mark(out, m.mark());
      case WireMessage.Begun m -> text(out, m.why(), MAX_REASON);
      case WireMessage.Rehearse m -> stop(out, m.stop());
      case WireMessage.Rehearsed m -> {
        digest(out, m.digest());
        out.writeVarLong(m.replay(), true);
        out.writeVarLong(m.sync(), true);
      }
      case WireMessage.LeapBegin m -> {}
      case WireMessage.LeapPages m -> {
        out.writeVarInt(m.part(), true);
        numbers(out, m.pages());
        bytes(out, m.compressed());
      }
      case WireMessage.LeapEnd m -> {
        out.writeVarLong(m.sequence(), true);
        out.writeVarLong(m.instructions(), true);
        digest(out, m.digest());
        out.writeLong(m.epochNanos());
        bytes(out, m.state());
      }
      case WireMessage.Survey m -> {
        out.writeVarInt(m.minVersion(), true);
        out.writeVarInt(m.maxVersion(), true);
        uuid(out, m.vkernel());
      }
      case WireMessage.Surveyed m -> {
        out.writeVarLong(m.replaySpeed(), true);
        out.writeVarLong(m.restoreSpeed(), true);
      }
      case WireMessage.Probe m -> bytes(out, m.bytes());
      case WireMessage.Echo m -> out.writeVarInt(m.bytes(), true);
      case WireMessage.Alive m -> {
        out.writeVarLong(m.wanted(), true);
        out.writeVarLong(m.clock(), true);
        out.writeVarLong(m.echo(), true);
        out.writeVarLong(m.heldNanos(), true);
      }
      case WireMessage.Resume m -> {
        uuid(out, m.transfer());
        out.writeVarLong(m.wanted(), true);
      }
      case WireMessage.Resumed m -> out.writeVarLong(m.wanted(), true);
      case WireMessage.Bye m -> {}
    }
  }

  /**
   * Reads one message, which takes all of {@code in}.
   *
   * @throws FormatException.Corrupt for anything that {@link #write} has not written
   */
  static WireMessage read(Input in) throws FormatException.Corrupt {
    try {
      int id = in.readByte();
      WireMessage message =
          switch (id) {
            case 1 ->
                new WireMessage.Hello(
                    in.readVarInt(true),
                    in.readVarInt(true),
                    uuid(in),
                    uuid(in),
                    in.readVarLong(true),
                    text(in, MAX_NAME),
                    bytes(in, MAX_IDENTITY));
            case 2 -> new WireMessage.Welcome(in.readVarInt(true), in.readVarLong(true));
            case 3 -> new WireMessage.Refuse(in.readBoolean(), text(in, MAX_REASON));
            case 4 -> new WireMessage.CheckpointPart(bytes(in, MAX_PART));
            case 5 -> new WireMessage.CheckpointEnd(in.readVarLong(true));
            case 6 ->
                new WireMessage.Events(
                    in.readVarLong(true),
                    in.readVarLong(true),
                    in.readVarInt(true),
                    bytes(in, MAX_MESSAGE));
            case 7 -> new WireMessage.Horizon(in.readVarLong(true));
            case 8 -> new WireMessage.Applied(in.readVarLong(true), in.readVarLong(true));
            case 9 -> stop(in);
            case 10 -> new WireMessage.Prepared(digest(in));
            case 11 -> new WireMessage.Commit();
            case 12 -> new WireMessage.Live();
            case 13 -> new WireMessage.Abort(text(in, MAX_REASON));
            case 14 -> new WireMessage.Decide(uuid(in), uuid(in), in.readBoolean());
            case 15 -> new WireMessage.Diverged(in.readBoolean(), text(in, MAX_REASON));
            case 16 ->
                new WireMessage.AskNode(
                    in.readVarInt(true), in.readVarInt(true), in.readVarInt(true));
            case 17 -> new WireMessage.Node(bytes(in, MAX_PART));
            case 18 -> new WireMessage.AskPages(in.readVarInt(true), numbers(in));
            case 19 -> new WireMessage.Pages(bytes(in, MAX_MESSAGE));
            case 20 -> new WireMessage.AskState();
            case 21 -> new WireMessage.State(bytes(in, MAX_MESSAGE));
            case 22 ->
                new WireMessage.Landed(
                    in.readVarLong(true),
                    in.readVarLong(true),
                    in.readVarLong(true),
                    in.readVarLong(true));
            case 23 -> new WireMessage.Holds(marks(in));
            case 24 -> new WireMessage.BeginWith(mark(in));
            case 25 -> new WireMessage.Begun(text(in, MAX_REASON));
            case 26 -> new WireMessage.Rehearse(stop(in));
            case 27 ->
                new WireMessage.Rehearsed(digest(in), in.readVarLong(true), in.readVarLong(true));
            case 40 -> new WireMessage.LeapBegin();
            case 41 ->
                new WireMessage.LeapPages(in.readVarInt(true), numbers(in), bytes(in, MAX_MESSAGE));
            case 42 ->
                new WireMessage.LeapEnd(
                    in.readVarLong(true),
                    in.readVarLong(true),
                    digest(in),
                    in.readLong(),
                    bytes(in, MAX_MESSAGE));
            case 43 -> new WireMessage.Survey(in.readVarInt(true), in.readVarInt(true), uuid(in));
            case 44 -> new WireMessage.Surveyed(in.readVarLong(true), in.readVarLong(true));
            case 45 -> new WireMessage.Probe(bytes(in, MAX_PART));
            case 46 -> new WireMessage.Echo(in.readVarInt(true));
            case 60 ->
                new WireMessage.Alive(
                    in.readVarLong(true),
                    in.readVarLong(true),
                    in.readVarLong(true),
                    in.readVarLong(true));
            case 61 -> new WireMessage.Resume(uuid(in), in.readVarLong(true));
            case 62 -> new WireMessage.Resumed(in.readVarLong(true));
            case 63 -> new WireMessage.Bye();
            default -> throw new FormatException.Corrupt("unknown message " + id);
          };
      if (in.position() != in.limit()) {
        throw new FormatException.Corrupt("message " + id + " with bytes to spare");
      }
      return message;
    } catch (KryoException e) {
      throw new FormatException.Corrupt("message is cut short");
    }
  }

  private static void numbers(Output out, List<Integer> numbers) {
    out.writeVarInt(numbers.size(), true);
    numbers.forEach(number -> out.writeVarInt(number, true));
  }

  private static List<Integer> numbers(Input in) throws FormatException.Corrupt {
    int count = in.readVarInt(true);
    if (count < 0 || count > MAX_PAGES) {
      throw new FormatException.Corrupt(count + " pages");
    }
    List<Integer> numbers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      numbers.add(in.readVarInt(true));
    }
    return numbers;
  }

  private static void stop(Output out, WireMessage.Stop stop) {
    out.writeVarLong(stop.sequence(), true);
    out.writeVarLong(stop.instructions(), true);
    digest(out, stop.digest());
    out.writeLong(stop.epochNanos());
  }

  private static WireMessage.Stop stop(Input in) {
    return new WireMessage.Stop(
        in.readVarLong(true), in.readVarLong(true), digest(in), in.readLong());
  }

  private static List<WireMessage.Mark> marks(Input in) throws FormatException.Corrupt {
    int count = in.readVarInt(true);
    if (count < 0 || count > WireMessage.Holds.MOST) {
      throw new FormatException.Corrupt(count + " states");
    }
    List<WireMessage.Mark> marks = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      marks.add(mark(in));
    }
    return marks;
  }

  private static void mark(Output out, WireMessage.Mark mark) {
    out.writeVarLong(mark.sequence(), true);
    out.writeVarLong(mark.instructions(), true);
    digest(out, mark.digest());
  }

  private static WireMessage.Mark mark(Input in) {
    return new WireMessage.Mark(in.readVarLong(true), in.readVarLong(true), digest(in));
  }

  private static void uuid(Output out, UUID uuid) {
    out.writeLong(uuid.getMostSignificantBits());
    out.writeLong(uuid.getLeastSignificantBits());
  }

  private static UUID uuid(Input in) {
    return new UUID(in.readLong(), in.readLong());
  }

  private static void digest(Output out, Digest128 digest) {
    out.writeLong(digest.high());
    out.writeLong(digest.low());
  }

  private static Digest128 digest(Input in) {
    return new Digest128(in.readLong(), in.readLong());
  }

  private static void bytes(Output out, byte[] bytes) {
    out.writeVarInt(bytes.length, true);
    out.writeBytes(bytes);
  }

  private static byte[] bytes(Input in, int most) throws FormatException.Corrupt {
    int length = in.readVarInt(true);
    if (length < 0 || length > most || length > in.limit() - in.position()) {
      throw new FormatException.Corrupt("a field of " + length + " bytes");
    }
    return in.readBytes(length);
  }

  private static void text(Output out, String text, int most) {
    String cut = text.length() > most ? text.substring(0, most) : text;
    bytes(out, cut.getBytes(StandardCharsets.UTF_8));
  }

  private static String text(Input in, int most) throws FormatException.Corrupt {
    return new String(bytes(in, 4 * most), StandardCharsets.UTF_8);
  }
}
