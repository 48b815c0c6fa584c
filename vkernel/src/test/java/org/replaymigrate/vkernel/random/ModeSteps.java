package org.replaymigrate.vkernel.random;

import java.util.List;
import org.replaymigrate.vkernel.asm.Assembler;
import org.replaymigrate.vkernel.asm.Csr;
import org.replaymigrate.vkernel.asm.Reg;
import org.replaymigrate.vkernel.random.ProgramBuilder.Mode;

/** Goes down by MRET and SRET, and up by an ECALL that {@link TrapHandlers} understands. */
final class ModeSteps {
  private static final long MPIE = 1 << 7;
  private static final long SPIE = 1 << 5;
  private static final long MPP = 3 << 11;
  private static final long MPP_S = 1 << 11;
  private static final long SPP = 1 << 8;

  private static final int ECALL_FROM_USER = 8;

  /**
   * What may be delegated. Never an ecall from S-mode, which must lead back to M-mode; nor a
   * misaligned fetch, which cannot happen, so that its bit may be hardwired to 0.
   */
  private static final long DELEGABLE = 0xb1fe;

  private ModeSteps() {}

  /** To any mode that can be reached from here in one go, the present one included. */
  static void emit(ProgramBuilder p) {
    switch (p.mode) {
      case USER -> raise(p);
      case SUPERVISOR -> {
        if (p.random().oneIn(2)) {
          raise(p);
        } else {
          sret(p, p.random().oneIn(3) ? Mode.SUPERVISOR : Mode.USER);
        }
      }
      case MACHINE -> {
        if (p.random().oneIn(6)) {
          sret(p, p.random().oneIn(2) ? Mode.SUPERVISOR : Mode.USER);
        } else {
          mret(p, p.random().of(List.of(Mode.values())));
        }
      }
    }
  }

  /** To the mode that handles an ecall from here. */
  static void raise(ProgramBuilder p) {
    p.code().li(Reg.A7, Layout.RAISE).ecall();
    boolean delegated = p.mode == Mode.USER && (p.medeleg >>> ECALL_FROM_USER & 1) != 0;
    p.mode = delegated ? Mode.SUPERVISOR : Mode.MACHINE;
  }

  /** From M-mode to any. */
  static void mret(ProgramBuilder p, Mode to) {
    long previous =
        switch (to) {
          case USER -> 0;
          case SUPERVISOR -> MPP_S;
          case MACHINE -> MPP;
        };
    p.changeCsr(Csr.MSTATUS, MPP | MPIE, previous | (p.random().oneIn(2) ? MPIE : 0));
    go(p, to, Csr.MEPC, "mret");
  }

  /** From M-mode or S-mode to S or U. */
  static void sret(ProgramBuilder p, Mode to) {
    int status = p.mode == Mode.MACHINE ? Csr.MSTATUS : Csr.SSTATUS;
    long previous = to == Mode.SUPERVISOR ? SPP : 0;
    p.changeCsr(status, SPP | SPIE, previous | (p.random().oneIn(2) ? SPIE : 0));
    go(p, to, Csr.SEPC, "sret");
  }

  private static void go(ProgramBuilder p, Mode to, int epc, String instruction) {
    Assembler a = p.code();
    Reg target = p.register();
    String label = p.newLabel();
    a.la(target, label);
    if (to == Mode.USER && p.paging != 0) {
      Reg distance = p.register(target);
      a.li(distance, Layout.USER_ALIAS).sub(target, target, distance);
    }
    a.csrw(epc, target).op(instruction);
    a.label(label);
    p.mode = to;
  }

  /**
   * Which exceptions S-mode handles from now on, and how both modes take interrupts. M-mode only.
   */
  static void delegate(ProgramBuilder p) {
    Randomness r = p.random();
    p.medeleg = r.bits() & (r.oneIn(3) ? 0 : r.oneIn(2) ? DELEGABLE : r.bits() & DELEGABLE);
    p.writeCsr(Csr.MEDELEG, p.medeleg);
    vector(p, Csr.MTVEC, "m");
    vector(p, Csr.STVEC, "s");
  }

  private static void vector(ProgramBuilder p, int csr, String level) {
    Reg address = p.register();
    if (p.random().oneIn(2)) {
      p.code().la(address, level + "_vectors").addi(address, address, 1);
    } else {
      p.code().la(address, level + "_handler");
    }
    p.code().csrw(csr, address);
  }

  /** Status bits that steer nothing but memory accesses and what is restored later. */
  static void status(ProgramBuilder p) {
    int csr = p.mode == Mode.MACHINE ? Csr.MSTATUS : Csr.SSTATUS;
    long bits = 1 << 18 | 1 << 19 | SPP | SPIE | (p.mode == Mode.MACHINE ? MPIE : 0);
    p.changeCsr(csr, p.random().bits() & bits, p.random().bits() & bits);
  }
}
