package org.replaymigrate.vkernel.random;

import org.replaymigrate.vkernel.asm.Assembler;
import org.replaymigrate.vkernel.asm.Reg;

/** Code that changes itself and says so with FENCE.I. */
final class CodeSteps {
  private CodeSteps() {}

  static void emit(ProgramBuilder p) {
    if (p.random().oneIn(2)) {
      patchAhead(p);
    } else {
      patchLoop(p);
    }
  }

  /** Overwrites what comes next. */
  private static void patchAhead(ProgramBuilder p) {
    Assembler a = p.code();
    Reg word = p.register();
    Reg address = p.register(word);
    String patch = p.newLabel();
    a.li(word, instruction(p)).la(address, patch).sw(word, 0, address).fenceI();
    a.label(patch).nop();
  }

  /** Runs an instruction, overwrites it, and runs it again in the same place. */
  private static void patchLoop(ProgramBuilder p) {
    Assembler a = p.code();
    Reg counter = p.register();
    Reg address = p.register(counter);
    Reg word = p.register(counter, address);
    p.reserve(counter);
    p.reserve(address);
    String start = p.newLabel();
    String patch = p.newLabel();
    a.li(counter, p.random().between(2, 4)).la(address, patch).label(start);
    a.label(patch).word(instruction(p));
    a.li(word, instruction(p)).sw(word, 0, address);
    if (p.random().oneIn(2)) {
      // Half of the instruction becomes a compressed one.
      a.li(word, 0x0001_0001).sh(word, p.random().oneIn(2) ? 0 : 2, address).sw(word, 0, address);
    }
    a.fenceI().addi(counter, counter, -1).bnez(counter, start);
    p.release(counter);
    p.release(address);
  }

  /** An {@code addi} or {@code xori} of a register with itself, or two compressed instructions. */
  private static int instruction(ProgramBuilder p) {
    Randomness r = p.random();
    int register = p.register().number();
    if (r.oneIn(3)) {
      int addi = 0x0001 | register << 7 | r.between(1, 31) << 2; // c.addi register, n
      return addi << 16 | addi;
    }
    int function = r.oneIn(2) ? 0 : 4;
    return r.below(4096) << 20 | register << 15 | function << 12 | register << 7 | 0x13;
  }
}
