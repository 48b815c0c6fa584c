package org.replaymigrate.vkernel.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.replaymigrate.vkernel.asm.Reg.A0;
import static org.replaymigrate.vkernel.asm.Reg.A1;
import static org.replaymigrate.vkernel.asm.Reg.A2;
import static org.replaymigrate.vkernel.asm.Reg.A3;
import static org.replaymigrate.vkernel.asm.Reg.A4;
import static org.replaymigrate.vkernel.asm.Reg.T0;
import static org.replaymigrate.vkernel.asm.Reg.T1;
import static org.replaymigrate.vkernel.asm.Reg.ZERO;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.replaymigrate.vkernel.Stop;
import org.replaymigrate.vkernel.asm.Assembler;
import org.replaymigrate.vkernel.asm.Csr;
import org.replaymigrate.vkernel.conformance.TestHart.Mode;
import org.replaymigrate.vkernel.conformance.TestHart.Trap;

/** Which interrupts are taken, when, in what order and where to; WFI; timers; Sstc. */
class InterruptTest {
  private static final int SSI = 1;
  private static final int MSI = 3;
  private static final int STI = 5;
  private static final int MTI = 7;
  private static final int SEI = 9;
  private static final long ALL = 0xaaa;
  private static final long SUPERVISOR = 0x222;

  private static final long MIE = 1 << 3;
  private static final long SIE = 1 << 1;
  private static final long STCE = 1L << 63;
  private static final int TM = 2;

  private static final long CLINT = 0x200_0000;
  private static final long MTIMECMP = CLINT + 0x4000;
  private static final long MTIME = CLINT + 0xbff8;

  /** Code that makes interrupts pending: MSI and MTI by the CLINT, the others by mip. */
  private static void raise(TestHart hart, long pending) {
    Assembler a = hart.code();
    store(hart, MTIMECMP, (pending & 1 << MTI) != 0 ? 0 : -1, "sd");
    store(hart, CLINT, (pending & 1 << MSI) != 0 ? 1 : 0, "sw");
    a.li(T0, pending & SUPERVISOR).csrw(Csr.MIP, T0);
  }

  private static void store(TestHart hart, long address, long value, String store) {
    hart.code().li(T0, address).li(T1, value).op(store, T1, 0, T0);
  }

  private static long interrupt(long cause) {
    return TestHart.INTERRUPT | cause;
  }

  @Test
  void machineModeTakesThemInTheOrderOfTheSpecification() {
    TestHart hart = new TestHart();
    raise(hart, ALL);
    hart.csr(Csr.MIDELEG, 0).csr(Csr.MIE, ALL).code().csrsi(Csr.MSTATUS, (int) MIE).nop();
    hart.run();
    hart.takes(interrupt(MSI), interrupt(MTI), interrupt(SEI), interrupt(SSI), interrupt(STI));
    hart.traps().forEach(trap -> assertEquals(0, trap.tval()));
    assertEquals(1, hart.traps().stream().map(Trap::epc).distinct().count());
  }

  @Test
  void supervisorModeTakesDelegatedOnesAfterThoseOfMachineMode() {
    TestHart hart = new TestHart();
    raise(hart, ALL);
    hart.csr(Csr.MIDELEG, -1).csr(Csr.MIE, ALL).csr(Csr.MSTATUS, SIE | 1 << 5);
    hart.enter(Mode.S).finish().run();
    hart.takes(interrupt(MSI), interrupt(MTI), interrupt(SEI), interrupt(SSI), interrupt(STI));
    assertEquals(
        List.of(Mode.M, Mode.M, Mode.S, Mode.S, Mode.S),
        hart.traps().stream().map(Trap::by).toList());
  }

  @ParameterizedTest
  @CsvSource({
    // Mode, delegated, MIE, SIE -> whether SSI is taken, and by whom.
    "M, false, 0, 0, none", "M, false, 1, 0, M", "M, true,  1, 1, none",
    "S, false, 0, 0, M", "S, true,  0, 0, none", "S, true,  1, 0, none",
    "S, true,  0, 1, S", "U, true,  0, 0, S", "U, false, 0, 0, M",
  })
  void modeAndEnablesDecide(Mode mode, boolean delegated, int mie, int sie, String by) {
    TestHart hart = new TestHart();
    raise(hart, 1 << SSI);
    hart.csr(Csr.MIDELEG, delegated ? SUPERVISOR : 0).csr(Csr.MIE, ALL);
    Assembler a = hart.code();
    if (mode == Mode.M) {
      a.li(T0, mie * MIE | sie * SIE).csrs(Csr.MSTATUS, T0).nop();
    } else {
      a.li(T0, mie << 7 | sie * SIE).csrs(Csr.MSTATUS, T0);
      hart.enter(mode);
      a.nop();
    }
    hart.finish().run();
    assertEquals(
        by.equals("none") ? List.of() : List.of(Mode.valueOf(by)),
        hart.traps().stream().map(Trap::by).toList());
  }

  @ParameterizedTest
  @ValueSource(ints = {SSI, MSI, STI, MTI, SEI})
  void vectoredInterruptsEnterTheirSlot(int cause) {
    TestHart hart = new TestHart();
    Assembler a = hart.code();
    a.j("start").align(256).label("vectors");
    for (int i = 0; i < 16; i++) {
      a.j("slot" + i);
    }
    for (int i = 0; i < 16; i++) {
      a.label("slot" + i).addi(A0, A0, i + 100).csrw(Csr.MIE, ZERO).csrr(A1, Csr.MEPC);
      a.la(T0, "handler_M").csrw(Csr.MTVEC, T0).mret();
    }
    a.label("start").la(T0, "vectors").addi(T0, T0, 1).csrw(Csr.MTVEC, T0).li(A0, 0);
    raise(hart, 1L << cause);
    hart.csr(Csr.MIE, ALL);
    a.csrsi(Csr.MSTATUS, (int) MIE);
    long taken = a.here();
    hart.run().takes();
    hart.leaves(cause + 100, taken);
  }

  @Test
  void vectoredExceptionsEnterTheBase() {
    TestHart hart = new TestHart();
    Assembler a = hart.code();
    a.la(T0, "handler_M").addi(T0, T0, 1).csrw(Csr.MTVEC, T0).ebreak();
    hart.run().takes(3);
  }

  @Test
  void supervisorSeesOnlyWhatIsDelegated() {
    TestHart hart = new TestHart();
    raise(hart, SUPERVISOR);
    hart.csr(Csr.MIE, ALL).csr(Csr.MIDELEG, 1 << STI);
    Assembler a = hart.code();
    a.csrr(A0, Csr.SIP).csrr(A1, Csr.SIE);
    // Through sie only delegated bits are written, through sip only SSIP, if delegated.
    a.csrw(Csr.SIE, ZERO).csrr(A2, Csr.MIE).csrw(Csr.SIP, ZERO).csrr(A3, Csr.MIP);
    hart.csr(Csr.MIDELEG, SUPERVISOR);
    a.csrw(Csr.SIP, ZERO).csrr(A4, Csr.MIP);
    hart.run();
    long sti = 1 << STI;
    hart.leaves(sti, sti, ALL & ~sti, SUPERVISOR, SUPERVISOR & ~(1 << SSI));
  }

  @Test
  void onlySupervisorBitsOfMipAreWritable() {
    TestHart hart = new TestHart();
    Assembler a = hart.code();
    a.li(T0, -1).csrw(Csr.MIP, T0).csrr(A0, Csr.MIP).csrw(Csr.MIP, ZERO).csrr(A1, Csr.MIP);
    a.csrw(Csr.MIE, T0).csrr(A2, Csr.MIE).csrw(Csr.MIDELEG, T0).csrr(A3, Csr.MIDELEG);
    hart.run().leaves(SUPERVISOR, 0, ALL, SUPERVISOR);
  }

  @Test
  void waitingEndsWhenAnEnabledInterruptIsPendingWhetherItIsTakenOrNot() {
    TestHart hart = new TestHart();
    Assembler a = hart.code();
    raise(hart, 0);
    // MIE is off: the timer wakes the hart, which goes on behind WFI.
    hart.csr(Csr.MIE, 1 << MTI);
    a.li(T0, MTIME).ld(T1, 0, T0).addi(T1, T1, 1000).li(T0, MTIMECMP).sd(T1, 0, T0);
    a.li(A0, 1).wfi().li(A0, 2);
    a.label("wait").j("wait");
    try {
      hart.run();
    } catch (AssertionError stopped) {
      // It waits in WFI, as idling retires no instructions and moves no time.
    }
    hart.leaves(1);
    assertEquals(Stop.IDLE, hart.machine().run(Long.MAX_VALUE));
  }

  /** The interpreter is given a thousand instructions at a time: it must not go on behind WFI. */
  @Test
  void waitingWaitsWhereverItStands() {
    long few = waiting(0);
    for (int more = -1; more <= 1; more++) {
      assertEquals(1000 + more, waiting((int) (1000 - few + more)));
    }
  }

  /** How many instructions are executed up to and with a WFI behind so many others. */
  private static long waiting(int nops) {
    TestHart hart = new TestHart();
    for (int i = 0; i < nops; i++) {
      hart.code().nop();
    }
    hart.code().wfi().li(A0, 2).label("forever").j("forever");
    try {
      hart.run();
    } catch (AssertionError stopped) {
      // It waits.
    }
    assertEquals(Stop.IDLE, hart.machine().run(Long.MAX_VALUE));
    return hart.machine().instructions();
  }

  @Test
  void waitingDoesNotWaitWhenSomethingIsPending() {
    TestHart hart = new TestHart();
    raise(hart, 1 << SSI);
    hart.csr(Csr.MIE, 1 << SSI).code().li(A0, 1).wfi().li(A0, 2);
    hart.run().takes();
    hart.leaves(2);
  }

  @Test
  void timerInterruptRisesWhenMtimeReachesMtimecmp() {
    TestHart hart = new TestHart();
    Assembler a = hart.code();
    raise(hart, 0);
    hart.csr(Csr.MIE, 1 << MTI);
    a.csrsi(Csr.MSTATUS, (int) MIE);
    a.li(T0, MTIME).ld(A0, 0, T0).addi(A0, A0, 100).li(T0, MTIMECMP).sd(A0, 0, T0);
    a.li(T1, 1000).label("spin").addi(T1, T1, -1).bnez(T1, "spin").csrr(A1, Csr.MIP);
    // Writing mtimecmp takes it back.
    a.li(T0, MTIMECMP).li(T1, -1).sd(T1, 0, T0).csrr(A2, Csr.MIP);
    hart.run().takes(interrupt(MTI));
    assertEquals(1 << MTI, hart.x(A1));
    assertEquals(0, hart.x(A2));
  }

  @Test
  void supervisorTimerComparesWithStimecmp() {
    TestHart hart = new TestHart();
    Assembler a = hart.code();
    hart.csr(Csr.STIMECMP, -1).csr(Csr.MENVCFG, STCE).csr(Csr.MCOUNTEREN, 7);
    hart.csr(Csr.MIDELEG, SUPERVISOR).csr(Csr.MIE, ALL);
    // STIP is no longer software's.
    a.li(T0, 1 << STI).csrw(Csr.MIP, T0).csrr(A0, Csr.MIP);
    hart.enter(Mode.S);
    a.csrsi(Csr.SSTATUS, (int) SIE).csrr(T0, Csr.TIME).addi(T0, T0, 100);
    a.csrw(Csr.STIMECMP, T0).csrr(A1, Csr.SIP);
    a.li(T1, 1000).label("spin").addi(T1, T1, -1).bnez(T1, "spin").csrr(A2, Csr.SIP);
    a.li(T0, -1).csrw(Csr.STIMECMP, T0).csrr(A3, Csr.SIP);
    hart.finish().run().takes(interrupt(STI));
    assertEquals(Mode.S, hart.traps().getFirst().by());
    hart.leaves(0, 0, 1 << STI, 0);
  }

  @ParameterizedTest
  @CsvSource({"true, true, false", "false, true, true", "true, false, true"})
  void stimecmpBelowMachineModeNeedsStceAndTm(boolean stce, boolean tm, boolean illegal) {
    TestHart hart = new TestHart();
    hart.csr(Csr.STIMECMP, -1).csr(Csr.MENVCFG, stce ? STCE : 0);
    hart.csr(Csr.MCOUNTEREN, tm ? TM : 0).enter(Mode.S).code().csrr(A0, Csr.STIMECMP);
    hart.finish().run();
    assertEquals(illegal ? List.of(2L) : List.of(), hart.causes());
  }

  @Test
  void interruptsComeBeforeTheNextInstruction() {
    TestHart hart = new TestHart();
    raise(hart, 0);
    hart.csr(Csr.MIE, 1 << SSI).code().csrsi(Csr.MSTATUS, (int) MIE).li(A0, 1);
    hart.code().csrsi(Csr.MIP, 1 << SSI);
    long next = hart.code().here();
    hart.code().li(A0, 2);
    hart.run().takes(interrupt(SSI));
    assertEquals(next, hart.traps().getFirst().epc());
    hart.leaves(2);
  }
}
