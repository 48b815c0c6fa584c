package org.replaymigrate.vkernel.translate;

import static org.replaymigrate.vkernel.translate.Names.GENERATED;
import static org.replaymigrate.vkernel.translate.Names.LONGS;
import static org.replaymigrate.vkernel.translate.Names.NAN_BOX;
import static org.replaymigrate.vkernel.translate.Names.SLOW;
import static org.replaymigrate.vkernel.translate.RegionCode.HART_LOCAL;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import org.replaymigrate.vkernel.decode.Opcode;
import org.replaymigrate.vkernel.decode.Operation;
import org.replaymigrate.vkernel.memory.Ram;
import org.replaymigrate.vkernel.memory.Tlb;
import org.replaymigrate.vkernel.translate.RamCode.Width;

/** Loads, stores and atomics: a look-up in the TLB, and a call when that misses. */
final class MemoryCode {
  private final RamCode ram;
  private final CodeBuilder code;
  private final RegionCode region;
  private final Registers registers;

  MemoryCode(RegionCode region, RamCode ram) {
    this.ram = ram;
    this.region = region;
    this.code = region.code;
    this.registers = region.registers;
  }

  private static Width width(int opcode) {
    return switch (opcode) {
      case Opcode.LB, Opcode.LBU, Opcode.SB -> Width.BYTE;
      case Opcode.LH, Opcode.LHU, Opcode.SH -> Width.SHORT;
      case Opcode.LW, Opcode.LWU, Opcode.SW, Opcode.FLW, Opcode.FSW -> Width.INT;
      default -> Width.LONG;
    };
  }

  /**
   * Emits a load.
   *
   * @param offset of the instruction in the page
   * @param refund what was charged for it and what follows it in its part
   */
  void load(long op, int offset, int refund) {
    int opcode = Operation.opcode(op);
    Width width = width(opcode);
    Label miss = code.newLabel();
    Label done = code.newLabel();
    lookUp(op, "READS", width, miss);
    ram.begin(code, width);
    pushOffset("READS");
    ram.get(code, width);
    switch (opcode) {
      case Opcode.LB, Opcode.LH, Opcode.LW -> code.i2l();
      case Opcode.LBU -> code.loadConstant(0xff).iand().i2l();
      case Opcode.LHU -> code.loadConstant(0xffff).iand().i2l();
      case Opcode.LWU -> code.i2l().loadConstant(0xffff_ffffL).land();
      case Opcode.FLW -> box();
      default -> {}
    }
    pop(op);
    code.labelBinding(done);
    region.defer(() -> {
      code.labelBinding(miss);
      code.aload(HART_LOCAL).lload(region.address).loadConstant(width.bytes);
      code.invokestatic(SLOW, "load", Names.SLOW_LOAD);
      code.ifeq(region.exit(offset, refund));
      code.aload(HART_LOCAL).invokestatic(SLOW, "loaded", Names.SLOW_LOADED);
      switch (opcode) {
        case Opcode.LB -> code.l2i().i2b().i2l();
        case Opcode.LH -> code.l2i().i2s().i2l();
        case Opcode.LW -> code.l2i().i2l();
        case Opcode.FLW -> code.l2i().invokestatic(NAN_BOX, "box", FloatCode.BOX);
        default -> {}
      }
      pop(op);
      code.goto_(done);
    });
  }

  private void box() {
    code.invokestatic(NAN_BOX, "box", FloatCode.BOX);
  }

  private void pop(long op) {
    if (Operation.opcode(op) >= Opcode.FLW) {
      registers.popF(Operation.rd(op));
    } else {
      registers.popX(Operation.rd(op));
    }
  }

  /** Emits a store; parameters as of {@link #load}. */
  void store(long op, int offset, int refund) {
    Width width = width(Operation.opcode(op));
    Label miss = code.newLabel();
    Label done = code.newLabel();
    lookUp(op, "WRITES", width, miss);
    ram.begin(code, width);
    pushOffset("WRITES");
    pushData(op);
    switch (width) {
      case BYTE -> code.l2i().i2b();
      case SHORT -> code.l2i().i2s();
      case INT -> code.l2i();
      case LONG -> {}
    }
    ram.set(code, width);
    code.labelBinding(done);
    region.defer(() -> {
      code.labelBinding(miss);
      code.aload(HART_LOCAL).lload(region.address);
      pushData(op);
      code.loadConstant(width.bytes).invokestatic(SLOW, "store", Names.SLOW_STORE);
      code.dup().istore(region.slot).ifeq(done);
      code.iload(region.slot).iconst_1().if_icmpne(region.exit(offset, refund));
      code.goto_(region.exit(offset + Operation.length(op), refund - 1));
    });
  }

  private void pushData(long op) {
    if (Operation.opcode(op) >= Opcode.FLW) {
      registers.pushF(Operation.rs2(op));
    } else {
      registers.pushX(Operation.rs2(op));
    }
  }

  /** Emits an operation of A as a call of what the interpreter has for it. */
  void atomic(long op, int offset, int refund) {
    Label done = code.newLabel();
    Label rare = code.newLabel();
    registers.storeX(Operation.rs1(op));
    if (Operation.rs2(op) != Operation.rs1(op)) {
      registers.storeX(Operation.rs2(op));
    }
    code.aload(HART_LOCAL).loadConstant(op).invokestatic(SLOW, "atomic", Names.SLOW_ATOMIC);
    code.dup().istore(region.slot).ifne(rare);
    registers.loadX(Operation.rd(op));
    code.labelBinding(done);
    region.defer(() -> {
      code.labelBinding(rare);
      code.iload(region.slot).iconst_1().if_icmpne(region.exit(offset, refund));
      registers.loadX(Operation.rd(op));
      code.goto_(region.exit(offset + Operation.length(op), refund - 1));
    });
  }

  /** Computes address and slot, and jumps unless the TLB has the whole access. */
  private void lookUp(long op, String tags, Width width, Label miss) {
    registers.pushX(Operation.rs1(op));
    long immediate = Operation.immediate(op);
    if (immediate != 0) {
      code.loadConstant(immediate).ladd();
    }
    code.lstore(region.address);
    code.lload(region.address).loadConstant(Ram.PAGE_SHIFT).lushr().l2i();
    code.loadConstant(Tlb.INDEX_MASK).iand().iconst_1().ishl().istore(region.slot);
    code.getstatic(GENERATED, tags, LONGS).iload(region.slot).laload();
    code.lload(region.address);
    if (width.bytes > 1) {
      code.loadConstant(width.bytes - 1L).ladd();
    }
    code.loadConstant((long) -Ram.PAGE_SIZE).land().lload(region.context).lor();
    code.lcmp().ifne(miss);
  }

  private void pushOffset(String tags) {
    code.lload(region.address);
    code.getstatic(GENERATED, tags, LONGS).iload(region.slot).iconst_1().iadd().laload().ladd();
    ram.offset(code);
  }
}
