package org.replaymigrate.vkernel.random;

import static org.replaymigrate.vkernel.asm.Reg.A0;
import static org.replaymigrate.vkernel.asm.Reg.RA;
import static org.replaymigrate.vkernel.asm.Reg.T0;
import static org.replaymigrate.vkernel.asm.Reg.T1;
import static org.replaymigrate.vkernel.asm.Reg.T2;
import static org.replaymigrate.vkernel.asm.Reg.T3;
import static org.replaymigrate.vkernel.asm.Reg.T6;
import static org.replaymigrate.vkernel.asm.Reg.ZERO;

import java.util.List;
import org.replaymigrate.vkernel.asm.Assembler;
import org.replaymigrate.vkernel.asm.Csr;
import org.replaymigrate.vkernel.asm.FReg;
import org.replaymigrate.vkernel.asm.Reg;

/**
 * The code around the programs: boot, {@code reset} (calls back with every register set as the
 * program's parameters say), and the function pages. {@link TrapHandlers} and {@link DumpPrinter}
 * add the rest.
 */
final class GuestRuntime {
  /** FS dirty, MPP = M, and both XLEN fields 64. */
  static final long INITIAL_MSTATUS = 2L << 34 | 2L << 32 | 3 << 13 | 3 << 11;

  private static final long CLINT_MSIP = 0x200_0000;
  private static final long CLINT_MTIMECMP = 0x200_4000;

  /** PTE flags V, R, W, X, A and D; the second with U. */
  private static final int SUPERVISOR_RWX = 0xcf;

  private static final int USER_RWX = 0xdf;

  private GuestRuntime() {}

  /** All that stands below {@link Layout#PROGRAMS}. Boot goes to label {@code program0}. */
  static void emit(Assembler a, boolean verbose) {
    // Other harts only wait: QEMU makes real read-modify-writes of AMOs if there is more than one.
    a.csrr(T0, Csr.MHARTID).beqz(T0, "first_hart").csrw(Csr.MIE, ZERO);
    a.label("park").wfi().j("park").label("first_hart");
    a.li(T0, CLINT_MTIMECMP).li(T1, -1).sd(T1, 0, T0);
    a.li(T0, CLINT_MSIP).sw(ZERO, 0, T0);
    a.csrw(Csr.PMPCFG0, ZERO);
    a.tail(T0, "program0");
    reset(a);
    TrapHandlers.emit(a);
    DumpPrinter.emit(a, verbose);
    a.org(Layout.CONTROL).label("control");
    a.org(Layout.SCRATCH).label("scratch");
    a.org(Layout.FUNCTIONS).label("functions");
    functions(a);
    a.org(Layout.PROGRAMS);
  }

  /** The beginning of a program: its parameters are at {@code name_parameters}. */
  static void emitStart(Assembler a, String name, int number, String next) {
    a.la(T0, "control").li(T1, number).sd(T1, Layout.PROGRAM_NUMBER, T0);
    a.la(T1, next).sd(T1, Layout.NEXT_PROGRAM, T0);
    a.la(A0, name + "_parameters").la(RA, name + "_body").tail(T0, "reset");
  }

  /** {@code reset}: {@code a0} points at the seed, x1 to x31 and f0 to f31; comes back to ra. */
  private static void reset(Assembler a) {
    a.label("reset").csrw(Csr.MEPC, RA);
    List<Integer> zeroed =
        List.of(
            Csr.SATP,
            Csr.MEDELEG,
            Csr.MIDELEG,
            Csr.MIE,
            Csr.MIP,
            Csr.MENVCFG,
            Csr.SENVCFG,
            Csr.MCOUNTEREN,
            Csr.SCOUNTEREN,
            Csr.MCAUSE,
            Csr.MTVAL,
            Csr.SEPC,
            Csr.SCAUSE,
            Csr.STVAL,
            Csr.PMPCFG0,
            Csr.PMPCFG2);
    zeroed.forEach(csr -> a.csrw(csr, ZERO));
    for (int entry = 0; entry < 15; entry++) {
      a.csrw(Csr.pmpaddr(entry), ZERO);
    }
    // The last PMP entry opens everything (NAPOT over all 56 bits) to S and U.
    a.li(T0, -1L >>> 10).csrw(Csr.pmpaddr(15), T0).li(T0, 0x1fL << 56).csrw(Csr.PMPCFG2, T0);
    a.sfenceVma().fenceI();
    a.la(T0, "m_handler").csrw(Csr.MTVEC, T0).la(T0, "s_handler").csrw(Csr.STVEC, T0);
    a.li(T0, Layout.MACHINE_CONTEXT).csrw(Csr.MSCRATCH, T0);
    a.li(T0, Layout.SUPERVISOR_CONTEXT).csrw(Csr.SSCRATCH, T0);
    a.li(T0, INITIAL_MSTATUS).csrw(Csr.MSTATUS, T0).csrw(Csr.FCSR, ZERO);
    a.la(T0, "control");
    for (int word : new int[] {Layout.HASH, Layout.TRAPS, Layout.VECTOR}) {
      a.sd(ZERO, word, T0);
    }
    fillScratch(a);
    pageTables(a);
    for (int i = 0; i < 32; i++) {
      a.fld(FReg.f(i), 8 * (32 + i), A0);
    }
    a.mv(T6, A0);
    for (int i = 1; i < 32; i++) {
      a.ld(Reg.x(i), 8 * i, T6);
    }
    a.mret();
  }

  /** Xorshift from the program's seed. */
  private static void fillScratch(Assembler a) {
    a.ld(T0, 0, A0).la(T1, "scratch").li(T2, Layout.SCRATCH_BYTES).add(T2, T1, T2).label("fill");
    a.slli(T3, T0, 13).xor(T0, T0, T3).srli(T3, T0, 7).xor(T0, T0, T3);
    a.slli(T3, T0, 17).xor(T0, T0, T3);
    a.sd(T0, 0, T1).addi(T1, T1, 8).bne(T1, T2, "fill");
  }

  private static void pageTables(Assembler a) {
    entry(a, Layout.ROOT, 1, leaf(Layout.BASE, USER_RWX));
    entry(a, Layout.ROOT, 2, leaf(Layout.BASE, SUPERVISOR_RWX));
    entry(a, Layout.ROOT, 3, leaf(Layout.MIDDLE, 1));
    entry(a, Layout.ROOT, 4, 0);
    entry(a, Layout.ROOT, 5, 0);
    entry(a, Layout.ROOT, 511, leaf(Layout.MIDDLE, 1));
    entry(a, Layout.MIDDLE, 0, leaf(Layout.LEAF, 1));
    for (int i = 1; i <= Layout.WINDOW_MEGAPAGES; i++) {
      entry(a, Layout.MIDDLE, i, 0);
    }
    for (int i = 0; i < Layout.WINDOW_PAGES; i++) {
      entry(a, Layout.LEAF, i, 0);
    }
    entry(a, Layout.TOP, 0, leaf(Layout.ROOT, 1));
    entry(a, Layout.TOP, 1, 0);
    entry(a, Layout.TOP, 511, leaf(Layout.ROOT, 1));
  }

  /** A page-table entry for a physical address, with its lower ten bits. */
  static long leaf(long address, long flags) {
    return address >>> 12 << 10 | flags;
  }

  private static void entry(Assembler a, long table, int index, long value) {
    a.li(T0, table + 8L * index).li(T1, value).sd(T1, 0, T0);
  }

  /**
   * Slots of 16 bytes, each {@code addi a0, a0, n; ret}, all different. A last instruction begins
   * at each page's last halfword: whatever page is mapped behind, {@code addi a1, a1, page} ends
   * there, and {@code ret} follows.
   */
  private static void functions(Assembler a) {
    for (int page = 0; page < Layout.FUNCTION_PAGES; page++) {
      a.half((0x100 + page) << 4 | 5).op("c.jr", RA).align(Layout.FUNCTION_BYTES);
      for (int slot = 1; slot < 4096 / Layout.FUNCTION_BYTES; slot++) {
        if (slot == 4096 / Layout.FUNCTION_BYTES - 1) {
          a.zero(14);
        } else {
          a.addi(A0, A0, page * 500 + slot - 1000).ret().align(Layout.FUNCTION_BYTES);
        }
      }
      a.half(0x8593);
    }
    a.half(0x100 << 4 | 5).op("c.jr", RA);
  }
}
