package org.replaymigrate.vkernel.random;

import java.util.List;
import org.replaymigrate.vkernel.asm.Assembler;
import org.replaymigrate.vkernel.asm.Csr;
import org.replaymigrate.vkernel.asm.Reg;
import org.replaymigrate.vkernel.random.ProgramBuilder.Mode;

/**
 * Interrupts which are pending before they are enabled, so that every machine takes them at the
 * same instruction: by a CSR write, or by MRET or SRET. In M-mode only.
 */
final class InterruptSteps {
  private static final int MIE = 1 << 3;
  private static final long MIP_WRITABLE = 0x222;
  private static final long CLINT_MSIP = 0x200_0000;
  private static final long CLINT_MTIMECMP = 0x200_4000;

  /**
   * What may be pending together: QEMU 7.2 takes the lowest number of a level first, the
   * specification wants MEI, MSI, MTI, SEI, SSI, STI, and these sets are in both orders.
   */
  private record Priorities(long delegated, long enabled) {}

  private static final List<Priorities> PRIORITIES =
      List.of(
          new Priorities(0x022, 0xaaa),
          new Priorities(0x222, 0x8aa),
          new Priorities(0x222, 0xa88),
          new Priorities(0x200, 0x022 | 0x200),
          new Priorities(0x200, 0xa88),
          new Priorities(0x000, 0xa88),
          new Priorities(0x000, 0x022));

  private InterruptSteps() {}

  static void emit(ProgramBuilder p) {
    Randomness r = p.random();
    Assembler a = p.code();
    a.csrci(Csr.MSTATUS, MIE);
    Priorities priorities = r.of(PRIORITIES);
    p.writeCsr(Csr.MIDELEG, priorities.delegated());
    p.writeCsr(Csr.MIP, r.bits() & MIP_WRITABLE);
    if (r.oneIn(2)) {
      store(p, CLINT_MSIP, 1, "sw");
    }
    if (r.oneIn(2)) {
      store(p, CLINT_MTIMECMP, 0, "sd");
    }
    p.writeCsr(Csr.MIE, r.bits() & priorities.enabled());
    a.csrr(p.register(), Csr.MIP).csrr(p.register(), Csr.SIP).csrr(p.register(), Csr.SIE);
    if (r.oneIn(2)) {
      a.csrsi(Csr.MSTATUS, MIE); // those of M-mode come here
      IntegerSteps.several(p, 2);
    }
    below(p, priorities);
    quiet(p);
  }

  private static void below(ProgramBuilder p, Priorities priorities) {
    Randomness r = p.random();
    if (r.oneIn(3)) {
      return;
    }
    p.changeCsr(Csr.MSTATUS, 1 << 1 | 1 << 5, r.bits() & (1 << 1 | 1 << 5));
    ModeSteps.mret(p, r.oneIn(2) ? Mode.SUPERVISOR : Mode.USER);
    IntegerSteps.several(p, 2);
    if (p.mode == Mode.SUPERVISOR) {
      p.code().csrsi(Csr.SSTATUS, 2); // those of S-mode come here
      IntegerSteps.several(p, 1);
      if ((priorities.enabled() & priorities.delegated() & 2) != 0) {
        p.code().csrsi(Csr.SIP, 2).csrsi(Csr.SIE, 2);
        IntegerSteps.several(p, 1);
      }
      if (r.oneIn(2)) {
        ModeSteps.sret(p, Mode.USER);
        IntegerSteps.several(p, 2);
      }
    }
    while (p.mode != Mode.MACHINE) {
      ModeSteps.raise(p);
    }
  }

  private static void quiet(ProgramBuilder p) {
    p.code().csrci(Csr.MSTATUS, MIE).csrw(Csr.MIE, Reg.ZERO).csrw(Csr.MIP, Reg.ZERO);
    store(p, CLINT_MSIP, 0, "sw");
    store(p, CLINT_MTIMECMP, -1, "sd");
    // Reading mip makes sure that the lines have come down.
    p.code().csrr(p.register(), Csr.MIP).csrci(Csr.SSTATUS, 2);
  }

  /** WFI with an interrupt pending and enabled in mie goes on at once. */
  static void waitForInterrupt(ProgramBuilder p) {
    Assembler a = p.code();
    a.csrci(Csr.MSTATUS, MIE).csrsi(Csr.MIP, 2).csrsi(Csr.MIE, 2).wfi();
    a.csrci(Csr.MIP, 2).csrci(Csr.MIE, 2);
  }

  /** Sstc: a comparison time in the past raises STIP, one at the end of time takes it back. */
  static void supervisorTimer(ProgramBuilder p) {
    Randomness r = p.random();
    p.writeCsr(Csr.STIMECMP, -1);
    p.changeCsr(Csr.MENVCFG, 0, 1L << 63);
    p.writeCsr(Csr.MCOUNTEREN, r.below(8));
    p.writeCsr(Csr.MIDELEG, r.bits() & MIP_WRITABLE);
    p.code().csrw(Csr.STIMECMP, Reg.ZERO).csrr(p.register(), Csr.MIP);
    p.writeCsr(Csr.MIE, r.bits() & 0x222);
    p.changeCsr(Csr.MSTATUS, 1 << 1 | 1 << 5, r.bits() & (1 << 1 | 1 << 5));
    ModeSteps.mret(p, Mode.SUPERVISOR);
    IntegerSteps.several(p, 1);
    p.writeCsr(Csr.STIMECMP, -1); // illegal without mcounteren.TM
    p.code().csrr(p.register(), Csr.SIP);
    while (p.mode != Mode.MACHINE) {
      ModeSteps.raise(p);
    }
    p.writeCsr(Csr.STIMECMP, -1);
    p.code().csrr(p.register(), Csr.MIP);
    p.changeCsr(Csr.MENVCFG, 1L << 63, 0);
    quiet(p);
  }

  private static void store(ProgramBuilder p, long address, long value, String store) {
    Reg base = p.register();
    Reg data = p.register(base);
    p.code().li(base, address).li(data, value).op(store, data, 0, base);
  }
}
