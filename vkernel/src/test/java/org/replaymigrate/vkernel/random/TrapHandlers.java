package org.replaymigrate.vkernel.random;

import static org.replaymigrate.vkernel.asm.Reg.A7;
import static org.replaymigrate.vkernel.asm.Reg.RA;
import static org.replaymigrate.vkernel.asm.Reg.SP;
import static org.replaymigrate.vkernel.asm.Reg.T0;
import static org.replaymigrate.vkernel.asm.Reg.T1;
import static org.replaymigrate.vkernel.asm.Reg.T2;
import static org.replaymigrate.vkernel.asm.Reg.T3;
import static org.replaymigrate.vkernel.asm.Reg.T4;
import static org.replaymigrate.vkernel.asm.Reg.T5;
import static org.replaymigrate.vkernel.asm.Reg.T6;
import static org.replaymigrate.vkernel.asm.Reg.ZERO;

import java.util.List;
import org.replaymigrate.vkernel.asm.Assembler;
import org.replaymigrate.vkernel.asm.Csr;
import org.replaymigrate.vkernel.asm.Reg;

/**
 * The handlers of M-mode and S-mode, alike but for their CSRs. A trap's cause, epc, tval and
 * status, and the entry of the vector table it came through, go into a running hash and the log; no
 * register of the program changes. Then
 *
 * <ul>
 *   <li>an interrupt is disabled in {@code mie} or {@code sie}, and the program goes on;
 *   <li>a fetch that failed goes on at {@code ra}: whoever jumps into the unknown links there;
 *   <li>an {@code ecall} from below with {@link Layout#RAISE} in {@code a7} goes on behind itself
 *       in the handler's own mode, and {@code a7} becomes 0;
 *   <li>any other exception skips its instruction.
 * </ul>
 */
final class TrapHandlers {
  static final long HASH_MULTIPLIER = 0x9e37_79b9_7f4a_7c15L;

  private static final List<Reg> SAVED = List.of(T0, T1, T2, T3, T4, T5, T6);
  private static final int INTERRUPTS = 16;

  /**
   * The CSRs of one privilege level, and the bits of its status that name the mode to return to.
   */
  private record Level(
      String name,
      int status,
      int cause,
      int epc,
      int tval,
      int scratch,
      int enabled,
      int previous,
      long context) {
    String label(String part) {
      return name + "_" + part;
    }

    int control(int word) {
      return (int) (Layout.CONTROL - context) + word;
    }
  }

  private static final Level MACHINE =
      new Level(
          "m",
          Csr.MSTATUS,
          Csr.MCAUSE,
          Csr.MEPC,
          Csr.MTVAL,
          Csr.MSCRATCH,
          Csr.MIE,
          3 << 11,
          Layout.MACHINE_CONTEXT);

  private static final Level SUPERVISOR =
      new Level(
          "s",
          Csr.SSTATUS,
          Csr.SCAUSE,
          Csr.SEPC,
          Csr.STVAL,
          Csr.SSCRATCH,
          Csr.SIE,
          1 << 8,
          Layout.SUPERVISOR_CONTEXT);

  private TrapHandlers() {}

  /** Labels {@code m_handler}, {@code m_vectors}, {@code s_handler} and {@code s_vectors}. */
  static void emit(Assembler a) {
    emit(a, MACHINE);
    emit(a, SUPERVISOR);
  }

  private static void emit(Assembler a, Level level) {
    vectors(a, level);
    a.align(4).label(level.label("handler"));
    a.csrrw(SP, level.scratch(), SP);
    SAVED.forEach(r -> a.sd(r, 8 * r.number(), SP));
    a.csrr(T0, level.cause()).csrr(T1, level.epc()).csrr(T2, level.tval());
    a.csrr(T3, level.status());
    // The tval of EBREAK may be 0 or its address (privileged spec 3.1.16).
    a.addi(T4, T0, -3).bnez(T4, level.label("tval")).li(T2, 0).csrw(level.tval(), ZERO);
    a.label(level.label("tval"));
    count(a, level);
    hash(a, level);
    dispatch(a, level);
    a.label(level.label("out"));
    SAVED.forEach(r -> a.ld(r, 8 * r.number(), SP));
    a.csrrw(SP, level.scratch(), SP);
    a.op(level.equals(MACHINE) ? "mret" : "sret");
  }

  /** Entry 0 is the handler; the others say first through which one they were entered. */
  private static void vectors(Assembler a, Level level) {
    a.align(256).label(level.label("vectors")).j(level.label("handler"));
    for (int i = 1; i < INTERRUPTS; i++) {
      a.j(level.label("vector" + i));
    }
    for (int i = 1; i < INTERRUPTS; i++) {
      a.label(level.label("vector" + i)).csrrw(SP, level.scratch(), SP).sd(T0, 8 * 5, SP);
      a.li(T0, i).sd(T0, level.control(Layout.VECTOR), SP).ld(T0, 8 * 5, SP);
      a.csrrw(SP, level.scratch(), SP).j(level.label("handler"));
    }
  }

  /** Logs the trap while there is room, and gives the program up when it traps without end. */
  private static void count(Assembler a, Level level) {
    a.ld(T4, level.control(Layout.TRAPS), SP);
    a.slti(T5, T4, Layout.LOGGED_TRAPS).beqz(T5, level.label("logged"));
    a.slli(T5, T4, 5).li(T6, Layout.TRAP_LOG - level.context()).add(T5, T5, T6).add(T5, T5, SP);
    a.sd(T0, 0, T5).sd(T1, 8, T5).sd(T2, 16, T5).sd(T3, 24, T5);
    a.label(level.label("logged"));
    a.addi(T4, T4, 1).sd(T4, level.control(Layout.TRAPS), SP);
    a.li(T5, Layout.TOO_MANY_TRAPS).bltu(T4, T5, level.label("sane"));
    if (level.equals(MACHINE)) {
      a.tail(T0, "lost");
    } else {
      a.ecall(); // the handler of M-mode gives up
    }
    a.label(level.label("sane"));
  }

  private static void hash(Assembler a, Level level) {
    a.ld(T4, level.control(Layout.HASH), SP).li(T5, HASH_MULTIPLIER);
    a.ld(T6, level.control(Layout.VECTOR), SP).sd(ZERO, level.control(Layout.VECTOR), SP);
    for (Reg value : List.of(T0, T1, T2, T3)) {
      a.xor(T4, T4, value).mul(T4, T4, T5);
    }
    a.xor(T4, T4, T6).mul(T4, T4, T5).srli(T6, T4, 32).xor(T4, T4, T6);
    a.sd(T4, level.control(Layout.HASH), SP);
  }

  /** With the cause in t0 and epc in t1. */
  private static void dispatch(Assembler a, Level level) {
    a.bltz(T0, level.label("interrupt"));
    a.li(T4, 1).beq(T0, T4, level.label("fetch")).li(T4, 12).beq(T0, T4, level.label("fetch"));
    // Where the instruction is in this mode's address space.
    a.srli(T4, T1, 30).addi(T4, T4, -1).bnez(T4, level.label("own"));
    a.li(T4, Layout.USER_ALIAS).add(T1, T1, T4).label(level.label("own"));
    a.addi(T4, T0, -8).sltiu(T4, T4, 2).beqz(T4, level.label("skip"));
    a.li(T4, Layout.RAISE).beq(A7, T4, level.label("raise"));

    a.label(level.label("skip")).lhu(T4, 0, T1).andi(T4, T4, 3).addi(T4, T4, -3).seqz(T4, T4);
    a.slli(T4, T4, 1).addi(T4, T4, 2).csrr(T1, level.epc()).add(T1, T1, T4);
    a.csrw(level.epc(), T1).j(level.label("out"));

    a.label(level.label("fetch")).csrw(level.epc(), RA).j(level.label("out"));

    a.label(level.label("raise")).addi(T1, T1, 4).csrw(level.epc(), T1).li(A7, 0);
    a.li(T4, level.previous()).csrs(level.status(), T4).j(level.label("out"));

    a.label(level.label("interrupt")).li(T4, 1).sll(T4, T4, T0).csrc(level.enabled(), T4);
  }
}
