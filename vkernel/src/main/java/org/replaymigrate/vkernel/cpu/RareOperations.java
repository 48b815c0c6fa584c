package org.replaymigrate.vkernel.cpu;

import org.replaymigrate.vkernel.decode.Block;
import org.replaymigrate.vkernel.decode.Opcode;
import org.replaymigrate.vkernel.decode.Operation;
import org.replaymigrate.vkernel.fpu.NanBox;

/** What the interpreter's loop has no room for. */
final class RareOperations {
  /** Beside the results of {@link MemoryAccess}: {@code hart.pc} says where to go on. */
  static final int JUMPED = 4;

  private final Hart hart;
  private final MemoryAccess memory;
  private final Atomics atomics;
  private final FloatingPoint floatingPoint;
  private final SystemOperations system;
  private final long[] x;

  RareOperations(Hart hart) {
    this.hart = hart;
    this.memory = hart.memory;
    this.atomics = new Atomics(hart);
    this.floatingPoint = new FloatingPoint(hart);
    this.system = new SystemOperations(hart);
    this.x = hart.x;
  }

  /**
   * Executes one operation.
   *
   * @param pc of the block
   */
  int execute(long op, Block block, int index, long pc) {
    int opcode = Operation.opcode(op);
    if (opcode >= Opcode.CSRRW) {
      return system.execute(op, pc + block.offsetOf(index));
    }
    if (opcode >= Opcode.FLW) {
      int result =
          switch (opcode) {
            case Opcode.FLW, Opcode.FLD -> load(op, opcode);
            case Opcode.FSW, Opcode.FSD -> store(op, opcode);
            default -> floatingPoint.execute(op) ? MemoryAccess.DONE : ILLEGAL;
          };
      return result == ILLEGAL ? illegal(pc + block.offsetOf(index)) : result;
    }
    if (opcode >= Opcode.LR_W) {
      return atomics.execute(op);
    }
    return switch (opcode) {
      case Opcode.ILLEGAL -> illegal(pc + block.offsetOf(index));
      case Opcode.PAUSE -> {
        hart.environment.pause();
        yield MemoryAccess.LEAVE;
      }
      default -> {
        x[Operation.rd(op)] =
            integer(
                opcode, x[Operation.rs1(op)], x[Operation.rs2(op)], (int) Operation.immediate(op));
        yield MemoryAccess.DONE;
      }
    };
  }

  private static final int ILLEGAL = -1;

  private int illegal(long pc) {
    memory.cause = Cause.ILLEGAL_INSTRUCTION;
    memory.value = memory.instructionAt(pc);
    return MemoryAccess.TRAP;
  }

  private int load(long op, int opcode) {
    if (hart.csr.floatingPointOff()) {
      return ILLEGAL;
    }
    int size = opcode == Opcode.FLD ? 8 : 4;
    int result = memory.load(x[Operation.rs1(op)] + Operation.immediate(op), size);
    if (result <= MemoryAccess.LEAVE) {
      long bits = size == 8 ? memory.loaded : NanBox.box((int) memory.loaded);
      hart.f[Operation.rd(op)] = bits;
      hart.csr.dirtyFloatingPoint();
    }
    return result;
  }

  private int store(long op, int opcode) {
    if (hart.csr.floatingPointOff()) {
      return ILLEGAL;
    }
    int size = opcode == Opcode.FSD ? 8 : 4;
    long address = x[Operation.rs1(op)] + Operation.immediate(op);
    return memory.store(address, size, hart.f[Operation.rs2(op)]);
  }

  private static long integer(int opcode, long a, long b, int shift) {
    return switch (opcode) {
      case Opcode.MULH -> Math.multiplyHigh(a, b);
      case Opcode.MULHSU -> Alu.mulhsu(a, b);
      case Opcode.MULHU -> Math.unsignedMultiplyHigh(a, b);
      case Opcode.DIV -> Alu.div(a, b);
      case Opcode.DIVU -> Alu.divu(a, b);
      case Opcode.REM -> Alu.rem(a, b);
      case Opcode.REMU -> Alu.remu(a, b);
      case Opcode.DIVW -> Alu.divw(a, b);
      case Opcode.DIVUW -> Alu.divuw(a, b);
      case Opcode.REMW -> Alu.remw(a, b);
      case Opcode.REMUW -> Alu.remuw(a, b);
      case Opcode.SH1ADD_UW -> (Alu.uw(a) << 1) + b;
      case Opcode.SH2ADD_UW -> (Alu.uw(a) << 2) + b;
      case Opcode.SH3ADD_UW -> (Alu.uw(a) << 3) + b;
      case Opcode.SLLI_UW -> Alu.uw(a) << shift;
      case Opcode.ORN -> a | ~b;
      case Opcode.XNOR -> ~(a ^ b);
      case Opcode.CLZ -> Long.numberOfLeadingZeros(a);
      case Opcode.CTZ -> Long.numberOfTrailingZeros(a);
      case Opcode.CPOP -> Long.bitCount(a);
      case Opcode.CLZW -> Integer.numberOfLeadingZeros((int) a);
      case Opcode.CTZW -> Integer.numberOfTrailingZeros((int) a);
      case Opcode.CPOPW -> Integer.bitCount((int) a);
      case Opcode.MAX -> Math.max(a, b);
      case Opcode.MAXU -> Alu.maxu(a, b);
      case Opcode.MIN -> Math.min(a, b);
      case Opcode.MINU -> Alu.minu(a, b);
      case Opcode.ROL -> Long.rotateLeft(a, (int) b);
      case Opcode.ROR -> Long.rotateRight(a, (int) b);
      case Opcode.RORI -> Long.rotateRight(a, shift);
      case Opcode.ROLW -> Integer.rotateLeft((int) a, (int) b);
      case Opcode.RORW -> Integer.rotateRight((int) a, (int) b);
      case Opcode.RORIW -> Integer.rotateRight((int) a, shift);
      case Opcode.ORC_B -> Alu.orcb(a);
      case Opcode.REV8 -> Long.reverseBytes(a);
      case Opcode.BCLR -> a & ~(1L << (int) b);
      case Opcode.BEXT -> a >>> (int) b & 1;
      case Opcode.BINV -> a ^ 1L << (int) b;
      case Opcode.BSET -> a | 1L << (int) b;
      case Opcode.BCLRI -> a & ~(1L << shift);
      case Opcode.BEXTI -> a >>> shift & 1;
      case Opcode.BINVI -> a ^ 1L << shift;
      case Opcode.BSETI -> a | 1L << shift;
      default -> throw new IllegalStateException("no integer operation: " + opcode);
    };
  }
}
