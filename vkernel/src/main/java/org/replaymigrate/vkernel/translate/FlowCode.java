package org.replaymigrate.vkernel.translate;

import static java.lang.constant.ConstantDescs.CD_int;
import static org.replaymigrate.vkernel.translate.Names.HART;
import static org.replaymigrate.vkernel.translate.Names.REGION;
import static org.replaymigrate.vkernel.translate.RegionCode.HART_LOCAL;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import org.replaymigrate.vkernel.decode.Opcode;
import org.replaymigrate.vkernel.decode.Operation;
import org.replaymigrate.vkernel.translate.RegionPlan.Part;

/** Jumps, branches and calls. */
final class FlowCode {
  private static final MethodTypeDesc COMPARE_UNSIGNED =
      MethodTypeDesc.of(CD_int, ConstantDescs.CD_long, ConstantDescs.CD_long);

  private final CodeBuilder code;
  private final RegionCode region;
  private final Registers registers;

  FlowCode(RegionCode region) {
    this.region = region;
    this.code = region.code;
    this.registers = region.registers;
  }

  /** Emits a conditional branch, the last operation of a part. */
  void branch(long op, Part part) {
    Label not = code.newLabel();
    registers.pushX(Operation.rs1(op));
    registers.pushX(Operation.rs2(op));
    switch (Operation.opcode(op)) {
      case Opcode.BEQ -> code.lcmp().ifne(not);
      case Opcode.BNE -> code.lcmp().ifeq(not);
      case Opcode.BLT -> code.lcmp().ifge(not);
      case Opcode.BGE -> code.lcmp().iflt(not);
      case Opcode.BLTU -> compareUnsigned().ifge(not);
      default -> compareUnsigned().iflt(not);
    }
    region.jump(part.offset(), part.offset() + (int) Operation.immediate(op));
    code.labelBinding(not);
  }

  private CodeBuilder compareUnsigned() {
    return code.invokestatic(ConstantDescs.CD_Long, "compareUnsigned", COMPARE_UNSIGNED);
  }

  /** Emits JAL, the last operation of a part. */
  void jal(long op, Part part) {
    int rd = Operation.rd(op);
    int target = part.offset() + (int) Operation.immediate(op);
    if (rd != Operation.SINK) {
      region.pushAddress(part.end());
      registers.popX(rd);
    }
    if (!RegionPlanner.isLink(rd)) {
      region.jump(part.offset(), target);
    } else if (!region.contains(part.end())) {
      code.goto_(region.exit(target, 0));
    } else {
      region.pushAddress(target);
      region.popNext();
      call(part);
    }
  }

  /** Emits JALR, the last operation of a part. */
  void jalr(long op, Part part) {
    int rd = Operation.rd(op);
    registers.pushX(Operation.rs1(op));
    long immediate = Operation.immediate(op);
    if (immediate != 0) {
      code.loadConstant(immediate).ladd();
    }
    code.loadConstant(-2L).land();
    region.popNext();
    if (rd != Operation.SINK) {
      region.pushAddress(part.end());
      registers.popX(rd);
    }
    if (RegionPlanner.isLink(rd) && region.contains(part.end())) {
      call(part);
    } else {
      region.pushNext();
      region.exitToStack();
    }
  }

  /** Calls what is at {@code next}, and goes on behind the call if it comes back to there. */
  private void call(Part part) {
    region.writeBack();
    code.aload(HART_LOCAL);
    region.pushNext();
    region.pushAddress(part.end());
    code.invokestatic(REGION, "call", Names.CALL);
    region.popNext();
    region.pushNext();
    region.pushAddress(part.end());
    code.lcmp().ifne(region.leave);
    code.aload(HART_LOCAL).getfield(HART, "attention", CD_int).ifne(region.leave);
    code.aload(HART_LOCAL).getfield(HART, "left", CD_int).loadConstant(region.longest);
    code.if_icmplt(region.leave);
    region.reload();
    region.jumpForward(part.end());
  }
}
