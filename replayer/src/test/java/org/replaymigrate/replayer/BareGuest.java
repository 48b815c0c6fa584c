package org.replaymigrate.replayer;

import static org.replaymigrate.vkernel.asm.Reg.*;

import org.replaymigrate.vkernel.asm.Assembler;
import org.replaymigrate.vkernel.asm.Csr;
import org.replaymigrate.vkernel.board.MemoryMap;
import org.replaymigrate.vkernel.memory.Ram;

/** Programs for M-mode on the bare machine, which all harts enter at {@link Ram#BASE}. */
final class BareGuest {
  private static final long MTIME = MemoryMap.CLINT + 0xbff8;
  private static final long MTIMECMP = MemoryMap.CLINT + 0x4000;
  private static final long CLAIM = MemoryMap.PLIC + 0x20_0004;

  private BareGuest() {}

  /**
   * All harts compute, race on one word, and write to memory. Hart 0 also prints, asks for the
   * date, waits for its timer, echoes what is typed, and powers off on {@code q}.
   */
  static byte[] busy() {
    Assembler a = new Assembler(Ram.BASE);
    a.la(T0, "trap").csrw(Csr.MTVEC, T0);
    a.csrr(S1, Csr.MHARTID);
    a.addi(S0, S1, 1);
    a.li(S2, MemoryMap.UART).li(S3, MemoryMap.RTC);
    a.li(S5, Ram.BASE + 0x10_0000).slli(T0, S1, 16).add(S5, S5, T0);
    a.li(S6, 0x5851_f42d_4c95_7f2dL).li(S7, Ram.BASE + 0x8_0000);
    a.bnez(S1, "work");
    a.li(T0, 1).sb(T0, 1, S2); // UART: interrupt when something was received
    a.li(T1, MemoryMap.PLIC).sw(T0, 4 * MemoryMap.UART_IRQ, T1);
    a.li(T1, MemoryMap.PLIC + 0x2000).li(T0, 1 << MemoryMap.UART_IRQ).sw(T0, 0, T1);
    a.li(T1, MTIME).ld(T0, 0, T1).addi(T0, T0, 500).li(T1, MTIMECMP).sd(T0, 0, T1);
    a.li(T0, 1 << 7 | 1 << 11).csrw(Csr.MIE, T0);
    a.csrsi(Csr.MSTATUS, 8);

    a.label("work").li(S8, 60);
    a.label("inner").mul(S0, S0, S6).addi(S0, S0, 1013);
    a.srli(T0, S0, 33).li(T1, 0xfff8).and(T0, T0, T1).add(T0, T0, S5);
    a.ld(T2, 0, T0).xor(T2, T2, S0).sd(T2, 0, T0);
    a.asm("amoadd.d t2,s0,(s7)").xor(S0, S0, T2);
    a.addi(S8, S8, -1).bnez(S8, "inner");
    a.bnez(S1, "work");
    a.addi(S9, S9, 1).andi(T0, S9, 15).bnez(T0, "print");
    a.lw(T1, 0, S3).lw(T2, 4, S3).add(S0, S0, T1);
    a.label("print").srli(T0, S0, 40).andi(T0, T0, 63).addi(T0, T0, 32).sb(T0, 0, S2);
    a.andi(T0, S9, 7).bnez(T0, "work").wfi().j("work");

    a.align(4).label("trap").csrr(T3, Csr.MCAUSE).slli(T3, T3, 1);
    a.li(T4, 14).beq(T3, T4, "timer");
    a.li(T4, CLAIM).lw(T5, 0, T4).beqz(T5, "out");
    a.lbu(T6, 0, S2).xor(S0, S0, T6).sb(T6, 0, S2);
    a.li(T3, 'q').bne(T6, T3, "complete");
    a.li(T3, MemoryMap.SYSCON).li(T6, 0x5555).sw(T6, 0, T3);
    a.label("complete").sw(T5, 0, T4);
    a.label("out").mret();
    a.label("timer").li(T4, MTIME).ld(T5, 0, T4).addi(T5, T5, 700);
    a.li(T4, MTIMECMP).sd(T5, 0, T4).mret();
    return a.assemble();
  }

  /** Never does anything else but count. */
  static byte[] endlessLoop() {
    return new Assembler(Ram.BASE).label("on").addi(S0, S0, 1).j("on").assemble();
  }

  /** Waits for an interrupt that nothing enables. */
  static byte[] asleep() {
    return new Assembler(Ram.BASE).label("on").wfi().j("on").assemble();
  }

  /** Powers off after a few instructions. */
  static byte[] poweringOff() {
    Assembler a = new Assembler(Ram.BASE);
    a.li(T3, MemoryMap.SYSCON).li(T6, 0x5555).sw(T6, 0, T3);
    return a.label("on").j("on").assemble();
  }

  /** Asks for the date at once. */
  static byte[] askingForTheDate() {
    Assembler a = new Assembler(Ram.BASE);
    return a.li(T1, MemoryMap.RTC).lw(T0, 0, T1).label("on").j("on").assemble();
  }
}
