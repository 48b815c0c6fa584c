package org.replaymigrate.vkernel.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.replaymigrate.vkernel.asm.Reg.A0;
import static org.replaymigrate.vkernel.asm.Reg.A1;
import static org.replaymigrate.vkernel.asm.Reg.A2;
import static org.replaymigrate.vkernel.asm.Reg.S11;
import static org.replaymigrate.vkernel.asm.Reg.T0;
import static org.replaymigrate.vkernel.asm.Reg.ZERO;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.replaymigrate.vkernel.asm.Assembler;
import org.replaymigrate.vkernel.asm.Csr;
import org.replaymigrate.vkernel.conformance.TestHart.Mode;
import org.replaymigrate.vkernel.conformance.TestHart.Trap;

/** Exceptions with their cause, epc and tval; delegation; MRET and SRET (privileged spec 3, 12). */
class TrapTest {
  private static final long MIE = 1 << 3;
  private static final long MPIE = 1 << 7;
  private static final long MPP = 3 << 11;
  private static final long SIE = 1 << 1;
  private static final long SPIE = 1 << 5;
  private static final long SPP = 1 << 8;

  /** Full encodings that mean nothing on this machine. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "ffffffff", "0000000b", "0000002b", "0000005b", "0000007b", "0000006b", "02007057",
        "0a101033", "40002033", "04001013", "0200101b", "00003063", "00007003", "00004023",
        "0000402f", "1010202f", "2800202f", "06000053", "04000053", "00004007", "58200053",
        "c0400053", "20003053", "00200073", "7b200073", "22000073", "60004073", "00004073",
        "60301013", "00005067", "0000301b", "00002057", "0000007f", "0000001f", "42000033"
      })
  void illegalInstructionsGiveTheirBits(String bits) {
    int word = Integer.parseUnsignedInt(bits, 16);
    TestHart hart = new TestHart();
    long pc = hart.code().here();
    hart.code().word(word);
    hart.run();
    Trap trap = hart.traps().getFirst();
    assertEquals(List.of(2L, pc), List.of(trap.cause(), trap.epc()));
    assertEquals(bits, String.format("%08x", trap.tval()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0000", "8000", "9c41", "9c61", "8002", "6101", "4002", "6002", "2001"})
  void illegalCompressedInstructionsGiveTheirSixteenBits(String bits) {
    TestHart hart = new TestHart();
    long pc = hart.code().here();
    // The handlers skip four bytes.
    hart.code().half(Integer.parseInt(bits, 16)).half(1);
    hart.run();
    assertEquals(
        List.of(2L, pc, Long.parseLong(bits, 16)),
        List.of(
            hart.traps().getFirst().cause(),
            hart.traps().getFirst().epc(),
            hart.traps().getFirst().tval()));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void breakpointsTrapAtThemselves(boolean compressed) {
    TestHart hart = new TestHart();
    long pc = hart.code().here();
    hart.code().op(compressed ? "c.ebreak" : "ebreak").op("c.nop");
    hart.run().takes(3);
    assertEquals(pc, hart.traps().getFirst().epc());
    assertEquals(pc, hart.traps().getFirst().tval());
  }

  @ParameterizedTest
  @CsvSource({"U, 8", "S, 9", "M, 11"})
  void environmentCallsNameTheirMode(Mode mode, long cause) {
    TestHart hart = new TestHart();
    hart.enter(mode);
    long pc = hart.code().here();
    hart.code().ecall();
    hart.finish().run().takes(cause);
    Trap trap = hart.traps().getFirst();
    assertEquals(List.of(Mode.M, pc, 0L), List.of(trap.by(), trap.epc(), trap.tval()));
    assertEquals((long) mode.code << 11, trap.status() & MPP);
  }

  @ParameterizedTest
  @CsvSource({
    // Instruction, and the modes in which it is illegal.
    "mret, US",
    "sret, U",
    "wfi, U",
    "sfence.vma, U",
  })
  void privilegedInstructionsAreIllegalBelow(String instruction, String modes) {
    for (Mode mode : List.of(Mode.U, Mode.S)) {
      if (modes.contains(mode.name())) {
        TestHart hart = new TestHart();
        hart.enter(mode);
        Object[] operands =
            instruction.equals("sfence.vma") ? new Object[] {ZERO, ZERO} : new Object[0];
        hart.code().op(instruction, operands);
        hart.finish().run().takes(2);
      }
    }
  }

  @Test
  void trapsIntoMachineModeStackItsState() {
    TestHart hart = new TestHart();
    hart.code().csrsi(Csr.MSTATUS, (int) MIE).ecall().csrr(A0, Csr.MSTATUS);
    hart.code().csrci(Csr.MSTATUS, (int) MIE).ecall().csrr(A1, Csr.MSTATUS);
    hart.run();
    assertEquals(MPP | MPIE, hart.traps().get(0).status() & (MPP | MPIE | MIE));
    assertEquals(MPP, hart.traps().get(1).status() & (MPP | MPIE | MIE));
    // MRET has put MIE back, set MPIE, and left MPP at the least mode.
    assertEquals(MIE | MPIE, hart.x(A0) & (MPP | MPIE | MIE));
    assertEquals(MPIE, hart.x(A1) & (MPP | MPIE | MIE));
  }

  @ParameterizedTest
  @EnumSource(
      value = Mode.class,
      names = {"U", "S"})
  void delegatedTrapsStackTheStateOfSupervisorMode(Mode mode) {
    TestHart hart = new TestHart();
    hart.csr(Csr.MEDELEG, 1 << 3).csr(Csr.MSTATUS, SIE);
    hart.enter(mode);
    long pc = hart.code().here();
    hart.code().ebreak();
    if (mode == Mode.S) {
      hart.code().csrr(A0, Csr.SSTATUS);
    }
    hart.finish().run().takes(3);
    Trap trap = hart.traps().getFirst();
    assertEquals(List.of(Mode.S, pc, pc), List.of(trap.by(), trap.epc(), trap.tval()));
    assertEquals(SPIE | (mode == Mode.S ? SPP : 0), trap.status() & (SPP | SPIE | SIE));
    assertEquals(mode == Mode.S ? SIE | SPIE : 0, hart.x(A0) & (SPP | SPIE | SIE));
  }

  @Test
  void trapsInMachineModeAreNeverDelegated() {
    TestHart hart = new TestHart();
    hart.csr(Csr.MEDELEG, -1);
    hart.code().ebreak().word(-1).li(A1, 0).ld(A0, 0, A1);
    hart.run().takes(3, 2, 5);
    hart.traps().forEach(trap -> assertEquals(Mode.M, trap.by()));
  }

  @ParameterizedTest
  @CsvSource({"1", "2", "3", "4", "5", "6", "7", "8", "9"})
  void eachExceptionIsDelegatedByItsBit(int cause) {
    for (boolean delegated : new boolean[] {false, true}) {
      TestHart hart = new TestHart();
      hart.csr(Csr.MEDELEG, delegated ? 1L << cause : ~(1L << cause));
      hart.enter(cause == 8 ? Mode.U : Mode.S);
      raise(hart.code(), cause);
      List<Trap> traps = hart.run().traps();
      assertEquals(cause, traps.getFirst().cause());
      assertEquals(delegated ? Mode.S : Mode.M, traps.getFirst().by());
    }
  }

  private static void raise(Assembler a, int cause) {
    a.li(A1, TestHart.DATA + 1).li(A2, 0).la(S11, "on");
    switch (cause) {
      case 1 -> a.jr(A2);
      case 2 -> a.word(0xffff_ffff);
      case 3 -> a.ebreak();
      case 4 -> a.op("lr.w", A0, A1);
      case 5 -> a.ld(A0, 0, A2);
      case 6 -> a.op("amoadd.w", A0, A0, A1);
      case 7 -> a.sd(A0, 0, A2);
      default -> a.ecall();
    }
    a.label("on");
  }

  @Test
  void delegationOfCallsFromMachineModeIsRefused() {
    TestHart hart = new TestHart();
    hart.csr(Csr.MEDELEG, -1);
    hart.code().csrr(A0, Csr.MEDELEG);
    hart.run();
    assertEquals(0, hart.x(A0) & (1 << 11 | 1 << 10 | 1 << 14));
    assertEquals(0xb3fe, hart.x(A0) & 0xb3fe);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void sretReturnsWhereSppSays(boolean toSupervisor) {
    TestHart hart = new TestHart();
    hart.enter(Mode.S);
    Assembler a = hart.code();
    a.li(T0, SPP).csrc(Csr.SSTATUS, T0).li(A0, SPIE | (toSupervisor ? SPP : 0));
    a.csrs(Csr.SSTATUS, A0).la(T0, "there").csrw(Csr.SEPC, T0).sret().ebreak().label("there");
    a.ecall();
    hart.finish().run().takes(toSupervisor ? 9 : 8);
    long status = hart.traps().getFirst().status();
    // SIE has come from SPIE, SPIE is set, SPP is the least mode.
    assertEquals(SIE | SPIE, status & (SIE | SPIE | SPP));
  }

  @Test
  void mretMayBeToldToGoAnywhere() {
    TestHart hart = new TestHart();
    Assembler a = hart.code();
    a.li(T0, MPP).csrc(Csr.MSTATUS, T0).la(T0, "there").addi(T0, T0, 1).csrw(Csr.MEPC, T0);
    a.csrr(A0, Csr.MEPC).mret().ebreak().label("there").ecall();
    hart.finish().run().takes(8);
    // Bit 0 of mepc is always 0.
    assertEquals(a.address("there"), hart.x(A0));
  }

  @Test
  void exceptionsLeaveTheirDestinationAlone() {
    TestHart hart = new TestHart();
    Assembler a = hart.code();
    a.li(A0, 5).li(A1, 0).ld(A0, 0, A1).op("amoadd.d", A0, A0, A1).op("lr.d", A0, A1);
    a.csrrw(A0, Csr.CYCLE, A1).csrrs(A0, 0x5c0, A1);
    hart.run().takes(5, 7, 5, 2, 2);
    hart.leaves(5);
  }

  @Test
  void aJumpToNowhereLinksBeforeTheFetchFails() {
    TestHart hart = new TestHart();
    Assembler a = hart.code();
    a.li(A1, 0x1236).la(S11, "on").jalr(A0, 0, A1);
    long link = a.here();
    a.label("on");
    hart.run().takes(1);
    hart.leaves(link);
    assertEquals(0x1236, hart.traps().getFirst().epc());
    assertEquals(0x1236, hart.traps().getFirst().tval());
  }
}
