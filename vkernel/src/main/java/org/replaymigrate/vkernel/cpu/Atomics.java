package org.replaymigrate.vkernel.cpu;

import org.replaymigrate.vkernel.decode.Opcode;
import org.replaymigrate.vkernel.decode.Operation;

/**
 * LR, SC and the AMOs (Unprivileged ISA, chapter 14). Harts take turns, so nothing comes between
 * the read and the write. A reservation is for the very address and ends with the hart's turn.
 */
final class Atomics {
  private final Hart hart;
  private final MemoryAccess memory;
  private final long[] x;

  Atomics(Hart hart) {
    this.hart = hart;
    this.memory = hart.memory;
    this.x = hart.x;
  }

  /** Executes an operation of A; a result of {@link MemoryAccess}. */
  int execute(long op) {
    int opcode = Operation.opcode(op);
    int size = opcode >= Opcode.LR_D ? 8 : 4;
    long address = x[Operation.rs1(op)];
    return switch (opcode) {
      case Opcode.LR_W, Opcode.LR_D -> loadReserved(op, address, size);
      case Opcode.SC_W, Opcode.SC_D -> storeConditional(op, address, size);
      default -> readModifyWrite(op, opcode, address, size);
    };
  }

  private int loadReserved(long op, long address, int size) {
    long physical = memory.atomic(address, size, false);
    if (physical < 0) {
      return MemoryAccess.TRAP;
    }
    hart.reservation = physical;
    x[Operation.rd(op)] = signed(memory.read(physical, size), size);
    return MemoryAccess.DONE;
  }

  private int storeConditional(long op, long address, int size) {
    long physical = memory.atomicStore(address, size);
    if (physical < 0) {
      return MemoryAccess.TRAP;
    }
    boolean success = hart.reservation == physical;
    hart.reservation = -1;
    if (success) {
      memory.write(physical, size, x[Operation.rs2(op)]);
    }
    x[Operation.rd(op)] = success ? 0 : 1;
    return memory.outcome();
  }

  private int readModifyWrite(long op, int opcode, long address, int size) {
    long physical = memory.atomic(address, size, true);
    if (physical < 0) {
      return MemoryAccess.TRAP;
    }
    long old = signed(memory.read(physical, size), size);
    long operand = signed(x[Operation.rs2(op)], size);
    memory.write(physical, size, combine(opcode, old, operand));
    x[Operation.rd(op)] = old;
    return memory.outcome();
  }

  private static long combine(int opcode, long old, long operand) {
    return switch (opcode) {
      case Opcode.AMOSWAP_W, Opcode.AMOSWAP_D -> operand;
      case Opcode.AMOADD_W, Opcode.AMOADD_D -> old + operand;
      case Opcode.AMOXOR_W, Opcode.AMOXOR_D -> old ^ operand;
      case Opcode.AMOAND_W, Opcode.AMOAND_D -> old & operand;
      case Opcode.AMOOR_W, Opcode.AMOOR_D -> old | operand;
      case Opcode.AMOMIN_W, Opcode.AMOMIN_D -> Math.min(old, operand);
      case Opcode.AMOMAX_W, Opcode.AMOMAX_D -> Math.max(old, operand);
      // Sign-extended words compare unsigned as the words do.
      case Opcode.AMOMINU_W, Opcode.AMOMINU_D -> Alu.minu(old, operand);
      case Opcode.AMOMAXU_W, Opcode.AMOMAXU_D -> Alu.maxu(old, operand);
      default -> throw new IllegalStateException("no AMO: " + opcode);
    };
  }

  private static long signed(long value, int size) {
    return size == 4 ? (int) value : value;
  }
}
