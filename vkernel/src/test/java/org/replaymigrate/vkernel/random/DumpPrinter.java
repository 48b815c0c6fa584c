package org.replaymigrate.vkernel.random;

import static org.replaymigrate.vkernel.asm.Reg.A0;
import static org.replaymigrate.vkernel.asm.Reg.A1;
import static org.replaymigrate.vkernel.asm.Reg.A2;
import static org.replaymigrate.vkernel.asm.Reg.A3;
import static org.replaymigrate.vkernel.asm.Reg.RA;
import static org.replaymigrate.vkernel.asm.Reg.S0;
import static org.replaymigrate.vkernel.asm.Reg.S1;
import static org.replaymigrate.vkernel.asm.Reg.S2;
import static org.replaymigrate.vkernel.asm.Reg.S3;
import static org.replaymigrate.vkernel.asm.Reg.SP;
import static org.replaymigrate.vkernel.asm.Reg.T0;
import static org.replaymigrate.vkernel.asm.Reg.T1;
import static org.replaymigrate.vkernel.asm.Reg.T2;
import static org.replaymigrate.vkernel.asm.Reg.T3;

import org.replaymigrate.vkernel.asm.Assembler;
import org.replaymigrate.vkernel.asm.Csr;
import org.replaymigrate.vkernel.asm.FReg;
import org.replaymigrate.vkernel.asm.Reg;

/**
 * Collects what a program left, prints it, and starts the next one. For each program a line {@code
 * P number hash}, the hash being over all slots of the {@link Dump}; {@code L number} for one that
 * lost its way. When verbose, behind it a line for each slot, and one for each logged trap with
 * cause, epc, tval and status. At the end {@code E}.
 */
final class DumpPrinter {
  private static final long UART = 0x1000_0000;
  private static final long SYSCON = 0x10_0000;
  private static final int POWER_OFF = 0x5555;
  private static final int FS_DIRTY = 3 << 13;

  /** From the context of M-mode, to which sp points. */
  private static final int DUMP = (int) (Layout.DUMP - Layout.MACHINE_CONTEXT);

  private static final int CONTROL = (int) (Layout.CONTROL - Layout.MACHINE_CONTEXT);

  private DumpPrinter() {}

  /** What ends a program, in M-mode: leaves for {@code finish} with every register still known. */
  static void emitFinish(Assembler a) {
    a.csrrw(SP, Csr.MSCRATCH, SP).sd(RA, DUMP + 8 * Dump.X1, SP).call("finish");
  }

  /** Labels {@code finish}, {@code lost} and {@code end}. */
  static void emit(Assembler a, boolean verbose) {
    a.label("finish");
    collect(a);
    a.li(A0, 'P').call("print_header");
    // Hash of all slots.
    a.addi(A1, SP, DUMP).li(A2, 8L * Dump.SLOTS).li(A0, 0).call("hash").call("print_hex");
    a.call("print_newline");
    if (verbose) {
      printSlots(a);
      printTraps(a);
    }
    a.label("next").la(T0, "control").ld(T0, Layout.NEXT_PROGRAM, T0).jr(T0);

    a.label("lost").li(A0, 'L').call("print_header").call("print_newline").j("next");

    a.label("end").li(A0, 'E').call("print_char").call("print_newline");
    a.li(T0, SYSCON).li(T1, POWER_OFF).sw(T1, 0, T0).label("ended").j("ended");
    routines(a);
  }

  private static void collect(Assembler a) {
    for (int i = 3; i < 32; i++) {
      slot(a, Dump.X1 + i - 1, Reg.x(i));
    }
    a.csrr(T0, Csr.MSCRATCH);
    slot(a, Dump.X1 + 1, T0);
    for (int i = 0; i < Dump.csrs().size(); i++) {
      a.csrr(T0, Dump.csrs().get(i));
      slot(a, Dump.FIRST_CSR + i, T0);
      if (i == 0) {
        a.li(T0, FS_DIRTY).csrs(Csr.MSTATUS, T0);
      }
    }
    for (int i = 0; i < 32; i++) {
      a.fsd(FReg.f(i), DUMP + 8 * (Dump.F0 + i), SP);
    }
    a.ld(T0, CONTROL + Layout.HASH, SP);
    slot(a, Dump.TRAP_HASH, T0);
    a.ld(T0, CONTROL + Layout.TRAPS, SP);
    slot(a, Dump.TRAPS, T0);
    a.li(A1, Layout.SCRATCH).li(A2, Layout.SCRATCH_BYTES).li(A0, 0).call("hash");
    slot(a, Dump.SCRATCH_HASH, A0);
    a.li(A0, 0);
    for (long table : new long[] {Layout.ROOT, Layout.MIDDLE, Layout.LEAF, Layout.TOP}) {
      a.li(A1, table).li(A2, 8 * Layout.WINDOW_PAGES).call("hash");
    }
    slot(a, Dump.TABLES_HASH, A0);
  }

  private static void slot(Assembler a, int slot, Reg value) {
    a.sd(value, DUMP + 8 * slot, SP);
  }

  private static void printSlots(Assembler a) {
    a.addi(S0, SP, DUMP).addi(S1, S0, 8 * Dump.SLOTS).label("slots");
    a.ld(A0, 0, S0).call("print_hex").call("print_newline").addi(S0, S0, 8).bne(S0, S1, "slots");
  }

  private static void printTraps(Assembler a) {
    a.li(S0, Layout.TRAP_LOG).ld(S1, DUMP + 8 * Dump.TRAPS, SP);
    a.li(S2, Layout.LOGGED_TRAPS).op("min", S1, S1, S2).slli(S1, S1, 2).label("traps");
    // Four words a line.
    a.beqz(S1, "next").ld(A0, 0, S0).call("print_hex").addi(S0, S0, 8).addi(S1, S1, -1);
    a.li(A0, ' ').andi(S2, S1, 3).bnez(S2, "gap").li(A0, '\n').label("gap").call("print_char");
    a.j("traps");
  }

  /** They leave a1 and a2 behind, and t0 to t3; s0 to s3 are their callers'. */
  private static void routines(Assembler a) {
    a.label("print_header").mv(S3, RA).call("print_char").li(A0, ' ').call("print_char");
    a.la(A0, "control").ld(A0, Layout.PROGRAM_NUMBER, A0).call("print_hex");
    a.li(A0, ' ').call("print_char").jr(S3);

    a.label("print_newline").li(A0, '\n').label("print_char").li(T0, UART).sb(A0, 0, T0).ret();

    a.label("print_hex").li(T1, 64).li(T0, UART).label("digit").addi(T1, T1, -4);
    a.srl(T2, A0, T1).andi(T2, T2, 15).slti(T3, T2, 10).addi(T2, T2, 'a' - 10);
    a.beqz(T3, "letter").addi(T2, T2, '0' - 'a' + 10).label("letter").sb(T2, 0, T0);
    a.bnez(T1, "digit").ret();

    // a0 = hash so far, a1 = first byte, a2 = bytes
    a.label("hash").li(A3, TrapHandlers.HASH_MULTIPLIER).add(A2, A1, A2).label("hash_loop");
    a.ld(T0, 0, A1).xor(A0, A0, T0).mul(A0, A0, A3).srli(T0, A0, 32).xor(A0, A0, T0);
    a.addi(A1, A1, 8).bne(A1, A2, "hash_loop").ret();
  }
}
