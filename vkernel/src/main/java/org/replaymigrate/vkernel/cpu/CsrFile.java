package org.replaymigrate.vkernel.cpu;

import org.replaymigrate.vkernel.fpu.FpStatus;
import org.replaymigrate.vkernel.fpu.RoundingMode;
import org.replaymigrate.vkernel.memory.Mmu;
import org.replaymigrate.vkernel.memory.Pmp;
import org.replaymigrate.vkernel.state.InvalidStateException;

/**
 * The control and status registers of a hart: storage, WARL rules, and who may access what
 * (Privileged ISA 20240411, chapters 2, 3, 12; Sstc 1.0).
 */
final class CsrFile {
  private static final long SUPERVISOR_INTERRUPTS = 0x222;
  private static final long INTERRUPTS = 0xaaa;

  /** Everything but ECALL from M. */
  private static final long DELEGABLE = 0xb3ff;

  private static final long STCE = 1L << 63;
  private static final long FIOM = 1;
  private static final long TM = 2;

  /** RV64 with A, C, D, F, I, M, S and U. */
  private static final long MISA = 2L << 62 | 0x14112dL;

  private static final long COUNTERS = 0xffff_ffffL;

  private final Hart hart;

  long mstatus;
  long medeleg;
  long mideleg;
  long mie;
  long mtvec;
  long mepc;
  long mcause;
  long mtval;
  long stvec;
  long sepc;
  long scause;
  long stval;
  long satp;
  long stimecmp = -1;

  /** Bits of {@code mip} which devices and timers drive. */
  long lines;

  /** Bits of {@code mip} which software has written. */
  long software;

  /** fflags. */
  final FpStatus accrued = new FpStatus();

  /** frm. */
  int roundingMode;

  /** Traps taken by instructions: executed, but not retired. */
  long trapped;

  private long mcounteren;
  private long menvcfg;
  private long mscratch;
  private long scounteren;
  private long senvcfg;
  private long sscratch;
  private long cycleOffset;
  private long instretOffset;

  CsrFile(Hart hart) {
    this.hart = hart;
  }

  boolean floatingPointOff() {
    return (mstatus & Status.FS) == 0;
  }

  void dirtyFloatingPoint() {
    if ((mstatus & Status.FS) != Status.FS) {
      mstatus |= Status.FS;
      hart.attention |= Hart.MODE;
    }
  }

  /**
   * Whether translated floating point may run: on and dirty already, and rounding to nearest when
   * the instruction leaves the choice.
   */
  boolean isFloatingPointPlain() {
    return (mstatus & Status.FS) == Status.FS && roundingMode == RoundingMode.RNE;
  }

  boolean supervisorTimer() {
    return (menvcfg & STCE) != 0;
  }

  /** {@code mip}. */
  long pending() {
    return lines | software;
  }

  long pendingAndEnabled() {
    return pending() & mie;
  }

  /** How loads, stores and fetches are made now. */
  void describe(Mmu.Mode data, Mmu.Mode fetch) {
    boolean modified = (mstatus & Status.MPRV) != 0 && hart.privilege == Hart.MACHINE;
    int privilege = modified ? (int) ((mstatus & Status.MPP) >>> Status.MPP_SHIFT) : hart.privilege;
    describe(data, privilege);
    describe(fetch, hart.privilege);
    fetch.sum = false;
    fetch.mxr = false;
  }

  private void describe(Mmu.Mode mode, int privilege) {
    mode.privilege = privilege;
    mode.satp = privilege == Hart.MACHINE || satp >>> 60 == Mmu.BARE ? 0 : satp;
    mode.sum = (mstatus & Status.SUM) != 0;
    mode.mxr = (mstatus & Status.MXR) != 0;
  }

  /** Whether the present privilege may access the register at all. */
  boolean mayAccess(int number, boolean write) {
    if ((number >>> 8 & 3) > hart.privilege || (write && number >>> 10 == 3)) {
      return false;
    }
    return switch (number) {
      case Csr.FFLAGS, Csr.FRM, Csr.FCSR -> !floatingPointOff();
      case Csr.SATP -> hart.privilege == Hart.MACHINE || (mstatus & Status.TVM) == 0;
      case Csr.STIMECMP ->
          hart.privilege == Hart.MACHINE || (supervisorTimer() && (mcounteren & TM) != 0);
      default -> {
        if (number >= Csr.CYCLE && number <= Csr.HPMCOUNTER31) {
          yield mayCount(1L << (number - Csr.CYCLE));
        }
        yield exists(number);
      }
    };
  }

  private boolean mayCount(long bit) {
    return switch (hart.privilege) {
      case Hart.MACHINE -> true;
      case Hart.SUPERVISOR -> (mcounteren & bit) != 0;
      default -> (mcounteren & scounteren & bit) != 0;
    };
  }

  private static boolean exists(int number) {
    return switch (number) {
      case Csr.SSTATUS,
          Csr.SIE,
          Csr.STVEC,
          Csr.SCOUNTEREN,
          Csr.SENVCFG,
          Csr.SSCRATCH,
          Csr.SEPC,
          Csr.SCAUSE,
          Csr.STVAL,
          Csr.SIP,
          Csr.MVENDORID,
          Csr.MARCHID,
          Csr.MIMPID,
          Csr.MHARTID,
          Csr.MCONFIGPTR,
          Csr.MSTATUS,
          Csr.MISA,
          Csr.MEDELEG,
          Csr.MIDELEG,
          Csr.MIE,
          Csr.MTVEC,
          Csr.MCOUNTEREN,
          Csr.MENVCFG,
          Csr.MCOUNTINHIBIT,
          Csr.MSCRATCH,
          Csr.MEPC,
          Csr.MCAUSE,
          Csr.MTVAL,
          Csr.MIP,
          Csr.PMPCFG0,
          Csr.PMPCFG2,
          Csr.MCYCLE,
          Csr.MINSTRET ->
          true;
      default ->
          (number >= Csr.PMPADDR0 && number <= Csr.PMPADDR15)
              || (number >= Csr.MHPMCOUNTER3 && number <= Csr.MHPMCOUNTER31)
              || (number >= Csr.MHPMEVENT3 && number <= Csr.MHPMEVENT31);
    };
  }

  /** Value of a register that {@link #mayAccess} allows. */
  long read(int number) {
    return switch (number) {
      case Csr.FFLAGS -> accrued.flags;
      case Csr.FRM -> roundingMode;
      case Csr.FCSR -> fcsr();
      case Csr.CYCLE, Csr.MCYCLE -> hart.executed + cycleOffset;
      case Csr.TIME -> hart.environment.ticks();
      case Csr.INSTRET, Csr.MINSTRET -> hart.executed - trapped + instretOffset;
      case Csr.SSTATUS -> status() & Status.SUPERVISOR_VISIBLE;
      case Csr.SIE -> mie & mideleg;
      case Csr.STVEC -> stvec;
      case Csr.SCOUNTEREN -> scounteren;
      case Csr.SENVCFG -> senvcfg;
      case Csr.SSCRATCH -> sscratch;
      case Csr.SEPC -> sepc;
      case Csr.SCAUSE -> scause;
      case Csr.STVAL -> stval;
      case Csr.SIP -> pending() & mideleg;
      case Csr.STIMECMP -> stimecmp;
      case Csr.SATP -> satp;
      case Csr.MHARTID -> hart.id;
      case Csr.MSTATUS -> status();
      case Csr.MISA -> MISA;
      case Csr.MEDELEG -> medeleg;
      case Csr.MIDELEG -> mideleg;
      case Csr.MIE -> mie;
      case Csr.MTVEC -> mtvec;
      case Csr.MCOUNTEREN -> mcounteren;
      case Csr.MENVCFG -> menvcfg;
      case Csr.MSCRATCH -> mscratch;
      case Csr.MEPC -> mepc;
      case Csr.MCAUSE -> mcause;
      case Csr.MTVAL -> mtval;
      case Csr.MIP -> pending();
      case Csr.PMPCFG0 -> hart.pmp.config(0);
      case Csr.PMPCFG2 -> hart.pmp.config(1);
      default ->
          number >= Csr.PMPADDR0 && number <= Csr.PMPADDR15
              ? hart.pmp.address(number - Csr.PMPADDR0)
              : 0;
    };
  }

  /** What CSRRS and CSRRC start from: a read, but for lines that software did not set. */
  long readToModify(int number) {
    return switch (number) {
      case Csr.MIP -> software;
      case Csr.SIP -> software & mideleg;
      default -> read(number);
    };
  }

  private long status() {
    long sd = (mstatus & Status.FS) == Status.FS ? Status.SD : 0;
    return mstatus | Status.XL | sd;
  }

  /** Writes a register that {@link #mayAccess} allows. */
  void write(int number, long value) {
    switch (number) {
      case Csr.FFLAGS -> setFcsr(fcsr() & ~31 | (int) value & 31);
      case Csr.FRM -> setFcsr(fcsr() & 31 | ((int) value & 7) << 5);
      case Csr.FCSR -> setFcsr((int) value & 0xff);
      case Csr.SSTATUS -> setStatus(value, Status.SUPERVISOR_WRITABLE);
      case Csr.SIE -> setMie(mie & ~mideleg | value & mideleg);
      case Csr.STVEC -> stvec = vector(stvec, value);
      case Csr.SCOUNTEREN -> scounteren = value & COUNTERS;
      case Csr.SENVCFG -> senvcfg = value & FIOM;
      case Csr.SSCRATCH -> sscratch = value;
      case Csr.SEPC -> sepc = value & -2;
      case Csr.SCAUSE -> scause = value;
      case Csr.STVAL -> stval = value;
      case Csr.SIP -> setSoftware(value, mideleg & 1L << Cause.SSI);
      case Csr.STIMECMP -> {
        stimecmp = value;
        hart.attention |= Hart.YIELD;
      }
      case Csr.SATP -> setSatp(value);
      case Csr.MSTATUS -> setStatus(value, Status.WRITABLE);
      case Csr.MEDELEG -> medeleg = value & DELEGABLE;
      case Csr.MIDELEG -> {
        mideleg = value & SUPERVISOR_INTERRUPTS;
        hart.attention |= Hart.INTERRUPT;
      }
      case Csr.MIE -> setMie(value & INTERRUPTS);
      case Csr.MTVEC -> mtvec = vector(mtvec, value);
      case Csr.MCOUNTEREN -> mcounteren = value & COUNTERS;
      case Csr.MENVCFG -> {
        menvcfg = value & (STCE | FIOM);
        software &= supervisorTimer() ? ~(1L << Cause.STI) : -1L;
        hart.attention |= Hart.YIELD | Hart.INTERRUPT;
      }
      case Csr.MSCRATCH -> mscratch = value;
      case Csr.MEPC -> mepc = value & -2;
      case Csr.MCAUSE -> mcause = value;
      case Csr.MTVAL -> mtval = value;
      case Csr.MIP ->
          setSoftware(value, SUPERVISOR_INTERRUPTS & (supervisorTimer() ? ~(1L << Cause.STI) : -1));
      case Csr.PMPCFG0 -> protect(() -> hart.pmp.setConfig(0, value));
      case Csr.PMPCFG2 -> protect(() -> hart.pmp.setConfig(1, value));
      case Csr.MCYCLE -> cycleOffset = value - (hart.executed + 1);
      case Csr.MINSTRET -> instretOffset = value - (hart.executed + 1 - trapped);
      default -> {
        if (number >= Csr.PMPADDR0 && number <= Csr.PMPADDR15) {
          protect(() -> hart.pmp.setAddress(number - Csr.PMPADDR0, value));
        }
      }
    }
  }

  private void protect(Runnable change) {
    change.run();
    hart.flushAll();
  }

  private int fcsr() {
    return roundingMode << 5 | accrued.flags;
  }

  private void setFcsr(int value) {
    accrued.flags = value & 31;
    roundingMode = value >>> 5;
    mstatus |= Status.FS;
    hart.attention |= Hart.MODE;
  }

  private void setStatus(long value, long writable) {
    long merged = mstatus & ~writable | value & writable;
    if ((merged & Status.MPP) == 2L << Status.MPP_SHIFT) {
      merged = merged & ~Status.MPP | mstatus & Status.MPP;
    }
    if (((merged ^ mstatus) & Status.ACCESS) != 0) {
      hart.attention |= Hart.MODE;
    }
    mstatus = merged;
    lookForInterrupts();
  }

  /** An interrupt that is not pending and enabled now tells when it becomes so. */
  private void lookForInterrupts() {
    if (pendingAndEnabled() != 0) {
      hart.attention |= Hart.INTERRUPT;
    }
  }

  private void setMie(long value) {
    mie = value;
    lookForInterrupts();
  }

  private void setSoftware(long value, long writable) {
    software = software & ~writable | value & writable;
    lookForInterrupts();
  }

  private void setSatp(long value) {
    int mode = (int) (value >>> 60);
    if (mode == Mmu.BARE || mode == Mmu.SV39 || mode == Mmu.SV48) {
      satp = value;
      hart.attention |= Hart.MODE;
    }
  }

  private static long vector(long old, long value) {
    return (value & 2) == 0 ? value : old;
  }

  /** State of M-mode in which firmware leaves a supervisor alone. */
  void delegateToSupervisor() {
    medeleg = DELEGABLE & ~(1L << Cause.ECALL_FROM_S);
    mideleg = SUPERVISOR_INTERRUPTS;
    mcounteren = 7;
    scounteren = 7;
    menvcfg = STCE;
    hart.pmp.setAddress(0, -1);
    hart.pmp.setConfig(0, 0x18 | Pmp.READ | Pmp.WRITE | Pmp.EXECUTE);
    hart.flushAll();
  }

  /** State of S-mode at its first instruction (SBI 2.0, HSM hart start). */
  void enterSupervisor() {
    satp = 0;
    mstatus &= ~Status.SIE;
  }

  /** Values in the order of the format; see docs/formats/checkpoint.md. */
  long[] save() {
    long[] s = {
      mstatus,
      medeleg,
      mideleg,
      mie,
      mtvec,
      mepc,
      mcause,
      mtval,
      stvec,
      sepc,
      scause,
      stval,
      satp,
      stimecmp,
      lines,
      software,
      fcsr(),
      trapped,
      mcounteren,
      menvcfg,
      mscratch,
      scounteren,
      senvcfg,
      sscratch,
      cycleOffset,
      instretOffset,
      hart.pmp.config(0),
      hart.pmp.config(1)
    };
    long[] all = new long[s.length + Pmp.ENTRIES];
    System.arraycopy(s, 0, all, 0, s.length);
    for (int i = 0; i < Pmp.ENTRIES; i++) {
      all[s.length + i] = hart.pmp.address(i);
    }
    return all;
  }

  void restore(long[] s) {
    int stored = 28;
    InvalidStateException.require(
        s.length == stored + Pmp.ENTRIES, "hart state with " + s.length + " CSRs");
    boolean possible =
        (s[0] & ~Status.WRITABLE) == 0
            && (s[0] & Status.MPP) != 2L << Status.MPP_SHIFT
            && (s[1] & ~DELEGABLE) == 0
            && (s[2] & ~SUPERVISOR_INTERRUPTS) == 0
            && ((s[3] | s[14] | s[15]) & ~INTERRUPTS) == 0
            && ((s[5] | s[9]) & 1) == 0
            && (s[16] & ~0xffL) == 0;
    InvalidStateException.require(possible, "hart state with impossible CSRs");
    mstatus = s[0];
    medeleg = s[1];
    mideleg = s[2];
    mie = s[3];
    mtvec = s[4];
    mepc = s[5];
    mcause = s[6];
    mtval = s[7];
    stvec = s[8];
    sepc = s[9];
    scause = s[10];
    stval = s[11];
    satp = s[12];
    stimecmp = s[13];
    lines = s[14];
    software = s[15];
    accrued.flags = (int) s[16] & 31;
    roundingMode = (int) s[16] >>> 5;
    trapped = s[17];
    mcounteren = s[18];
    menvcfg = s[19];
    mscratch = s[20];
    scounteren = s[21];
    senvcfg = s[22];
    sscratch = s[23];
    cycleOffset = s[24];
    instretOffset = s[25];
    long[] addresses = new long[Pmp.ENTRIES];
    System.arraycopy(s, stored, addresses, 0, addresses.length);
    hart.pmp.restore(s[26], s[27], addresses);
    int mode = (int) (satp >>> 60);
    InvalidStateException.require(
        mode == Mmu.BARE || mode == Mmu.SV39 || mode == Mmu.SV48, "satp with mode " + mode);
  }
}
