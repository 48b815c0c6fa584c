package org.replaymigrate.vkernel.random;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.replaymigrate.vkernel.random.RandomImage.Recipe;
import org.replaymigrate.vkernel.translate.Lockstep;
import org.replaymigrate.vkernel.translate.Translation;

/** Interpreter and translator over the random programs: the same state at the same counts. */
class LockstepTest {
  private static final long MEMORY = 64L << 20;
  private static final int PROGRAMS = Integer.getInteger("lockstep.programs", 60);
  private static final long LIMIT = 1_000_000L * PROGRAMS;

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
    new Lockstep(
            image, Translation.atOnce((int) seed), List.of(memory(), memory), 100, "seed " + seed)
        .run(seed, 50_000, LIMIT);
  }
}
