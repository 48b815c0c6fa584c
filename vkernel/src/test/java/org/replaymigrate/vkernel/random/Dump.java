package org.replaymigrate.vkernel.random;

import java.util.ArrayList;
import java.util.List;
import org.replaymigrate.vkernel.asm.Csr;
import org.replaymigrate.vkernel.asm.FReg;
import org.replaymigrate.vkernel.asm.Reg;

/**
 * What is compared when a program has ended: 64-bit slots, in the order in which they are printed.
 */
final class Dump {
  /**
   * CSRs which a program's end is judged by. Not among them: counters and {@code time}, which count
   * differently everywhere; {@code mscratch} and {@code sscratch}, which belong to the runtime.
   */
  private static final List<Integer> CSRS =
      List.of(
          Csr.MSTATUS, // first, for what follows changes FS
          Csr.FCSR,
          Csr.SSTATUS,
          Csr.MISA,
          Csr.MEDELEG,
          Csr.MIDELEG,
          Csr.MIE,
          Csr.MIP,
          Csr.MTVEC,
          Csr.MCOUNTEREN,
          Csr.MENVCFG,
          Csr.MEPC,
          Csr.MCAUSE,
          Csr.MTVAL,
          Csr.STVEC,
          Csr.SCOUNTEREN,
          Csr.SENVCFG,
          Csr.SEPC,
          Csr.SCAUSE,
          Csr.STVAL,
          Csr.SIE,
          Csr.SIP,
          Csr.SATP,
          Csr.PMPCFG0,
          Csr.PMPCFG2,
          Csr.pmpaddr(0),
          Csr.pmpaddr(1),
          Csr.pmpaddr(2),
          Csr.pmpaddr(3),
          Csr.pmpaddr(15));

  /** Slot of {@code x1}; the others follow. */
  static final int X1 = 0;

  static final int FIRST_CSR = 31;
  static final int F0 = FIRST_CSR + CSRS.size();
  static final int TRAP_HASH = F0 + 32;
  static final int TRAPS = TRAP_HASH + 1;
  static final int SCRATCH_HASH = TRAP_HASH + 2;
  static final int TABLES_HASH = TRAP_HASH + 3;
  static final int SLOTS = TRAP_HASH + 4;

  private Dump() {}

  static List<Integer> csrs() {
    return CSRS;
  }

  /** What the slots are called. */
  static List<String> names() {
    List<String> names = new ArrayList<>();
    for (int i = 1; i < 32; i++) {
      names.add(Reg.x(i).toString());
    }
    CSRS.forEach(csr -> names.add(Csr.name(csr)));
    for (int i = 0; i < 32; i++) {
      names.add(FReg.f(i).toString());
    }
    names.addAll(List.of("hash of traps", "traps", "hash of scratch", "hash of page tables"));
    return names;
  }
}
