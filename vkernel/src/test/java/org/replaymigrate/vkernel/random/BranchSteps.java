package org.replaymigrate.vkernel.random;

import java.util.List;
import org.replaymigrate.vkernel.asm.Assembler;
import org.replaymigrate.vkernel.asm.Reg;

/** Branches, loops, jumps and calls. */
final class BranchSteps {
  private static final List<String> CONDITIONS =
      List.of("beq", "bne", "blt", "bge", "bltu", "bgeu");

  private BranchSteps() {}

  static void emit(ProgramBuilder p) {
    switch (p.random().below(6)) {
      case 0 -> skip(p);
      case 1 -> loop(p);
      case 2 -> jump(p);
      case 3 -> computedJump(p);
      case 4 -> overlap(p);
      default -> call(p);
    }
  }

  private static void skip(ProgramBuilder p) {
    Randomness r = p.random();
    String end = p.newLabel();
    if (r.oneIn(3)) {
      p.code().op(r.oneIn(2) ? "c.beqz" : "c.bnez", p.compressedRegister(), end);
    } else {
      Reg left = p.source();
      p.code().op(r.of(CONDITIONS), left, r.oneIn(4) ? left : p.source(), end);
    }
    IntegerSteps.several(p, r.between(1, 4));
    p.code().label(end);
  }

  private static void loop(ProgramBuilder p) {
    Assembler a = p.code();
    Reg counter = p.compressedRegister();
    String start = p.newLabel();
    a.li(counter, p.random().between(1, 6)).label(start);
    p.reserve(counter);
    IntegerSteps.several(p, p.random().between(1, 4));
    a.op("c.addi", counter, -1);
    switch (p.random().below(3)) {
      case 0 -> a.op("c.bnez", counter, start);
      case 1 -> a.bnez(counter, start);
      default -> a.bgtz(counter, start);
    }
    p.release(counter);
  }

  private static void jump(ProgramBuilder p) {
    String target = p.newLabel();
    if (p.random().oneIn(2)) {
      p.code().op("c.j", target);
    } else {
      p.code().jal(p.destination(), target);
    }
    IntegerSteps.several(p, p.random().between(1, 3));
    p.code().label(target);
  }

  /** To a computed address, whose lowest bit is ignored. */
  private static void computedJump(ProgramBuilder p) {
    Assembler a = p.code();
    Randomness r = p.random();
    String target = p.newLabel();
    Reg base = p.register();
    a.la(base, target);
    switch (r.below(4)) {
      case 0 -> a.op("c.jr", base);
      case 1 -> a.op("c.jalr", base);
      default -> {
        int offset = r.between(-1000, 1000);
        a.addi(base, base, -offset + (r.oneIn(2) ? 1 : 0));
        a.jalr(r.oneIn(4) ? base : p.destination(), offset, base);
      }
    }
    IntegerSteps.several(p, r.between(1, 3));
    a.label(target);
  }

  /** An instruction whose second half is another one, run through both of its entrances. */
  private static void overlap(ProgramBuilder p) {
    Assembler a = p.code();
    Randomness r = p.random();
    Reg counter = p.compressedRegister();
    String start = p.newLabel();
    String middle = p.newLabel();
    a.li(counter, r.between(2, 5)).label(start);
    p.reserve(counter);
    Reg odd = p.register();
    a.andi(odd, counter, 1).beqz(odd, middle);
    int addiToZero = 0x0013;
    a.half(addiToZero).label(middle).op("c.addi", p.register(), r.between(1, 31));
    a.op("c.addi", counter, -1).op("c.bnez", counter, start);
    p.release(counter);
  }

  /** Calls one of the function pages' functions. */
  private static void call(ProgramBuilder p) {
    Reg target = p.register();
    p.address(target, "functions", function(p.random()));
    p.code().jalr(Reg.RA, 0, target);
  }

  /** Offset of a random function from the first page. */
  static int function(Randomness r) {
    int page = r.below(Layout.FUNCTION_PAGES) * 4096;
    return page + (r.oneIn(4) ? 4094 : functionInPage(r));
  }

  static int functionInPage(Randomness r) {
    return r.between(1, 253) * Layout.FUNCTION_BYTES;
  }
}
