package org.replaymigrate.vkernel.random;

import java.util.List;
import org.replaymigrate.vkernel.asm.Assembler;
import org.replaymigrate.vkernel.asm.FReg;
import org.replaymigrate.vkernel.asm.Instruction;
import org.replaymigrate.vkernel.asm.InstructionTable;
import org.replaymigrate.vkernel.asm.Operand;
import org.replaymigrate.vkernel.asm.Reg;

/** Loads and stores of all kinds, aligned and not, within the scratch pages. */
final class MemorySteps {
  private static final List<Instruction> FULL =
      InstructionTable.all().stream()
          .filter(i -> i.syntax().contains("(rs1)") && i.operands().size() == 3)
          .filter(i -> i.operands().contains(Operand.I12) || i.operands().contains(Operand.S12))
          .filter(i -> !i.mnemonic().equals("jalr"))
          .toList();

  private static final List<Instruction> COMPRESSED =
      InstructionTable.all().stream()
          .filter(i -> i.size() == 2 && i.syntax().contains("("))
          .toList();

  /** Keeps clear of both ends, so that no access leaves the scratch pages. */
  private static final int MARGIN = 16;

  private MemorySteps() {}

  static void emit(ProgramBuilder p) {
    int offset = p.random().between(2100, Layout.SCRATCH_BYTES - 2100);
    Reg base =
        switch (p.random().below(4)) {
          case 0 -> p.compressedRegister();
          case 1 -> Reg.SP;
          default -> p.register();
        };
    p.address(base, "scratch", offset & (p.random().oneIn(4) ? -1 : -8));
    accesses(p, base, p.random().between(2, 6), 2048 - MARGIN);
  }

  /**
   * Accesses around {@code base}, which stays as it is until they are done.
   *
   * @param reach how far from base they go at most; compressed ones go 504 bytes forward at most
   */
  static void accesses(ProgramBuilder p, Reg base, int count, int reach) {
    p.reserve(base);
    for (int i = 0; i < count; i++) {
      access(p, base, reach);
    }
    p.release(base);
  }

  private static void access(ProgramBuilder p, Reg base, int reach) {
    Randomness r = p.random();
    List<Instruction> fitting = COMPRESSED.stream().filter(i -> fits(i, base)).toList();
    if (r.oneIn(3) && reach >= 512 && !fitting.isEmpty()) {
      compressed(p, r.of(fitting), base);
      return;
    }
    if (r.oneIn(10)) {
      fence(p);
    }
    Instruction instruction = r.of(FULL);
    int size = 1 << (instruction.match() >>> 12 & 3);
    int offset = r.between(-reach, reach);
    p.code()
        .op(
            instruction.mnemonic(),
            switch (instruction.operands().getFirst()) {
              case RD -> p.destination();
              case RS2 -> p.source();
              default -> p.floatRegister();
            },
            r.oneIn(4) ? offset : offset & -size,
            base);
  }

  private static void fence(ProgramBuilder p) {
    if (p.random().oneIn(4)) {
      p.code().op("fence.tso");
    } else {
      p.code().op("fence", p.random().between(1, 15), p.random().between(1, 15));
    }
  }

  private static boolean fits(Instruction instruction, Reg base) {
    return instruction.syntax().contains("(sp)")
        ? base == Reg.SP
        : base.number() >= 8 && base.number() < 16;
  }

  private static void compressed(ProgramBuilder p, Instruction instruction, Reg base) {
    Assembler a = p.code();
    boolean store = instruction.mnemonic().matches("c\\.f?s.*");
    Operand data = instruction.operands().getFirst();
    Object register =
        switch (data.kind()) {
          case X -> p.source();
          case X_NONZERO -> p.register();
          // The data register of a store may be the base, that of a load would spoil it.
          case X_COMPRESSED -> store ? p.compressedRegister() : p.compressedRegister(base);
          case F_COMPRESSED -> FReg.f(p.random().between(8, 15));
          default -> p.floatRegister();
        };
    long offset = p.immediate(instruction.operands().get(1));
    if (instruction.operands().size() == 3) {
      a.op(instruction.mnemonic(), register, offset, base);
    } else {
      a.op(instruction.mnemonic(), register, offset);
    }
  }
}
