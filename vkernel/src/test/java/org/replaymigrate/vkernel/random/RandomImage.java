package org.replaymigrate.vkernel.random;

import java.util.ArrayList;
import java.util.List;
import org.replaymigrate.vkernel.asm.Assembler;
import org.replaymigrate.vkernel.asm.Disassembler;

/**
 * Programs batched into one flat image for 0x80000000 of the {@code virt} board. They run one after
 * the other, each from a state that is made anew, and the machine is switched off at the end.
 *
 * @param programs what the image holds, in order
 * @param bytes the image
 */
record RandomImage(List<Program> programs, byte[] bytes) {
  /**
   * What a program is made from: two equal ones are the same code, and a program of fewer steps is
   * a beginning of the longer one.
   *
   * @param steps how many steps to make, none at least
   */
  record Recipe(long seed, int steps) {
    static Recipe of(long seed) {
      return new Recipe(seed, 30 + Randomness.of(seed, -1).below(40));
    }
  }

  /**
   * One step's code.
   *
   * @param begin address of the first byte
   * @param end address behind the last
   */
  record Step(StepKind kind, long begin, long end) {}

  /** A program of the image. */
  record Program(Recipe recipe, List<Step> steps) {}

  /** The image; verbose programs print every slot and trap, others a hash. */
  static RandomImage of(List<Recipe> recipes, boolean verbose) {
    Assembler a = new Assembler(Layout.BASE);
    GuestRuntime.emit(a, verbose);
    List<Program> programs = new ArrayList<>();
    for (int i = 0; i < recipes.size(); i++) {
      programs.add(emit(a, i, i + 1 == recipes.size(), recipes.get(i)));
    }
    return new RandomImage(List.copyOf(programs), a.assemble());
  }

  private static Program emit(Assembler a, int number, boolean last, Recipe recipe) {
    Randomness initial = Randomness.of(recipe.seed(), -1);
    String name = "program" + number;
    // Its number, what comes next, and its registers.
    a.align(8).label(name);
    GuestRuntime.emitStart(a, name, number, last ? "end" : "program" + (number + 1));
    a.align(8).label(name + "_parameters").dword(initial.bits() | 1);
    for (int i = 1; i < 32; i++) {
      a.dword(initial.value());
    }
    for (int i = 0; i < 32; i++) {
      a.dword(
          initial.oneIn(2)
              ? FloatSteps.doubleBits(initial)
              : FloatSteps.floatBits(initial) | -1L << 32);
    }
    a.label(name + "_body");
    ProgramBuilder p = new ProgramBuilder(a, name);
    int profile = initial.below(StepKind.PROFILES);
    List<Step> steps = new ArrayList<>();
    for (int i = 0; i < recipe.steps(); i++) {
      p.use(Randomness.of(recipe.seed(), i));
      StepKind kind = StepKind.choose(p, profile);
      long begin = a.here();
      kind.emit(p);
      steps.add(new Step(kind, begin, a.here()));
    }
    p.finish();
    return new Program(recipe, List.copyOf(steps));
  }

  /** The code of a step, a line for each instruction. */
  List<String> listing(Step step) {
    return Disassembler.listing(bytes, Layout.BASE, step.begin(), step.end());
  }
}
