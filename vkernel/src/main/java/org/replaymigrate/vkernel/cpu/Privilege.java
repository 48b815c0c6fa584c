package org.replaymigrate.vkernel.cpu;

/**
 * Traps and returns between privilege levels (Privileged ISA 20240411, sections 3.1.6 to 3.3 and
 * 12.1). A trap counts as an executed instruction, an interrupt does not.
 */
final class Privilege {
  private static final long INTERRUPT = 1L << 63;

  /** Interrupts by falling priority. */
  private static final int[] PRIORITY = {
    Cause.MEI, Cause.MSI, Cause.MTI, Cause.SEI, Cause.SSI, Cause.STI
  };

  private final Hart hart;

  Privilege(Hart hart) {
    this.hart = hart;
  }

  /**
   * An instruction traps: the hart goes to its handler. {@code hart.executed} counts it already.
   *
   * @param pc of the instruction
   */
  void exception(int cause, long value, long pc) {
    CsrFile csr = hart.csr;
    csr.trapped++;
    boolean toSupervisor = hart.privilege <= Hart.SUPERVISOR && (csr.medeleg >>> cause & 1) != 0;
    if (cause == Cause.ECALL_FROM_S && !toSupervisor) {
      hart.pc = pc + 4;
      if (hart.environment.firmwareCall(hart)) {
        return;
      }
    }
    enter(cause, cause, value, pc, toSupervisor, false);
  }

  /** Takes the most urgent interrupt that is pending and enabled, if there is one. */
  void interrupt() {
    CsrFile csr = hart.csr;
    long pending = csr.pendingAndEnabled();
    if (pending == 0) {
      return;
    }
    boolean machine = hart.privilege < Hart.MACHINE || (csr.mstatus & Status.MIE) != 0;
    boolean supervisor =
        hart.privilege < Hart.SUPERVISOR
            || (hart.privilege == Hart.SUPERVISOR && (csr.mstatus & Status.SIE) != 0);
    long toMachine = machine ? pending & ~csr.mideleg : 0;
    long toSupervisor = supervisor ? pending & csr.mideleg : 0;
    long candidates = toMachine != 0 ? toMachine : toSupervisor;
    for (int number : PRIORITY) {
      if ((candidates >>> number & 1) != 0) {
        enter(INTERRUPT | number, number, 0, hart.pc, toMachine == 0, true);
        return;
      }
    }
  }

  private void enter(
      long cause, int number, long value, long pc, boolean toSupervisor, boolean interrupt) {
    CsrFile csr = hart.csr;
    long status = csr.mstatus;
    long vector;
    if (toSupervisor) {
      csr.scause = cause;
      csr.sepc = pc;
      csr.stval = value;
      status = move(status, Status.SIE, Status.SPIE) & ~Status.SPP;
      status |= hart.privilege == Hart.SUPERVISOR ? Status.SPP : 0;
      hart.privilege = Hart.SUPERVISOR;
      vector = csr.stvec;
    } else {
      csr.mcause = cause;
      csr.mepc = pc;
      csr.mtval = value;
      status = move(status, Status.MIE, Status.MPIE) & ~Status.MPP;
      status |= (long) hart.privilege << Status.MPP_SHIFT;
      hart.privilege = Hart.MACHINE;
      vector = csr.mtvec;
    }
    csr.mstatus = status;
    boolean vectored = interrupt && (vector & 3) == 1;
    hart.pc = (vector & -4) + (vectored ? 4L * number : 0);
    hart.attention |= Hart.MODE | Hart.INTERRUPT;
  }

  /** Copies the enable bit to where it is kept during the trap, and clears it. */
  private static long move(long status, long enable, long previous) {
    long cleared = status & ~(enable | previous);
    return (status & enable) != 0 ? cleared | previous : cleared;
  }

  /** MRET, which has been found legal. */
  void returnFromMachine() {
    CsrFile csr = hart.csr;
    long status = csr.mstatus;
    int previous = (int) ((status & Status.MPP) >>> Status.MPP_SHIFT);
    boolean enable = (status & Status.MPIE) != 0;
    status &= ~(Status.MPP | Status.MIE);
    status |= Status.MPIE | (enable ? Status.MIE : 0);
    leave(status, previous, csr.mepc);
  }

  /** SRET, which has been found legal. */
  void returnFromSupervisor() {
    CsrFile csr = hart.csr;
    long status = csr.mstatus;
    int previous = (status & Status.SPP) != 0 ? Hart.SUPERVISOR : Hart.USER;
    boolean enable = (status & Status.SPIE) != 0;
    status &= ~(Status.SPP | Status.SIE);
    status |= Status.SPIE | (enable ? Status.SIE : 0);
    leave(status, previous, csr.sepc);
  }

  private void leave(long status, int privilege, long pc) {
    hart.csr.mstatus = privilege == Hart.MACHINE ? status : status & ~Status.MPRV;
    hart.privilege = privilege;
    hart.pc = pc;
    hart.attention |= Hart.MODE | Hart.INTERRUPT;
  }
}
