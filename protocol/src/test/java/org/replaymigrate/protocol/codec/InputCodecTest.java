package org.replaymigrate.protocol.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.esotericsoftware.kryo.io.Output;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.replaymigrate.protocol.format.FormatException;
import org.replaymigrate.vkernel.port.Input;

class InputCodecTest {
  /** Each input as it stands in every log that was ever written. */
  private static final Map<String, Input> RECORDED =
      Map.ofEntries(
          Map.entry("0a" + "1500cd5b07000000", new Input.ClockRead(0x0000_0007_5bcd_0015L)),
          Map.entry("0b" + "03" + "0102ff", new Input.Entropy(new byte[] {1, 2, -1})),
          Map.entry("14" + "01", new Input.ClockAdvance(1)),
          Map.entry("14" + "a08d06", new Input.ClockAdvance(100_000)),
          Map.entry("14" + "ffffffffffffffff7f", new Input.ClockAdvance(Long.MAX_VALUE)),
          Map.entry("1e" + "01" + "02" + "beef", new Input.NetworkFrame(1, hex("beef"))),
          Map.entry("28" + "00" + "03" + "6c730a", new Input.ConsoleBytes(0, hex("6c730a"))),
          Map.entry("29", new Input.ConsoleBreak()),
          Map.entry("32", new Input.PowerButton()),
          Map.entry("33" + "44332211", OutputMarks.mark(0x1122_3344L)),
          Map.entry(
              "34" + "0807060504030201" + "100f0e0d0c0b0a09",
              new Input.StateDigest(0x0102_0304_0506_0708L, 0x090a_0b0c_0d0e_0f10L)),
          Map.entry("35" + "8001", new Input.CheckpointTaken(128)),
          Map.entry("36" + "03", new Input.EndOfLog(3)));

  private final InputCodec codec = new InputCodec();

  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text);
  }

  private String write(Input input) {
    Output out = new Output(InputCodec.MAX_BYTES);
    codec.write(out, input);
    return HexFormat.of().formatHex(out.toBytes());
  }

  private Input read(byte[] bytes) throws FormatException.Corrupt {
    return codec.read(new com.esotericsoftware.kryo.io.Input(bytes));
  }

  @Test
  void everyInputIsWrittenAsRecorded() {
    RECORDED.forEach((bytes, input) -> assertEquals(bytes, write(input)));
  }

  @Test
  void everyRecordedInputReadsBack() throws FormatException.Corrupt {
    for (var e : RECORDED.entrySet()) {
      Input input = read(hex(e.getKey()));
      assertEquals(e.getValue().getClass(), input.getClass());
      assertEquals(e.getKey(), write(input));
    }
  }

  @Test
  void everyInputThatThereIsHasARecordedForm() {
    Map<Class<?>, Integer> ids = new HashMap<>();
    RECORDED.values().forEach(input -> ids.put(input.getClass(), input.id()));
    assertEquals(leaves(Input.class), ids.keySet());
    RECORDED.forEach((bytes, input) -> assertEquals(input.id(), hex(bytes)[0]));
  }

  private static Set<Class<?>> leaves(Class<?> sealed) {
    Set<Class<?>> found = new java.util.HashSet<>();
    for (Class<?> c : sealed.getPermittedSubclasses()) {
      found.addAll(c.isSealed() ? leaves(c) : Set.of(c));
    }
    return found;
  }

  @Test
  void unknownIdsAreRefused() {
    Set<Integer> known = new TreeSet<>();
    RECORDED.values().forEach(input -> known.add(input.id()));
    for (int id = 0; id < 256; id++) {
      if (!known.contains(id)) {
        byte[] bytes = new byte[32];
        bytes[0] = (byte) id;
        var e = assertThrows(FormatException.Corrupt.class, () -> read(bytes));
        assertEquals("unknown input id " + id, e.getMessage());
      }
    }
  }

  @Test
  void inputsCutShortAreRefused() {
    for (String text : RECORDED.keySet()) {
      byte[] whole = hex(text);
      for (int length = 0; length < whole.length; length++) {
        byte[] part = Arrays.copyOf(whole, length);
        assertThrows(FormatException.Corrupt.class, () -> read(part), text + " cut to " + length);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0b00", // no entropy
        "0bffffffff07", // two gigabytes of entropy
        "0bffffffff0f", // a negative length
        "1400", // the clock stands still
        "14ffffffffffffffffff", // the clock goes back
        "1e00ffffffff07", // a frame of two gigabytes
        "1e0801aa", // no such network device
        "1e0000", // an empty frame
        "280901aa", // no such console
        "35ffffffffffffffffff", // a negative checkpoint
        "3600", // no reason
        "3605" // an unknown reason
      })
  void impossiblePayloadsAreRefused(String bytes) {
    assertThrows(FormatException.Corrupt.class, () -> read(hex(bytes)));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void randomBytesAreReadOrRefused(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = new byte[random.nextInt(40)];
      random.nextBytes(bytes);
      if (bytes.length > 0 && random.nextBoolean()) {
        bytes[0] = (byte) (10 + random.nextInt(46));
      }
      try {
        read(bytes);
      } catch (FormatException.Corrupt expected) {
        assertFalse(expected.getMessage().contains("\n"));
      }
    }
  }

  @Test
  void outputMarkComparesAllBitsOfTheDigest() throws FormatException.Corrupt {
    long digest = 0x1234_5678_9abc_def0L;
    Input.OutputMark mark = (Input.OutputMark) read(hex(write(new Input.OutputMark(digest))));
    assertEquals(OutputMarks.mark(digest), mark);
    assertTrue(OutputMarks.matches(mark, digest));
    for (int bit = 0; bit < 64; bit++) {
      assertFalse(OutputMarks.matches(mark, digest ^ (1L << bit)), "bit " + bit);
    }
  }
}
