package org.replaymigrate.vkernel.random;

import java.util.List;
import org.replaymigrate.vkernel.asm.Instruction;
import org.replaymigrate.vkernel.asm.InstructionTable;
import org.replaymigrate.vkernel.asm.Reg;

/** Instructions that only compute: I, M, Zba, Zbb, Zbs and their compressed forms. */
final class IntegerSteps {
  private static final List<Instruction> FULL =
      InstructionTable.all().stream().filter(IntegerSteps::computes).toList();

  private static final List<Instruction> COMPRESSED =
      InstructionTable.all().stream()
          .filter(i -> i.size() == 2)
          .filter(i -> !i.syntax().contains("("))
          .filter(i -> !i.mnemonic().matches("c\\.(j|jr|jalr|beqz|bnez|ebreak)"))
          .toList();

  private IntegerSteps() {}

  /** OP, OP-32, OP-IMM, OP-IMM-32, LUI and AUIPC. */
  private static boolean computes(Instruction instruction) {
    return instruction.size() == 4
        && !instruction.mnemonic().equals("ctzw")
        && switch (instruction.match() & 0x7f) {
          case 0x33, 0x3b, 0x13, 0x1b, 0x37, 0x17 -> true;
          default -> false;
        };
  }

  static void emit(ProgramBuilder p) {
    several(p, p.random().between(3, 10));
  }

  /** A few instructions, which leave reserved registers alone. */
  static void several(ProgramBuilder p, int count) {
    for (int i = 0; i < count; i++) {
      if (p.random().oneIn(100)) {
        countTrailingZeros(p);
      }
      if (p.random().oneIn(5)) {
        p.randomValue(p.register());
      }
      p.randomOperands(p.random().of(p.random().oneIn(4) ? COMPRESSED : FULL));
    }
  }

  /** CTZW apart: of a word of zeroes QEMU 7.2 counts on in the upper word. */
  private static void countTrailingZeros(ProgramBuilder p) {
    Reg source = p.register();
    p.code().op("bseti", source, source, p.random().below(32));
    p.code().op("ctzw", p.destination(), source);
  }

  /** Division at its edges: by zero, and the one quotient that overflows. */
  static void divide(ProgramBuilder p) {
    Reg dividend = p.register();
    Reg divisor = p.register(dividend);
    p.code().li(dividend, p.random().of(Long.MIN_VALUE, Integer.MIN_VALUE, -1, 0, 1, 1L << 31));
    p.code().li(divisor, p.random().of(0, -1, 1, 0xffff_ffffL, 1L << 32, Long.MIN_VALUE));
    String operation = p.random().of(List.of("div", "divu", "rem", "remu"));
    p.code().op(operation + (p.random().oneIn(2) ? "w" : ""), p.destination(), dividend, divisor);
  }
}
