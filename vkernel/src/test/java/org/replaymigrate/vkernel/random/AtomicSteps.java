package org.replaymigrate.vkernel.random;

import java.util.List;
import org.replaymigrate.vkernel.asm.Assembler;
import org.replaymigrate.vkernel.asm.Instruction;
import org.replaymigrate.vkernel.asm.InstructionTable;
import org.replaymigrate.vkernel.asm.Reg;

/**
 * Read-modify-write instructions, and LR with SC. What the specification leaves open about
 * reservations stays out: a store or a trap between LR and SC, an SC of another width than its LR,
 * and an SC to another address of the same reservation set.
 */
final class AtomicSteps {
  private static final List<Instruction> AMOS =
      InstructionTable.all().stream().filter(i -> i.mnemonic().startsWith("amo")).toList();

  private static final List<String> ORDERINGS = List.of("", ".aq", ".rl", ".aqrl");

  private AtomicSteps() {}

  static void emit(ProgramBuilder p) {
    Reg base = p.register();
    p.address(base, "scratch", p.random().below(Layout.SCRATCH_BYTES / 8) * 8);
    if (p.random().oneIn(2)) {
      amos(p, base, p.random().between(1, 4));
    } else {
      reservations(p, base);
    }
  }

  static void amos(ProgramBuilder p, Reg base, int count) {
    p.reserve(base);
    for (int i = 0; i < count; i++) {
      p.code().op(p.random().of(AMOS).mnemonic(), p.destination(), p.source(), base);
    }
    p.release(base);
  }

  private static void reservations(ProgramBuilder p, Reg base) {
    Assembler a = p.code();
    Randomness r = p.random();
    String width = r.oneIn(2) ? ".w" : ".d";
    p.reserve(base);
    switch (r.below(3)) {
      case 0 -> {
        a.op("lr" + width + r.of(ORDERINGS), p.destination(), base);
        IntegerSteps.several(p, r.below(4));
        a.op("sc" + width + r.of(ORDERINGS), p.register(), p.source(), base);
        // The first SC has used the reservation up.
        a.op("sc" + width, p.register(), p.source(), base);
      }
      case 1 -> {
        Reg elsewhere = p.register();
        a.op("lr" + width, p.destination(), base);
        p.reserve(elsewhere);
        p.address(elsewhere, "functions", r.below(8) * 8);
        a.op("sc" + width, p.register(), p.source(), elsewhere);
        p.release(elsewhere);
        // A failed SC has done so too.
        a.op("sc" + width, p.register(), p.source(), base);
      }
      default -> {
        a.op("lr" + width, p.destination(), base);
        a.op("lr" + width, p.destination(), base);
        a.op("sc" + width, p.register(), p.source(), base);
      }
    }
    p.release(base);
  }

  /**
   * An address that is no multiple of the width. Not of SC: without a reservation QEMU lets it fail
   * before it looks at the alignment.
   */
  static void misaligned(ProgramBuilder p) {
    Reg base = p.register();
    boolean wide = p.random().oneIn(2);
    int offset = p.random().below(Layout.SCRATCH_BYTES / 16) * 8;
    p.address(base, "scratch", offset + p.random().between(1, wide ? 7 : 3));
    String name = p.random().of(List.of("amoadd", "amoswap", "amomaxu", "lr"));
    Object[] operands =
        name.equals("lr")
            ? new Object[] {p.register(), base}
            : new Object[] {p.register(), p.source(), base};
    p.code().op(name + (wide ? ".d" : ".w"), operands);
  }
}
