package org.replaymigrate.vkernel.cpu;

/** Where translated code goes when the fast way is not open. */
final class Slow {
  private Slow() {}

  /**
   * Loads from RAM what the TLB has no entry for, and gives it one if it may.
   *
   * @return whether the value is in {@code hart.memory.loaded}; if not, nothing has happened, and
   *     the interpreter must execute the instruction
   */
  static boolean load(Hart hart, long address, int size) {
    return hart.memory.loadRam(address, size);
  }

  /** What {@link #load} has read, zero-extended. */
  static long loaded(Hart hart) {
    return hart.memory.loaded;
  }

  /**
   * Stores to RAM; a result of {@link MemoryAccess}. With TRAP nothing has happened, and the
   * interpreter must execute the instruction.
   */
  static int store(Hart hart, long address, long data, int size) {
    return hart.memory.storeRam(address, size, data);
  }

  /**
   * Executes an operation of Zicsr or SFENCE.VMA, whose registers are in the hart.
   *
   * @param left how many instructions may be executed from this one on
   * @return whether it was executed; if not, nothing has happened, and the interpreter must do it
   */
  static boolean control(Hart hart, long op, int left) {
    hart.executed = hart.horizon - left;
    return hart.interpreter.control(op);
  }

  /**
   * Executes ECALL, SRET or MRET with all registers in the hart, where {@code pc} then says where
   * to go on; {@link Hart#left} has been charged for it.
   *
   * @param pc of the instruction
   * @return whether it was executed; if not, nothing has happened, and the interpreter must do it
   */
  static boolean jump(Hart hart, long op, long pc) {
    hart.executed = hart.horizon - hart.left;
    return hart.interpreter.jump(op, pc);
  }

  /**
   * Executes an operation of A, whose registers are in the hart; a result of {@link MemoryAccess}.
   * With TRAP nothing has happened, and the interpreter must execute the instruction.
   */
  static int atomic(Hart hart, long op) {
    return hart.interpreter.atomic(op);
  }
}
