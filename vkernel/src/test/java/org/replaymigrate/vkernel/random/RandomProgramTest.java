package org.replaymigrate.vkernel.random;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.replaymigrate.vkernel.asm.Instruction;
import org.replaymigrate.vkernel.asm.InstructionTable;
import org.replaymigrate.vkernel.random.RandomImage.Recipe;
import org.replaymigrate.vkernel.random.RandomImage.Step;

/**
 * The machine against QEMU. {@code -Drandom.seed=N -Drandom.programs=N} chooses other programs;
 * what fails says with which seed it fails again.
 */
class RandomProgramTest {
  private static final long FIRST_SEED = Long.getLong("random.seed", 1);
  private static final int PROGRAMS = Integer.getInteger("random.programs", 500);

  /** Several times what a program takes. */
  private static final long INSTRUCTIONS = 1_000_000;

  private static final long QEMU_SECONDS = 120;
  private static final int REPORTS = 3;

  @TempDir Path folder;

  private static List<Recipe> recipes(long first, int count) {
    return LongStream.range(first, first + count).mapToObj(Recipe::of).toList();
  }

  private List<String> qemu(byte[] image) throws Exception {
    return Qemu.run(image, folder, QEMU_SECONDS);
  }

  private static List<String> machine(byte[] image) {
    return Guests.run(image, INSTRUCTIONS * PROGRAMS);
  }

  @Test
  void machineAndQemuAreLeftInTheSameState() throws Exception {
    Qemu.missing()
        .ifPresent(reason -> {
          if ("true".equals(System.getenv("CI"))) {
            fail(reason);
          }
          abort(reason);
        });
    RandomImage image = RandomImage.of(recipes(FIRST_SEED, PROGRAMS), false);
    List<String> expected = qemu(image.bytes());
    List<String> actual = machine(image.bytes());
    List<Long> wrong = new ArrayList<>();
    for (int i = 0; i < PROGRAMS; i++) {
      String left = i < expected.size() ? expected.get(i) : "nothing from QEMU";
      if (i >= actual.size() || !left.equals(actual.get(i)) || !left.startsWith("P ")) {
        wrong.add(FIRST_SEED + i);
      }
    }
    StringBuilder report = new StringBuilder();
    for (long seed : wrong.subList(0, Math.min(REPORTS, wrong.size()))) {
      report.append('\n').append(Divergence.report(seed, this::qemu, RandomProgramTest::machine));
    }
    assertEquals(List.of(), wrong, () -> "seeds that differ; the first of them:" + report + "\n");
    assertEquals(List.of("E"), expected.subList(PROGRAMS, expected.size()));
    assertEquals(List.of("E"), actual.subList(PROGRAMS, actual.size()));
  }

  @Test
  void programsHoldEveryInstruction() {
    RandomImage image = RandomImage.of(recipes(1, 200), false);
    Set<String> missing = new TreeSet<>();
    for (Instruction instruction : InstructionTable.all()) {
      missing.add(instruction.mnemonic());
    }
    for (RandomImage.Program program : image.programs()) {
      for (Step step : program.steps()) {
        for (String line : image.listing(step)) {
          // Address, bits, mnemonic, operands.
          missing.remove(line.split(" +", 4)[2]);
        }
      }
    }
    assertEquals(Set.of(), missing);
  }

  @Test
  void programsTakeEveryTrapAtEveryLevel() {
    List<Outcome> outcomes = Outcome.parse(machine(RandomImage.of(recipes(1, 200), true).bytes()));
    Set<String> causes = new TreeSet<>();
    for (Outcome outcome : outcomes) {
      for (String trap : outcome.traps()) {
        String cause = trap.split(" ", -1)[0];
        causes.add((cause.startsWith("8") ? "interrupt " : "exception ") + cause.substring(15));
      }
    }
    Set<String> expected = new TreeSet<>();
    // Of the exceptions all but a misaligned fetch, which compressed instructions rule out.
    for (String code : "1 2 3 4 5 6 7 8 9 b c d f".split(" ", -1)) {
      expected.add("exception " + code);
    }
    for (String code : "1 3 5 7 9".split(" ", -1)) {
      expected.add("interrupt " + code);
    }
    assertEquals(expected, causes);
  }

  @Test
  void aSeedMakesTheSameProgramAgain() {
    assertArrayEquals(
        RandomImage.of(recipes(7, 3), true).bytes(), RandomImage.of(recipes(7, 3), true).bytes());
  }

  @Test
  void fewerStepsAreABeginningOfTheSameProgram() {
    Recipe whole = Recipe.of(42);
    RandomImage image = RandomImage.of(List.of(whole), false);
    List<StepKind> kinds = image.programs().getFirst().steps().stream().map(Step::kind).toList();
    for (int steps : IntStream.of(0, 1, whole.steps() / 2, whole.steps()).toArray()) {
      RandomImage shorter = RandomImage.of(List.of(new Recipe(42, steps)), false);
      List<Step> beginning = shorter.programs().getFirst().steps();
      assertEquals(kinds.subList(0, steps), beginning.stream().map(Step::kind).toList());
      for (int i = 0; i < steps; i++) {
        assertEquals(
            image.listing(image.programs().getFirst().steps().get(i)),
            shorter.listing(beginning.get(i)));
      }
    }
  }

  @Test
  void aDifferenceIsTracedToItsStep() throws Exception {
    // A machine that is wrong about one instruction: the last the longest program has of its kind.
    Divergence.Runner wrong = image -> machine(withoutMultiplication(image));
    String report = Divergence.report(1, RandomProgramTest::machine, wrong);
    assertTrue(report.contains("the first that differs"), report);
    assertTrue(report.contains(" mul "), report);
  }

  /** Makes MUL of every program an ADD. */
  private static byte[] withoutMultiplication(byte[] image) {
    byte[] changed = image.clone();
    for (int i = (int) (Layout.PROGRAMS - Layout.BASE); i + 3 < changed.length; i += 2) {
      boolean mul =
          (changed[i] & 0x7f) == 0x33
              && (changed[i + 1] & 0x70) == 0
              && (changed[i + 3] & 0xfe) == 0x02;
      if (mul) {
        changed[i + 3] &= 1;
      }
    }
    return changed;
  }
}
