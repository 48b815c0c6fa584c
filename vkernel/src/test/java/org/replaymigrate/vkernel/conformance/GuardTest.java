package org.replaymigrate.vkernel.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.replaymigrate.vkernel.asm.Reg.A0;
import static org.replaymigrate.vkernel.asm.Reg.A1;
import static org.replaymigrate.vkernel.asm.Reg.A2;
import static org.replaymigrate.vkernel.asm.Reg.A3;
import static org.replaymigrate.vkernel.asm.Reg.T0;
import static org.replaymigrate.vkernel.asm.Reg.ZERO;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.replaymigrate.vkernel.asm.Assembler;
import org.replaymigrate.vkernel.asm.Csr;
import org.replaymigrate.vkernel.conformance.TestHart.Mode;

/** TVM, TW and TSR, and the reservations of LR and SC. */
class GuardTest {
  private static final long TVM = 1 << 20;
  private static final long TW = 1 << 21;
  private static final long TSR = 1 << 22;

  @ParameterizedTest
  @CsvSource({
    "0,       satp,       legal", "1048576, satp,       illegal",
    "0,       sfence.vma, legal", "1048576, sfence.vma, illegal",
    "0,       sret,       legal", "4194304, sret,       illegal",
    "2097152, wfi,        illegal", "3145728, csr,     legal",
  })
  void supervisorIsTrappedOnWhatMachineModeGuards(long bits, String what, String outcome) {
    TestHart hart = new TestHart();
    Assembler a = hart.code();
    a.li(T0, bits).csrs(Csr.MSTATUS, T0).la(T0, "on").csrw(Csr.SEPC, T0);
    hart.enter(Mode.S);
    switch (what) {
      case "satp" -> a.csrr(A0, Csr.SATP);
      case "sfence.vma" -> a.sfenceVma(ZERO, ZERO);
      case "sret" -> a.sret();
      case "wfi" -> a.wfi();
      default -> a.csrr(A0, Csr.SSTATUS);
    }
    a.label("on");
    hart.finish().run();
    assertEquals(outcome.equals("legal") ? List.of() : List.of(2L), hart.causes());
  }

  @Test
  void machineModeIsNotGuarded() {
    TestHart hart = new TestHart();
    Assembler a = hart.code();
    a.li(T0, TVM | TW | TSR).csrs(Csr.MSTATUS, T0).csrr(A0, Csr.SATP).sfenceVma(ZERO, ZERO);
    a.csrsi(Csr.MIP, 2).csrsi(Csr.MIE, 2).wfi().la(T0, "on").csrw(Csr.SEPC, T0);
    a.li(T0, 1 << 8).csrs(Csr.SSTATUS, T0).csrwi(Csr.MIE, 0).sret().label("on");
    hart.finish().run().takes();
  }

  @ParameterizedTest
  @ValueSource(strings = {"w", "d"})
  void storeConditionalSucceedsOnceAfterItsLoad(String width) {
    TestHart hart = new TestHart();
    Assembler a = hart.code();
    hart.poke(TestHart.DATA, 0x1111_2222_3333_4444L);
    a.li(A3, TestHart.DATA).li(T0, 0x5555_6666_7777_8888L);
    a.op("lr." + width, A0, A3).op("sc." + width, A1, T0, A3).op("sc." + width, A2, T0, A3);
    hart.run();
    boolean wide = width.equals("d");
    assertEquals(wide ? 0x1111_2222_3333_4444L : 0x3333_4444, hart.x(A0));
    assertEquals(0, hart.x(A1));
    assertEquals(1, hart.x(A2));
    assertEquals(wide ? 0x5555_6666_7777_8888L : 0x1111_2222_7777_8888L, hart.peek(TestHart.DATA));
  }

  @Test
  void storeConditionalFailsWithoutReservationOrFarFromIt() {
    TestHart hart = new TestHart();
    Assembler a = hart.code();
    a.li(A3, TestHart.DATA).li(T0, 7).op("sc.d", A0, T0, A3);
    a.li(A2, TestHart.DATA + 4096).op("lr.d", ZERO, A2).op("sc.d", A1, T0, A3);
    // The one that failed has used the reservation up.
    a.op("sc.d", A2, T0, A2);
    hart.run();
    hart.leaves(1, 1, 1);
    assertEquals(0, hart.peek(TestHart.DATA));
    assertEquals(0, hart.peek(TestHart.DATA + 4096));
  }

  @Test
  void constrainedLoopsEndThoughTrapsComeBetween() {
    TestHart hart = new TestHart();
    Assembler a = hart.code();
    // The first round is cut by an ECALL, after which SC may fail, but the loop must succeed.
    a.li(A3, TestHart.DATA).li(A2, 1).label("retry").op("lr.w", A0, A3).addi(A0, A0, 5);
    a.beqz(A2, "second").li(A2, 0).ecall().label("second").op("sc.w", A1, A0, A3);
    a.bnez(A1, "retry");
    hart.run().takes(11);
    assertEquals(5, hart.peek(TestHart.DATA));
  }
}
