package org.replaymigrate.vkernel.random;

import java.util.List;
import org.replaymigrate.vkernel.asm.Assembler;
import org.replaymigrate.vkernel.asm.Csr;
import org.replaymigrate.vkernel.asm.FReg;
import org.replaymigrate.vkernel.asm.Instruction;
import org.replaymigrate.vkernel.asm.InstructionTable;
import org.replaymigrate.vkernel.asm.Operand;
import org.replaymigrate.vkernel.asm.Reg;

/**
 * F and D but for loads and stores: all rounding modes, and operands where the rules are subtle.
 */
final class FloatSteps {
  private static final List<Instruction> ARITHMETIC =
      InstructionTable.all().stream().filter(FloatSteps::computes).toList();

  private static final List<Instruction> WITH_ROUNDING =
      ARITHMETIC.stream().filter(i -> i.operands().contains(Operand.RM)).toList();

  private static final List<Instruction> WRITING_FLOATS =
      ARITHMETIC.stream().filter(i -> i.operands().getFirst() == Operand.FD).toList();

  private static final long[] DOUBLES = {
    0x0000_0000_0000_0000L, // 0
    0x0000_0000_0000_0001L, // least subnormal
    0x000f_ffff_ffff_ffffL, // greatest subnormal
    0x0010_0000_0000_0000L, // least normal
    0x3690_0000_0000_0000L, // half the least subnormal float
    0x380f_ffff_ffff_ffffL, // just below the least normal float
    0x3810_0000_0000_0000L, // least normal float
    0x3fe0_0000_0000_0000L, // 0.5
    0x3fef_ffff_ffff_ffffL, // just below 1
    0x3ff0_0000_0000_0000L, // 1
    0x3ff8_0000_0000_0000L, // 1.5
    0x4004_0000_0000_0000L, // 2.5
    0x41df_ffff_ffc0_0000L, // 2^31 - 1
    0x41df_ffff_ffe0_0000L, // 2^31 - 0.5
    0x41e0_0000_0000_0000L, // 2^31
    0x41ef_ffff_ffe0_0000L, // 2^32 - 1
    0x41ef_ffff_fff0_0000L, // 2^32 - 0.5
    0x4330_0000_0000_0001L, // 2^52 + 1
    0x43df_ffff_ffff_ffffL, // just below 2^63
    0x43e0_0000_0000_0000L, // 2^63
    0x43ef_ffff_ffff_ffffL, // just below 2^64
    0x43f0_0000_0000_0000L, // 2^64
    0x47ef_ffff_e000_0000L, // greatest float
    0x47ef_ffff_f000_0000L, // half an ulp above it
    0x7fef_ffff_ffff_ffffL, // greatest
    0x7ff0_0000_0000_0000L, // infinity
    0x7ff0_0000_0000_0001L, // signalling NaN
    0x7ff8_0000_0000_0000L, // canonical NaN
    0x7fff_ffff_ffff_ffffL, // another quiet NaN
  };

  private static final int[] FLOATS = {
    0x0000_0000, // 0
    0x0000_0001, // least subnormal
    0x007f_ffff, // greatest subnormal
    0x0080_0000, // least normal
    0x3f00_0000, // 0.5
    0x3f7f_ffff, // just below 1
    0x3f80_0000, // 1
    0x3fc0_0000, // 1.5
    0x4b00_0001, // 2^23 + 1
    0x4eff_ffff, // just below 2^31
    0x4f00_0000, // 2^31
    0x4f7f_ffff, // just below 2^32
    0x4f80_0000, // 2^32
    0x5eff_ffff, // just below 2^63
    0x5f00_0000, // 2^63
    0x5f80_0000, // 2^64
    0x7f7f_ffff, // greatest
    0x7f80_0000, // infinity
    0x7f80_0001, // signalling NaN
    0x7fc0_0000, // canonical NaN
    0x7fff_ffff, // another quiet NaN
  };

  private FloatSteps() {}

  private static boolean computes(Instruction instruction) {
    return instruction.size() == 4
        && switch (instruction.match() & 0x7f) {
          case 0x53, 0x43, 0x47, 0x4b, 0x4f -> true;
          default -> false;
        };
  }

  static void emit(ProgramBuilder p) {
    Randomness r = p.random();
    for (int i = r.between(3, 8); i > 0; i--) {
      switch (r.below(8)) {
        case 0, 1, 2 -> operand(p, p.floatRegister());
        case 3 -> roundingMode(p);
        case 4 -> flags(p);
        default -> {}
      }
      if (r.oneIn(40)) {
        reservedRounding(p);
      } else {
        p.randomOperands(r.of(ARITHMETIC));
      }
    }
  }

  /** One operation on fresh operands, with its flags read by themselves. */
  static void single(ProgramBuilder p) {
    Randomness r = p.random();
    p.code().csrwi(Csr.FFLAGS, 0);
    FReg[] registers = {p.floatRegister(), p.floatRegister(), p.floatRegister()};
    for (FReg register : registers) {
      operand(p, register);
    }
    Instruction instruction = r.of(WITH_ROUNDING);
    Object[] operands = new Object[instruction.operands().size()];
    for (int i = 0; i < operands.length; i++) {
      operands[i] =
          switch (instruction.operands().get(i)) {
            case FD -> p.floatRegister();
            case RD -> p.destination();
            case RS1 -> p.source();
            case RM -> r.below(5);
            default -> registers[i % registers.length];
          };
    }
    p.code().op(instruction.mnemonic(), operands).csrr(p.register(), Csr.FCSR);
  }

  /** Puts a value that is likely to matter into a register, through an integer register. */
  static void operand(ProgramBuilder p, FReg register) {
    Randomness r = p.random();
    Reg temporary = p.register();
    Assembler a = p.code();
    if (r.oneIn(2)) {
      a.li(temporary, doubleBits(r)).op("fmv.d.x", register, temporary);
    } else {
      a.li(temporary, floatBits(r)).op("fmv.w.x", register, temporary);
    }
  }

  static long doubleBits(Randomness r) {
    long sign = r.oneIn(2) ? Long.MIN_VALUE : 0;
    return switch (r.below(4)) {
      case 0, 1 -> r.of(DOUBLES) ^ sign;
      // Few bits set or clear near an edge: ties, carries and cancellation.
      case 2 -> (r.of(DOUBLES) + r.between(-3, 3) ^ sign) + (1L << r.below(53));
      default -> r.bits();
    };
  }

  static long floatBits(Randomness r) {
    int sign = r.oneIn(2) ? Integer.MIN_VALUE : 0;
    return switch (r.below(4)) {
      case 0, 1 -> FLOATS[r.below(FLOATS.length)] ^ sign;
      case 2 -> (FLOATS[r.below(FLOATS.length)] + r.between(-3, 3) ^ sign) + (1 << r.below(24));
      default -> (int) r.bits();
    };
  }

  private static void roundingMode(ProgramBuilder p) {
    int mode = p.random().oneIn(8) ? p.random().between(5, 7) : p.random().below(5);
    p.code().csrrwi(p.destination(), Csr.FRM, mode);
  }

  private static void flags(ProgramBuilder p) {
    p.code().csrrci(p.destination(), Csr.FFLAGS, p.random().below(32));
  }

  /** Rounding modes 5 and 6 in the instruction itself: illegal. */
  private static void reservedRounding(ProgramBuilder p) {
    Instruction instruction = p.random().of(WITH_ROUNDING);
    Object[] operands = new Object[instruction.operands().size()];
    for (int i = 0; i < operands.length; i++) {
      operands[i] =
          switch (instruction.operands().get(i)) {
            case RM -> p.random().between(5, 6);
            case RD -> p.destination();
            case RS1 -> p.source();
            default -> p.floatRegister();
          };
    }
    p.code().op(instruction.mnemonic(), operands);
  }

  /**
   * FS off, initial or clean, one instruction, and what FS has become. Only instructions that write
   * a floating-point register come in between: the others may leave FS as it is or make it dirty.
   */
  static void contextStatus(ProgramBuilder p) {
    Assembler a = p.code();
    int status = p.mode == ProgramBuilder.Mode.MACHINE ? Csr.MSTATUS : Csr.SSTATUS;
    int fs = p.random().below(3);
    p.changeCsr(status, 3L << 13, (long) fs << 13);
    p.randomOperands(p.random().of(WRITING_FLOATS));
    a.csrr(p.register(), status);
    p.changeCsr(status, 0, 3L << 13);
  }
}
