package org.replaymigrate.protocol.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.replaymigrate.protocol.format.FormatException;
import org.replaymigrate.vkernel.Machine;
import org.replaymigrate.vkernel.MachineConfig;
import org.replaymigrate.vkernel.MachineState;
import org.replaymigrate.vkernel.cpu.HartState;
import org.replaymigrate.vkernel.port.BlockStore;
import org.replaymigrate.vkernel.port.Outputs;
import org.replaymigrate.vkernel.state.DeviceState;

class StateCodecTest {
  record Inner(int a, boolean b) {}

  record Everything(
      boolean flag,
      int number,
      long wide,
      String text,
      byte[] bytes,
      int[] ints,
      long[] longs,
      Inner inner,
      List<Inner> inners)
      implements DeviceState {}

  record Nothing() implements DeviceState {}

  private static final List<StateTypes.Line> TABLE =
      List.of(
          new StateTypes.Line(100, Inner.class),
          new StateTypes.Line(101, Everything.class),
          new StateTypes.Line(102, Nothing.class),
          new StateTypes.Line(30, HartState.class),
          new StateTypes.Line(31, MachineState.class));

  private static final MachineConfig CONFIG =
      MachineConfig.of(
          64L << 20,
          2,
          List.of(
              new MachineConfig.Slot.Disk(1 << 30, true, "vda"),
              new MachineConfig.Slot.Net(0x5254_0012_3456L),
              new MachineConfig.Slot.Rng(),
              new MachineConfig.Slot.Console()));

  private final StateCodec codec = new StateCodec(TABLE);

  private static MachineState state() {
    long[] x = new long[32];
    x[2] = -1;
    x[31] = Long.MIN_VALUE;
    Everything device =
        new Everything(
            true,
            Integer.MIN_VALUE,
            Long.MAX_VALUE,
            "naïve",
            new byte[] {1, -1},
            new int[] {0, -5, 1 << 30},
            new long[0],
            new Inner(7, false),
            List.of(new Inner(1, true), new Inner(-1, false)));
    return new MachineState(
        5L << 33,
        -4,
        0,
        77,
        -1,
        0,
        0,
        List.of(new HartState(x, new long[32], 0x8000_0000L, 3, 1, -1, 12, new long[] {1, 2})),
        List.of(new Nothing(), device));
  }

  @Test
  void configurationSurvivesATrip() throws FormatException.Corrupt {
    StateCodec real = new StateCodec();
    assertEquals(CONFIG, real.decodeConfig(real.encode(CONFIG)));
  }

  @Test
  void stateSurvivesATrip() throws FormatException.Corrupt {
    byte[] bytes = codec.encode(state());
    MachineState read = codec.decodeState(bytes);
    assertArrayEquals(bytes, codec.encode(read));
    assertEquals(state().instructions(), read.instructions());
    assertArrayEquals(state().harts().get(0).x(), read.harts().get(0).x());
    assertEquals(new Nothing(), read.devices().get(0));
    Everything device = (Everything) read.devices().get(1);
    assertTrue(device.flag());
    assertEquals(Integer.MIN_VALUE, device.number());
    assertEquals(Long.MAX_VALUE, device.wide());
    assertEquals("naïve", device.text());
    assertArrayEquals(new byte[] {1, -1}, device.bytes());
    assertArrayEquals(new int[] {0, -5, 1 << 30}, device.ints());
    assertEquals(new Inner(7, false), device.inner());
    assertEquals(List.of(new Inner(1, true), new Inner(-1, false)), device.inners());
  }

  @Test
  void componentsAreWrittenInTheOrderOfDeclaration() {
    assertArrayEquals(new byte[] {14, 1}, codec.write(new Inner(7, true)));
  }

  @Test
  void configurationThatItsRecordRefusesIsCorrupt() {
    StateCodec real = new StateCodec();
    byte[] bytes = real.encode(CONFIG);
    int harts = 4; // after the zigzag varint of 64 MiB
    assertEquals(2 << 1, bytes[harts]);
    bytes[harts] = 9 << 1;
    var e = assertThrows(FormatException.Corrupt.class, () -> real.decodeConfig(bytes));
    assertEquals("MachineConfig: 9 harts: want 1 to 8", e.getMessage());
  }

  @Test
  void idOfAnotherKindIsRefused() {
    byte[] bytes = codec.encode(state());
    int at = indexOf(bytes, (byte) 102);
    for (byte id : new byte[] {0, 1, 9, 31, 99, 100, 127}) {
      byte[] changed = bytes.clone();
      changed[at] = id;
      var e = assertThrows(FormatException.Corrupt.class, () -> codec.decodeState(changed));
      assertEquals("MachineState: unknown id " + id + " of a DeviceState", e.getMessage());
    }
  }

  private static int indexOf(byte[] bytes, byte value) {
    for (int i = bytes.length - 1; i >= 0; i--) {
      if (bytes[i] == value && bytes[i + 1] == 101) {
        return i;
      }
    }
    throw new AssertionError();
  }

  @Test
  void stateCutShortOrTooLongIsRefused() {
    byte[] bytes = codec.encode(state());
    for (int length = 0; length < bytes.length; length++) {
      byte[] part = Arrays.copyOf(bytes, length);
      assertThrows(FormatException.Corrupt.class, () -> codec.decodeState(part));
    }
    byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
    assertThrows(FormatException.Corrupt.class, () -> codec.decodeState(longer));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void damagedStatesAreReadOrRefused(long seed) {
    Random random = new Random(seed);
    byte[] bytes = codec.encode(state());
    for (int i = 0; i < 5_000; i++) {
      byte[] damaged = bytes.clone();
      for (int n = 1 + random.nextInt(6); n > 0; n--) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
      }
      try {
        codec.decodeState(damaged);
      } catch (FormatException.Corrupt expected) {
        assertFalse(expected.getMessage().contains("\n"));
      }
    }
  }

  record Shell(DeviceState inside) implements DeviceState {}

  @Test
  void bottomlessStateIsRefused() {
    StateCodec shells = new StateCodec(List.of(new StateTypes.Line(50, Shell.class)));
    byte[] bytes = new byte[StateCodec.MAX_BYTES];
    Arrays.fill(bytes, (byte) 50);
    assertThrows(FormatException.Corrupt.class, () -> shells.read(bytes, Shell.class));
  }

  @Test
  void stateOfAMachineWithEveryDeviceSurvivesATrip() throws FormatException.Corrupt {
    List<MachineConfig.Slot> slots =
        List.of(
            new MachineConfig.Slot.Disk(1 << 20, false, "vda"),
            new MachineConfig.Slot.Net(0x5254_0012_3456L),
            new MachineConfig.Slot.Rng(),
            new MachineConfig.Slot.Console(),
            new MachineConfig.Slot.PowerButton());
    assertEquals(
        Set.of(MachineConfig.Slot.class.getPermittedSubclasses()),
        slots.stream().map(Object::getClass).collect(Collectors.toSet()));
    MachineConfig config = MachineConfig.of(16L << 20, 2, slots);
    StateCodec real = new StateCodec();
    assertEquals(config, real.decodeConfig(real.encode(config)));
    try (Arena arena = Arena.ofConfined()) {
      MachineState saved = machine(arena, config).save();
      byte[] bytes = real.encode(saved);
      Machine other = machine(arena, config);
      other.restore(real.decodeState(bytes));
      assertArrayEquals(bytes, real.encode(other.save()));
      assertEquals(saved.devices().size(), other.save().devices().size());
    }
  }

  private static Machine machine(Arena arena, MachineConfig config) {
    MemorySegment memory = arena.allocate(config.memoryBytes(), 4096);
    return new Machine(config, memory, List.of(new EmptyDisk(1 << 20)), Outputs.NONE);
  }

  /** A disk that nobody touches. */
  private record EmptyDisk(long sizeBytes) implements BlockStore {
    @Override
    public void read(long offset, MemorySegment destination) {}

    @Override
    public void write(long offset, MemorySegment source) {}

    @Override
    public void discard(long offset, long length) {}

    @Override
    public void flush() {}
  }

  record Alien(Object anything) {}

  @Test
  void tablesWithMistakesAreRefused() {
    for (var table :
        List.of(
            List.of(new StateTypes.Line(9, Inner.class)),
            List.of(new StateTypes.Line(10, Inner.class), new StateTypes.Line(10, Nothing.class)),
            List.of(new StateTypes.Line(10, Everything.class)),
            List.of(new StateTypes.Line(10, Alien.class)))) {
      assertThrows(IllegalArgumentException.class, () -> new StateCodec(table));
    }
  }
}
