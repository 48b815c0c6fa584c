package org.replaymigrate.vkernel.translate;

import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static org.replaymigrate.vkernel.translate.Names.HART;
import static org.replaymigrate.vkernel.translate.Names.SLOW;
import static org.replaymigrate.vkernel.translate.RegionCode.HART_LOCAL;

import java.lang.classfile.CodeBuilder;
import org.replaymigrate.vkernel.decode.Opcode;
import org.replaymigrate.vkernel.decode.Operation;

/**
 * Zicsr, SFENCE.VMA, ECALL, SRET and MRET: calls of what the interpreter has for them. Most of the
 * first two change nothing that the region relies on, and it goes on behind them.
 */
final class ControlCode {
  private final CodeBuilder code;
  private final RegionCode region;
  private final Registers registers;

  ControlCode(RegionCode region) {
    this.region = region;
    this.code = region.code;
    this.registers = region.registers;
  }

  /** Whether operations with this opcode are what {@link #jump} emits. */
  static boolean isJump(int opcode) {
    return opcode == Opcode.ECALL || opcode == Opcode.SRET || opcode == Opcode.MRET;
  }

  /** Emits a trap or the return from one; parameters as of {@link #emit}. */
  void jump(long op, int offset, int refund) {
    region.writeBack();
    code.aload(HART_LOCAL).loadConstant(op);
    region.pushAddress(offset);
    code.invokestatic(SLOW, "jump", Names.SLOW_JUMP).ifeq(region.exit(offset, refund));
    code.aload(HART_LOCAL).getfield(HART, "pc", CD_long);
    region.popNext();
    code.goto_(region.leave);
  }

  /** Whether operations with this opcode are what {@link #emit} does. */
  static boolean isControl(int opcode) {
    return (opcode >= Opcode.CSRRW && opcode <= Opcode.CSRRCI) || opcode == Opcode.SFENCE_VMA;
  }

  /**
   * Emits an operation, the last of its part.
   *
   * @param offset of the instruction in the page
   * @param refund what was charged for it
   */
  void emit(long op, int offset, int refund) {
    int opcode = Operation.opcode(op);
    if (opcode <= Opcode.CSRRC) {
      registers.storeX(Operation.rs1(op));
    }
    code.aload(HART_LOCAL).loadConstant(op);
    region.pushLeft();
    code.loadConstant(refund).iadd();
    code.invokestatic(SLOW, "control", Names.SLOW_CONTROL).ifeq(region.exit(offset, refund));
    if (opcode <= Opcode.CSRRCI) {
      registers.loadX(Operation.rd(op));
    }
    code.aload(HART_LOCAL).getfield(HART, "attention", CD_int);
    code.ifne(region.exit(offset + Operation.length(op), 0));
  }
}
