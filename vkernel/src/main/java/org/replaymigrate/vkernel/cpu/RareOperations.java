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

  /** Executes an operation of A; a result of {@link MemoryAccess}. */
  int atomic(long op) {
    return atomics.execute(op);
  }

  /** Executes an operation of Zicsr or SFENCE.VMA; false if it traps, and nothing has happened. */
  boolean control(long op) {
    return system.control(op);
  }

  /** Executes SRET or MRET; false if it is illegal, and nothing has happened. */
  boolean trapReturn(long op) {
    return system.trapReturn(op);
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
      case Opcode.MULH -> Alu.mulh(a, b);
      case Opcode.MULHSU -> Alu.mulhsu(a, b);
      case Opcode.MULHU -> Alu.mulhu(a, b);
      case Opcode.DIV -> Alu.div(a, b);
      case Opcode.DIVU -> Alu.divu(a, b);
      case Opcode.REM -> Alu.rem(a, b);
      case Opcode.REMU -> Alu.remu(a, b);
      case Opcode.DIVW -> Alu.divw(a, b);
      case Opcode.DIVUW -> Alu.divuw(a, b);
      case Opcode.REMW -> Alu.remw(a, b);
      case Opcode.REMUW -> Alu.remuw(a, b);
      case Opcode.SH1ADD_UW -> Alu.sh1adduw(a, b);
      case Opcode.SH2ADD_UW -> Alu.sh2adduw(a, b);
      case Opcode.SH3ADD_UW -> Alu.sh3adduw(a, b);
      case Opcode.SLLI_UW -> Alu.slliuw(a, shift);
      case Opcode.ORN -> Alu.orn(a, b);
      case Opcode.XNOR -> Alu.xnor(a, b);
      case Opcode.CLZ -> Alu.clz(a);
      case Opcode.CTZ -> Alu.ctz(a);
      case Opcode.CPOP -> Alu.cpop(a);
      case Opcode.CLZW -> Alu.clzw(a);
      case Opcode.CTZW -> Alu.ctzw(a);
      case Opcode.CPOPW -> Alu.cpopw(a);
      case Opcode.MAX -> Alu.max(a, b);
      case Opcode.MAXU -> Alu.maxu(a, b);
      case Opcode.MIN -> Alu.min(a, b);
      case Opcode.MINU -> Alu.minu(a, b);
      case Opcode.ROL -> Alu.rol(a, b);
      case Opcode.ROR -> Alu.ror(a, b);
      case Opcode.RORI -> Alu.ror(a, shift);
      case Opcode.ROLW -> Alu.rolw(a, b);
      case Opcode.RORW -> Alu.rorw(a, b);
      case Opcode.RORIW -> Alu.rorw(a, shift);
      case Opcode.ORC_B -> Alu.orcb(a);
      case Opcode.REV8 -> Alu.rev8(a);
      case Opcode.BCLR -> Alu.bclr(a, b);
      case Opcode.BEXT -> Alu.bext(a, b);
      case Opcode.BINV -> Alu.binv(a, b);
      case Opcode.BSET -> Alu.bset(a, b);
      case Opcode.BCLRI -> Alu.bclr(a, shift);
      case Opcode.BEXTI -> Alu.bext(a, shift);
      case Opcode.BINVI -> Alu.binv(a, shift);
      case Opcode.BSETI -> Alu.bset(a, shift);
      default -> throw new IllegalStateException("no integer operation: " + opcode);
    };
  }
}
