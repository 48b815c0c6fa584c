package org.replaymigrate.vkernel.translate;

import static org.replaymigrate.vkernel.translate.Names.ALU;
import static org.replaymigrate.vkernel.translate.Names.INT_LONG_LONG;
import static org.replaymigrate.vkernel.translate.Names.LONG_LONG;
import static org.replaymigrate.vkernel.translate.Names.LONG_LONG_LONG;

import java.lang.classfile.CodeBuilder;
import org.replaymigrate.vkernel.decode.Opcode;
import org.replaymigrate.vkernel.decode.Operation;

/** Integer arithmetic: what Java has an operator for as that, the rest as calls of Alu. */
final class IntegerCode {
  private final CodeBuilder code;
  private final RegionCode region;
  private final Registers registers;

  IntegerCode(RegionCode region) {
    this.region = region;
    this.code = region.code;
    this.registers = region.registers;
  }

  /**
   * Emits an operation.
   *
   * @param part offset of the part it is in
   */
  void emit(long op, int part) {
    int opcode = Operation.opcode(op);
    int rd = Operation.rd(op);
    if (rd == Operation.SINK) {
      return;
    }
    long immediate = Operation.immediate(op);
    switch (opcode) {
      case Opcode.LUI -> code.loadConstant(immediate);
      case Opcode.AUIPC -> region.pushAddress(part + (int) immediate);
      default -> {
        registers.pushX(Operation.rs1(op));
        if (hasImmediate(opcode)) {
          withImmediate(opcode, immediate);
        } else {
          withRegister(opcode, Operation.rs2(op));
        }
      }
    }
    registers.popX(rd);
  }

  private static boolean hasImmediate(int opcode) {
    return switch (opcode) {
      case Opcode.SLLI_UW,
          Opcode.RORI,
          Opcode.RORIW,
          Opcode.BCLRI,
          Opcode.BEXTI,
          Opcode.BINVI,
          Opcode.BSETI ->
          true;
      default -> Opcode.isImmediate(opcode);
    };
  }

  private void withImmediate(int opcode, long immediate) {
    int shift = (int) immediate;
    switch (opcode) {
      case Opcode.ADDI -> {
        if (immediate != 0) {
          code.loadConstant(immediate).ladd();
        }
      }
      case Opcode.XORI -> code.loadConstant(immediate).lxor();
      case Opcode.ORI -> code.loadConstant(immediate).lor();
      case Opcode.ANDI -> code.loadConstant(immediate).land();
      case Opcode.SLLI -> code.loadConstant(shift).lshl();
      case Opcode.SRLI -> code.loadConstant(shift).lushr();
      case Opcode.SRAI -> code.loadConstant(shift).lshr();
      case Opcode.ADDIW -> {
        code.l2i();
        if (shift != 0) {
          code.loadConstant(shift).iadd();
        }
        code.i2l();
      }
      case Opcode.SLLIW -> code.l2i().loadConstant(shift).ishl().i2l();
      case Opcode.SRLIW -> code.l2i().loadConstant(shift).iushr().i2l();
      case Opcode.SRAIW -> code.l2i().loadConstant(shift).ishr().i2l();
      case Opcode.SLTI -> call("slt", immediate);
      case Opcode.SLTIU -> call("sltu", immediate);
      case Opcode.SLLI_UW -> call("slliuw", immediate);
      case Opcode.RORI -> call("ror", immediate);
      case Opcode.RORIW -> call("rorw", immediate);
      case Opcode.BCLRI -> call("bclr", immediate);
      case Opcode.BEXTI -> call("bext", immediate);
      case Opcode.BINVI -> call("binv", immediate);
      case Opcode.BSETI -> call("bset", immediate);
      default -> throw new IllegalArgumentException("no immediate: " + opcode);
    }
  }

  private void call(String method, long immediate) {
    code.loadConstant(immediate).invokestatic(ALU, method, LONG_LONG_LONG);
  }

  private void withRegister(int opcode, int rs2) {
    if (isUnary(opcode)) {
      code.invokestatic(ALU, method(opcode), LONG_LONG);
      return;
    }
    registers.pushX(rs2);
    switch (opcode) {
      case Opcode.ADD -> code.ladd();
      case Opcode.SUB -> code.lsub();
      case Opcode.XOR -> code.lxor();
      case Opcode.OR -> code.lor();
      case Opcode.AND -> code.land();
      case Opcode.SLL -> code.l2i().lshl();
      case Opcode.SRL -> code.l2i().lushr();
      case Opcode.SRA -> code.l2i().lshr();
      case Opcode.ADDW -> code.ladd().l2i().i2l();
      case Opcode.SUBW -> code.lsub().l2i().i2l();
      case Opcode.MUL -> code.lmul();
      case Opcode.MULW -> code.lmul().l2i().i2l();
      case Opcode.SLLW -> code.invokestatic(ALU, "sllw", INT_LONG_LONG).i2l();
      case Opcode.SRLW -> code.invokestatic(ALU, "srlw", INT_LONG_LONG).i2l();
      case Opcode.SRAW -> code.invokestatic(ALU, "sraw", INT_LONG_LONG).i2l();
      default -> code.invokestatic(ALU, method(opcode), LONG_LONG_LONG);
    }
  }

  private static boolean isUnary(int opcode) {
    return switch (opcode) {
      case Opcode.CLZ,
          Opcode.CTZ,
          Opcode.CPOP,
          Opcode.CLZW,
          Opcode.CTZW,
          Opcode.CPOPW,
          Opcode.SEXT_B,
          Opcode.SEXT_H,
          Opcode.ZEXT_H,
          Opcode.ORC_B,
          Opcode.REV8 ->
          true;
      default -> false;
    };
  }

  /** The method of Alu which is an instruction. */
  private static String method(int opcode) {
    return switch (opcode) {
      case Opcode.SLT -> "slt";
      case Opcode.SLTU -> "sltu";
      case Opcode.MULH -> "mulh";
      case Opcode.MULHSU -> "mulhsu";
      case Opcode.MULHU -> "mulhu";
      case Opcode.DIV -> "div";
      case Opcode.DIVU -> "divu";
      case Opcode.REM -> "rem";
      case Opcode.REMU -> "remu";
      case Opcode.DIVW -> "divw";
      case Opcode.DIVUW -> "divuw";
      case Opcode.REMW -> "remw";
      case Opcode.REMUW -> "remuw";
      case Opcode.ADD_UW -> "adduw";
      case Opcode.SH1ADD -> "sh1add";
      case Opcode.SH2ADD -> "sh2add";
      case Opcode.SH3ADD -> "sh3add";
      case Opcode.SH1ADD_UW -> "sh1adduw";
      case Opcode.SH2ADD_UW -> "sh2adduw";
      case Opcode.SH3ADD_UW -> "sh3adduw";
      case Opcode.ANDN -> "andn";
      case Opcode.ORN -> "orn";
      case Opcode.XNOR -> "xnor";
      case Opcode.CLZ -> "clz";
      case Opcode.CTZ -> "ctz";
      case Opcode.CPOP -> "cpop";
      case Opcode.CLZW -> "clzw";
      case Opcode.CTZW -> "ctzw";
      case Opcode.CPOPW -> "cpopw";
      case Opcode.SEXT_B -> "sextb";
      case Opcode.SEXT_H -> "sexth";
      case Opcode.ZEXT_H -> "zexth";
      case Opcode.MAX -> "max";
      case Opcode.MAXU -> "maxu";
      case Opcode.MIN -> "min";
      case Opcode.MINU -> "minu";
      case Opcode.ROL -> "rol";
      case Opcode.ROR -> "ror";
      case Opcode.ROLW -> "rolw";
      case Opcode.RORW -> "rorw";
      case Opcode.ORC_B -> "orcb";
      case Opcode.REV8 -> "rev8";
      case Opcode.BCLR -> "bclr";
      case Opcode.BEXT -> "bext";
      case Opcode.BINV -> "binv";
      case Opcode.BSET -> "bset";
      default -> throw new IllegalArgumentException("no integer operation: " + opcode);
    };
  }
}
