package org.replaymigrate.vkernel.random;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.replaymigrate.vkernel.Machine;
import org.replaymigrate.vkernel.MachineConfig;
import org.replaymigrate.vkernel.MachineState;
import org.replaymigrate.vkernel.Stop;
import org.replaymigrate.vkernel.board.BootImage;
import org.replaymigrate.vkernel.cpu.HartState;
import org.replaymigrate.vkernel.port.Outputs;
import org.replaymigrate.vkernel.random.RandomImage.Recipe;
import org.replaymigrate.vkernel.translate.Translation;

/** Interpreter and translator over the random programs: the same state at the same counts. */
class LockstepTest {
  private static final long MEMORY = 64L << 20;
  private static final int PROGRAMS = Integer.getInteger("lockstep.programs", 60);
  private static final long LIMIT = 1_000_000L * PROGRAMS;

  private static Machine machine(byte[] image, Translation translation, MemorySegment memory) {
    MachineConfig config = new MachineConfig(MEMORY, 1, List.of(), false, 100, 20_000);
    Machine machine = new Machine(config, memory, List.of(), Outputs.NONE, translation);
    machine.load(new BootImage(null, null, image, "", new byte[32]));
    return machine;
  }

  private static MemorySegment memory() {
    return Arena.ofAuto().allocate(MEMORY, 8);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void stateIsTheSameAtEveryCount(long seed) {
    compare(seed, memory());
  }

  /** Over memory that has no address, translated code reaches RAM in another way. */
  @Test
  void stateIsTheSameOnTheHeap() {
    compare(4, MemorySegment.ofArray(new byte[(int) MEMORY]));
  }

  private static void compare(long seed, MemorySegment memory) {
    byte[] image =
        RandomImage.of(
                LongStream.range(0, PROGRAMS).mapToObj(i -> Recipe.of(1000 * seed + i)).toList(),
                false)
            .bytes();
    Machine interpreted = machine(image, Translation.OFF, memory());
    Machine translated = machine(image, Translation.atOnce((int) seed), memory);
    SplittableRandom random = new SplittableRandom(seed);
    long count = 0;
    Stop stop = Stop.REACHED;
    while (stop == Stop.REACHED && count < LIMIT) {
      count += 1 + random.nextInt(random.nextInt(8) == 0 ? 50_000 : 300);
      stop = interpreted.run(count);
      assertEquals(stop, translated.run(count), "seed " + seed + " at " + count);
      MachineState expected = interpreted.save();
      MachineState actual = translated.save();
      assertEquals(
          describe(expected),
          describe(actual),
          "seed " + seed + " at " + interpreted.instructions());
    }
    assertEquals(Stop.HALTED, stop);
    assertEquals(-1, interpreted.ram().memory().mismatch(translated.ram().memory()));
  }

  private static String describe(MachineState state) {
    StringBuilder text = new StringBuilder();
    text.append(state.instructions()).append(' ').append(state.outputDigest());
    for (HartState hart : state.harts()) {
      text.append(" pc ").append(Long.toHexString(hart.pc()));
      for (int i = 0; i < 32; i++) {
        text.append(" x").append(i).append(' ').append(Long.toHexString(hart.x()[i]));
      }
      for (int i = 0; i < 32; i++) {
        text.append(" f").append(i).append(' ').append(Long.toHexString(hart.f()[i]));
      }
      text.append(" executed ").append(hart.executed()).append(" csrs");
      for (long csr : hart.csrs()) {
        text.append(' ').append(Long.toHexString(csr));
      }
      text.append(" reservation ").append(hart.reservation());
    }
    return text.toString();
  }
}
