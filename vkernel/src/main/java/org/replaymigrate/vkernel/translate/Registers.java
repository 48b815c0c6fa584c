package org.replaymigrate.vkernel.translate;

import static org.replaymigrate.vkernel.translate.Names.HART;
import static org.replaymigrate.vkernel.translate.Names.LONGS;

import java.lang.classfile.CodeBuilder;
import org.replaymigrate.vkernel.decode.Opcode;
import org.replaymigrate.vkernel.decode.Operation;

/**
 * The guest registers that a region uses, each in a local variable of its own from its prologue to
 * its epilogue. Between, the hart's arrays are stale.
 */
final class Registers {
  private final CodeBuilder code;
  private final int array;
  private final int[] x = new int[32];
  private final int[] f = new int[32];
  private int usedX;
  private int usedF;
  private int writtenX;
  private int writtenF;

  Registers(CodeBuilder code, RegionPlan plan) {
    this.code = code;
    for (RegionPlan.Part part : plan.parts()) {
      for (long op : part.operations()) {
        note(op);
      }
    }
    usedX = (usedX | writtenX) & ~1;
    usedF |= writtenF;
    array = code.allocateLocal(java.lang.classfile.TypeKind.REFERENCE);
    for (int i = 0; i < 32; i++) {
      x[i] = isIn(usedX, i) ? code.allocateLocal(java.lang.classfile.TypeKind.LONG) : -1;
      f[i] = isIn(usedF, i) ? code.allocateLocal(java.lang.classfile.TypeKind.LONG) : -1;
    }
  }

  private static boolean isIn(int set, int register) {
    return (set >>> register & 1) != 0;
  }

  private void note(long op) {
    int opcode = Operation.opcode(op);
    int rd = Operation.rd(op) & 63;
    int rs1 = 1 << Operation.rs1(op);
    int rs2 = 1 << Operation.rs2(op);
    int writes = rd == Operation.SINK ? 0 : 1 << rd;
    if (opcode >= Opcode.CSRRW || opcode == Opcode.ILLEGAL) {
      usedX |= opcode <= Opcode.CSRRC && opcode >= Opcode.CSRRW ? rs1 : 0;
      writtenX |= opcode <= Opcode.CSRRCI && opcode >= Opcode.CSRRW ? writes : 0;
      return;
    }
    if (opcode < Opcode.FLW) {
      boolean branchOrStore = Opcode.isBranch(opcode) || Opcode.isStore(opcode);
      usedX |= rs1 | rs2;
      writtenX |= branchOrStore ? 0 : writes;
      return;
    }
    switch (opcode) {
      case Opcode.FLW, Opcode.FLD -> {
        usedX |= rs1;
        writtenF |= 1 << rd;
      }
      case Opcode.FSW, Opcode.FSD -> {
        usedX |= rs1;
        usedF |= rs2;
      }
      default -> {
        FloatTable.Row row = FloatTable.row(opcode);
        if (row.readsInteger()) {
          usedX |= rs1;
        } else {
          usedF |= rs1 | (row.operands() > 1 ? rs2 : 0);
          usedF |= row.operands() > 2 ? 1 << Operation.rs3(op) : 0;
        }
        if (row.writesInteger()) {
          writtenX |= writes;
        } else {
          writtenF |= 1 << rd;
        }
      }
    }
  }

  boolean floating() {
    return usedF != 0;
  }

  /** Loads all of them from the hart. */
  void load() {
    if (usedX != 0) {
      code.aload(1).getfield(HART, "x", LONGS).astore(array);
      for (int i = 1; i < 32; i++) {
        if (x[i] >= 0) {
          code.aload(array).loadConstant(i).laload().lstore(x[i]);
        }
      }
    }
    if (usedF != 0) {
      code.aload(1).getfield(HART, "f", LONGS).astore(array);
      for (int i = 0; i < 32; i++) {
        if (f[i] >= 0) {
          code.aload(array).loadConstant(i).laload().lstore(f[i]);
        }
      }
    }
  }

  /** Gives those that the region may have written back to the hart. */
  void store() {
    if (writtenX != 0) {
      code.aload(1).getfield(HART, "x", LONGS).astore(array);
      for (int i = 1; i < 32; i++) {
        if (isIn(writtenX, i)) {
          code.aload(array).loadConstant(i).lload(x[i]).lastore();
        }
      }
    }
    if (writtenF != 0) {
      code.aload(1).getfield(HART, "f", LONGS).astore(array);
      for (int i = 0; i < 32; i++) {
        if (isIn(writtenF, i)) {
          code.aload(array).loadConstant(i).lload(f[i]).lastore();
        }
      }
    }
  }

  /** Gives one integer register to the hart. */
  void storeX(int register) {
    if (register != 0) {
      code.aload(1).getfield(HART, "x", LONGS).loadConstant(register).lload(x[register]).lastore();
    }
  }

  /** Takes one integer register from the hart. */
  void loadX(int register) {
    if (register != Operation.SINK) {
      code.aload(1).getfield(HART, "x", LONGS).loadConstant(register).laload().lstore(x[register]);
    }
  }

  /** Pushes an integer register. */
  void pushX(int register) {
    if (register == 0) {
      code.lconst_0();
    } else {
      code.lload(x[register]);
    }
  }

  /** Pops into an integer register; {@link Operation#SINK} swallows. */
  void popX(int register) {
    if (register == Operation.SINK) {
      code.pop2();
    } else {
      code.lstore(x[register]);
    }
  }

  void pushF(int register) {
    code.lload(f[register]);
  }

  void popF(int register) {
    code.lstore(f[register]);
  }
}
