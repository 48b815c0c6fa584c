package org.replaymigrate.vkernel.cpu;

import org.replaymigrate.vkernel.decode.Opcode;
import org.replaymigrate.vkernel.decode.Operation;

/** Integer loads that missed the TLB. */
final class Loads {
  private final MemoryAccess memory;
  private final long[] x;

  Loads(Hart hart) {
    this.memory = hart.memory;
    this.x = hart.x;
  }

  /** Executes a load; a result of {@link MemoryAccess}. */
  int execute(long op, long address) {
    int opcode = Operation.opcode(op);
    int size =
        switch (opcode) {
          case Opcode.LB, Opcode.LBU -> 1;
          case Opcode.LH, Opcode.LHU -> 2;
          case Opcode.LW, Opcode.LWU -> 4;
          default -> 8;
        };
    int result = memory.load(address, size);
    if (result <= MemoryAccess.LEAVE) {
      long value = memory.loaded;
      x[Operation.rd(op)] =
          switch (opcode) {
            case Opcode.LB -> (byte) value;
            case Opcode.LH -> (short) value;
            case Opcode.LW -> (int) value;
            default -> value;
          };
    }
    return result;
  }
}
