package org.replaymigrate.vkernel.random;

import java.util.List;
import org.replaymigrate.vkernel.asm.Assembler;
import org.replaymigrate.vkernel.asm.Csr;
import org.replaymigrate.vkernel.asm.Reg;
import org.replaymigrate.vkernel.random.ProgramBuilder.Mode;

/**
 * CSR instructions in all six forms. Registers that steer the program (status, delegation, vectors,
 * satp, PMP) are written elsewhere, with values that are kept track of.
 */
final class CsrSteps {
  /**
   * A register which may be written with any value within a mask. Fields outside of it are WARL or
   * WLRL, and two machines need not agree on what a write of them leaves.
   */
  private record Writable(int csr, Mode least, long mask) {}

  private static final List<Writable> WRITABLE =
      List.of(
          new Writable(Csr.FFLAGS, Mode.USER, -1),
          new Writable(Csr.FRM, Mode.USER, -1),
          new Writable(Csr.FCSR, Mode.USER, -1),
          new Writable(Csr.SEPC, Mode.SUPERVISOR, -2), // QEMU 7.2 lets bit 0 be set
          new Writable(Csr.STVAL, Mode.SUPERVISOR, -1),
          new Writable(Csr.SCAUSE, Mode.SUPERVISOR, 15),
          new Writable(Csr.SCOUNTEREN, Mode.SUPERVISOR, 7),
          new Writable(Csr.SENVCFG, Mode.SUPERVISOR, 1),
          new Writable(Csr.SIE, Mode.SUPERVISOR, -1),
          new Writable(Csr.MEPC, Mode.MACHINE, -2),
          new Writable(Csr.MTVAL, Mode.MACHINE, -1),
          new Writable(Csr.MCAUSE, Mode.MACHINE, 15),
          new Writable(Csr.MCOUNTEREN, Mode.MACHINE, 7),
          new Writable(Csr.MENVCFG, Mode.MACHINE, 1),
          new Writable(Csr.MIE, Mode.MACHINE, 0xaaa));

  /** May be read, in M-mode or from below with a trap; what they hold is compared. */
  private static final List<Integer> READABLE =
      List.of(
          Csr.SSTATUS,
          Csr.SIE,
          Csr.STVEC,
          Csr.SCOUNTEREN,
          Csr.SENVCFG,
          Csr.SSCRATCH,
          Csr.SEPC,
          Csr.SCAUSE,
          Csr.STVAL,
          Csr.SIP,
          Csr.SATP,
          Csr.MSTATUS,
          Csr.MISA,
          Csr.MEDELEG,
          Csr.MIDELEG,
          Csr.MIE,
          Csr.MTVEC,
          Csr.MCOUNTEREN,
          Csr.MSCRATCH,
          Csr.MEPC,
          Csr.MCAUSE,
          Csr.MTVAL,
          Csr.MIP,
          Csr.PMPCFG0,
          Csr.PMPCFG2,
          Csr.pmpaddr(0),
          Csr.pmpaddr(15),
          Csr.MHARTID,
          Csr.FFLAGS,
          Csr.FRM,
          Csr.FCSR);

  /** Read-only, so that writing them is illegal in every mode. */
  private static final List<Integer> READ_ONLY =
      List.of(Csr.CYCLE, Csr.TIME, Csr.INSTRET, Csr.MVENDORID, Csr.MHARTID, 0xcc0, 0xf20);

  /** Neither machine has them: custom space, hypervisor, vector, debug, unratified. */
  private static final List<Integer> ABSENT =
      List.of(0x008, 0x015, 0x200, 0x280, 0x5c0, 0x600, 0x680, 0x7b0, 0x800, 0x9c0, 0xbc0, 0xfff);

  private static final List<String> WRITES = List.of("csrrw", "csrrs", "csrrc");

  private CsrSteps() {}

  static void emit(ProgramBuilder p) {
    for (int i = p.random().between(1, 4); i > 0; i--) {
      switch (p.random().below(8)) {
        case 0, 1, 2 -> write(p);
        case 3, 4, 5 -> read(p);
        case 6 -> counter(p);
        default -> forbidden(p);
      }
    }
  }

  /** Also from a mode that may not: then it traps. */
  private static void write(ProgramBuilder p) {
    Randomness r = p.random();
    Assembler a = p.code();
    Writable w = r.of(WRITABLE);
    String operation = r.of(WRITES);
    if (r.oneIn(3)) {
      a.op(operation + "i", p.destination(), w.csr(), r.below(32) & w.mask());
    } else {
      Reg value = p.register();
      a.li(value, r.value() & w.mask());
      a.op(operation, r.oneIn(5) ? value : p.destination(), w.csr(), value);
    }
  }

  private static void read(ProgramBuilder p) {
    Randomness r = p.random();
    String operation = r.oneIn(2) ? "csrrs" : "csrrc";
    int csr = r.of(READABLE);
    if (r.oneIn(2)) {
      p.code().op(operation, p.destination(), csr, Reg.ZERO);
    } else {
      p.code().op(operation + "i", p.destination(), csr, 0);
    }
  }

  /** Whether it may be read is compared, not what it holds. */
  private static void counter(ProgramBuilder p) {
    Reg rd = p.register();
    p.code().csrr(rd, p.random().of(List.of(Csr.CYCLE, Csr.TIME, Csr.INSTRET)));
    p.randomValue(rd);
  }

  private static void forbidden(ProgramBuilder p) {
    Randomness r = p.random();
    if (r.oneIn(2)) {
      p.code().op(r.of(WRITES), p.destination(), r.of(ABSENT), p.source());
    } else {
      // With a value other than 0: QEMU 7.2 lets CSRRS and CSRRC of 0 pass.
      Reg value = p.register();
      p.code().li(value, r.between(1, 31));
      p.code().op(r.of(WRITES), p.destination(), r.of(READ_ONLY), value);
    }
  }
}
