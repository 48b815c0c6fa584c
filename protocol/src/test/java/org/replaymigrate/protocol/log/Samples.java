package org.replaymigrate.protocol.log;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.esotericsoftware.kryo.io.Output;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.replaymigrate.protocol.codec.InputCodec;
import org.replaymigrate.protocol.codec.OutputMarks;
import org.replaymigrate.protocol.digest.Digest128;
import org.replaymigrate.vkernel.port.Input;

/** Events of every kind, the same for the same seed. */
final class Samples {
  static final UUID VKERNEL = new UUID(0x0123_4567_89ab_cdefL, 0xfedc_ba98_7654_3210L);
  static final Digest128 CONFIG = new Digest128(1, 2);

  private static final InputCodec CODEC = new InputCodec();

  private final Random random;
  private long sequence;
  private long instructions;

  Samples(long seed, long sequence, long instructions) {
    this.random = new Random(seed);
    this.sequence = sequence;
    this.instructions = instructions;
  }

  static LogHeader header(int segment, long sequence, long instructions) {
    return new LogHeader(VKERNEL, CONFIG, segment, 3, sequence, instructions);
  }

  static List<Event> list(long seed, int count) {
    Samples samples = new Samples(seed, 0, 0);
    List<Event> events = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      events.add(samples.next());
    }
    return events;
  }

  Event next() {
    instructions += random.nextInt(10) == 0 ? random.nextInt(1 << 30) : random.nextInt(1000);
    return new Event(sequence++, instructions, input());
  }

  private Input input() {
    return switch (random.nextInt(16)) {
      case 0 -> new Input.ClockRead(random.nextLong());
      case 1 -> new Input.Entropy(bytes(1 + random.nextInt(256)));
      case 2 -> new Input.NetworkFrame(random.nextInt(8), bytes(1 + random.nextInt(1514)));
      case 3 -> new Input.ConsoleBytes(random.nextInt(9), bytes(1 + random.nextInt(16)));
      case 4 -> new Input.ConsoleBreak();
      case 5 -> new Input.PowerButton();
      case 6 -> OutputMarks.mark(random.nextLong());
      case 7 -> new Input.StateDigest(random.nextLong(), random.nextLong());
      case 8 -> new Input.CheckpointTaken(random.nextInt(1000));
      default -> new Input.ClockAdvance(1 + random.nextInt(1 << random.nextInt(20)));
    };
  }

  private byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  /** Writes a segment and returns its logical size. */
  static long write(Path directory, LogHeader header, List<Event> events) throws IOException {
    try (EventLogWriter writer = EventLogWriter.create(directory, header)) {
      for (Event event : events) {
        assertEquals(event.sequence(), writer.append(event.instructions(), event.input()));
      }
      return writer.logicalBytes();
    }
  }

  /** Inputs hold arrays, so that equality of records says nothing. */
  static void assertSame(Event expected, Event actual) {
    assertEquals(expected.sequence(), actual.sequence());
    assertEquals(expected.instructions(), actual.instructions());
    assertArrayEquals(bytes(expected.input()), bytes(actual.input()));
  }

  static void assertSame(List<Event> expected, List<Event> actual) {
    assertEquals(expected.size(), actual.size());
    for (int i = 0; i < expected.size(); i++) {
      assertSame(expected.get(i), actual.get(i));
    }
  }

  private static byte[] bytes(Input input) {
    Output out = new Output(64, InputCodec.MAX_BYTES);
    CODEC.write(out, input);
    return out.toBytes();
  }
}
