package org.replaymigrate.vkernel.cpu;

import org.replaymigrate.vkernel.decode.Opcode;
import org.replaymigrate.vkernel.decode.Operation;

/** Zicsr and the privileged instructions. Each ends its block. */
final class SystemOperations {
  private final Hart hart;
  private final CsrFile csr;
  private final MemoryAccess memory;
  private final long[] x;

  SystemOperations(Hart hart) {
    this.hart = hart;
    this.csr = hart.csr;
    this.memory = hart.memory;
    this.x = hart.x;
  }

  /** Executes an operation at {@code pc}; a result of {@link RareOperations}. */
  int execute(long op, long pc) {
    int privilege = hart.privilege;
    return switch (Operation.opcode(op)) {
      case Opcode.ECALL -> trap(Cause.ECALL_FROM_U + privilege, 0);
      case Opcode.EBREAK -> trap(Cause.BREAKPOINT, pc);
      case Opcode.MRET, Opcode.SRET -> trapReturn(op) ? RareOperations.JUMPED : illegal(pc);
      case Opcode.WFI -> {
        if (privilege == Hart.USER || isForbiddenToSupervisor(Status.TW)) {
          yield illegal(pc);
        }
        if (!hart.isWoken()) {
          hart.run = Hart.WAITING;
          hart.attention |= Hart.YIELD;
        }
        yield MemoryAccess.LEAVE;
      }
      default -> control(op) ? MemoryAccess.LEAVE : illegal(pc);
    };
  }

  /** Executes SRET or MRET; false if it is illegal. */
  boolean trapReturn(long op) {
    if (Operation.opcode(op) == Opcode.MRET) {
      if (hart.privilege < Hart.MACHINE) {
        return false;
      }
      hart.traps.returnFromMachine();
      return true;
    }
    if (hart.privilege == Hart.USER || isForbiddenToSupervisor(Status.TSR)) {
      return false;
    }
    hart.traps.returnFromSupervisor();
    return true;
  }

  /** Executes an operation of Zicsr or SFENCE.VMA; false if it is illegal. */
  boolean control(long op) {
    if (Operation.opcode(op) == Opcode.SFENCE_VMA) {
      // Translations are never stale: see PageTables.
      return hart.privilege != Hart.USER && !isForbiddenToSupervisor(Status.TVM);
    }
    return csr(op);
  }

  private boolean isForbiddenToSupervisor(long statusBit) {
    return hart.privilege == Hart.SUPERVISOR && (csr.mstatus & statusBit) != 0;
  }

  private boolean csr(long op) {
    int number = (int) Operation.immediate(op);
    int opcode = Operation.opcode(op);
    int source = Operation.rs1(op);
    boolean replaces = opcode == Opcode.CSRRW || opcode == Opcode.CSRRWI;
    boolean writes = replaces || source != 0;
    if (!csr.mayAccess(number, writes)) {
      return false;
    }
    long operand = opcode >= Opcode.CSRRWI ? source : x[source];
    long old = csr.read(number);
    if (writes) {
      long base = replaces ? 0 : csr.readToModify(number);
      csr.write(
          number,
          switch (opcode) {
            case Opcode.CSRRS, Opcode.CSRRSI -> base | operand;
            case Opcode.CSRRC, Opcode.CSRRCI -> base & ~operand;
            default -> operand;
          });
    }
    x[Operation.rd(op)] = old;
    return true;
  }

  private int illegal(long pc) {
    return trap(Cause.ILLEGAL_INSTRUCTION, memory.instructionAt(pc));
  }

  private int trap(int cause, long value) {
    memory.cause = cause;
    memory.value = value;
    return MemoryAccess.TRAP;
  }
}
