package org.replaymigrate.vkernel.translate;

import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static org.replaymigrate.vkernel.translate.Names.FP_STATUS;
import static org.replaymigrate.vkernel.translate.Names.HART;
import static org.replaymigrate.vkernel.translate.Names.NAN_BOX;
import static org.replaymigrate.vkernel.translate.RegionCode.HART_LOCAL;

import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.List;
import org.replaymigrate.vkernel.decode.Operation;
import org.replaymigrate.vkernel.fpu.RoundingMode;

/**
 * Floating point as calls of the methods that the interpreter uses; small, HotSpot inlines them.
 */
final class FloatCode {
  static final MethodTypeDesc BOX = MethodTypeDesc.of(CD_long, CD_int);
  private static final MethodTypeDesc UNBOX = MethodTypeDesc.of(CD_int, CD_long);

  private final CodeBuilder code;
  private final Registers registers;

  FloatCode(RegionCode region) {
    this.code = region.code;
    this.registers = region.registers;
  }

  /** Whether an operation always means the same: its rounding mode is valid. */
  static boolean isPlain(long op) {
    int mode = (int) Operation.immediate(op);
    return mode == RoundingMode.DYN || RoundingMode.isValid(mode);
  }

  /** Emits an operation of F or D that is no load or store. */
  void emit(long op) {
    FloatTable.Row row = FloatTable.row(Operation.opcode(op));
    List<ClassDesc> parameters = new ArrayList<>();
    for (int i = 0; i < row.operands(); i++) {
      push(op, row, i, parameters);
    }
    if (row.takesMode()) {
      int mode = (int) Operation.immediate(op);
      code.loadConstant(mode == RoundingMode.DYN ? RoundingMode.RNE : mode);
      parameters.add(CD_int);
    }
    if (row.takesStatus()) {
      code.aload(HART_LOCAL).getfield(HART, "fpStatus", FP_STATUS);
      parameters.add(FP_STATUS);
    }
    if (!row.method().isEmpty()) {
      code.invokestatic(
          row.single() ? Names.F32_CLASS : Names.F64_CLASS,
          row.method(),
          MethodTypeDesc.of(resultType(row), parameters));
    }
    pop(op, row);
  }

  private void push(long op, FloatTable.Row row, int index, List<ClassDesc> parameters) {
    int register =
        switch (index) {
          case 0 -> Operation.rs1(op);
          case 1 -> Operation.rs2(op);
          default -> Operation.rs3(op);
        };
    boolean negate = index == 0 ? row.negateFirst() : index == 2 && row.negateThird();
    switch (row.signature().charAt(index)) {
      case 'L' -> registers.pushX(register);
      case 'W' -> {
        registers.pushX(register);
        code.l2i();
      }
      case 'D' -> {
        registers.pushF(register);
        if (negate) {
          code.loadConstant(Long.MIN_VALUE).lxor();
        }
      }
      default -> {
        registers.pushF(register);
        if (row.method().isEmpty()) {
          // FMV.X.W: the low word, boxed or not.
          code.l2i().i2l();
          return;
        }
        code.invokestatic(NAN_BOX, "unbox", UNBOX);
        if (negate) {
          code.loadConstant(Integer.MIN_VALUE).ixor();
        }
      }
    }
    char kind = row.signature().charAt(index);
    parameters.add(kind == 'L' || kind == 'D' ? CD_long : CD_int);
  }

  private static ClassDesc resultType(FloatTable.Row row) {
    return switch (row.result()) {
      case 'D', 'L' -> CD_long;
      case 'Z' -> CD_boolean;
      default -> CD_int;
    };
  }

  private void pop(long op, FloatTable.Row row) {
    int rd = Operation.rd(op);
    switch (row.result()) {
      case 'D' -> registers.popF(rd);
      case 'S' -> {
        if (row.method().isEmpty()) {
          code.l2i();
        }
        code.invokestatic(NAN_BOX, "box", BOX);
        registers.popF(rd);
      }
      case 'L' -> registers.popX(rd);
      default -> {
        code.i2l();
        registers.popX(rd);
      }
    }
  }
}
