package org.replaymigrate.vkernel.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.replaymigrate.vkernel.asm.Reg.A0;
import static org.replaymigrate.vkernel.asm.Reg.A1;
import static org.replaymigrate.vkernel.asm.Reg.A2;
import static org.replaymigrate.vkernel.asm.Reg.A3;
import static org.replaymigrate.vkernel.asm.Reg.A4;
import static org.replaymigrate.vkernel.asm.Reg.A5;
import static org.replaymigrate.vkernel.asm.Reg.T0;
import static org.replaymigrate.vkernel.asm.Reg.T1;
import static org.replaymigrate.vkernel.asm.Reg.ZERO;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.replaymigrate.vkernel.asm.Assembler;
import org.replaymigrate.vkernel.asm.Csr;
import org.replaymigrate.vkernel.conformance.TestHart.Mode;

/** The CSR instructions, who may access which register, what can be written, and the counters. */
class CsrTest {
  private static final long ILLEGAL = 2;

  @Test
  void instructionsWriteSetAndClear() {
    TestHart hart = new TestHart();
    Assembler a = hart.code();
    a.li(T0, 0xf0).li(T1, 0x3c).csrw(Csr.MTVAL, T0).csrrw(A0, Csr.MTVAL, T1);
    a.csrrs(A1, Csr.MTVAL, T0).csrrc(A2, Csr.MTVAL, T1).csrrwi(A3, Csr.MTVAL, 21);
    a.csrrsi(A4, Csr.MTVAL, 10).csrrci(A5, Csr.MTVAL, 1).csrr(T0, Csr.MTVAL);
    hart.run().leaves(0xf0, 0x3c, 0xfc, 0xc0, 21, 31);
    assertEquals(30, hart.x(T0));
  }

  @Test
  void destinationMayBeTheSource() {
    TestHart hart = new TestHart();
    hart.code().li(A0, 5).csrwi(Csr.MTVAL, 9).csrrw(A0, Csr.MTVAL, A0).csrr(A1, Csr.MTVAL);
    hart.run().leaves(9, 5);
  }

  @ParameterizedTest
  @ValueSource(ints = {Csr.CYCLE, Csr.TIME, Csr.INSTRET, Csr.MHARTID, Csr.MVENDORID, 0xc03, 0xf15})
  void readOnlyRegistersCanBeReadButNotWritten(int csr) {
    TestHart hart = new TestHart();
    Assembler a = hart.code();
    // Whether it writes depends on the operand being x0 or 0, not on its value.
    a.li(T0, 0).csrrs(A0, csr, ZERO).csrrc(A0, csr, ZERO).csrrsi(A0, csr, 0).csrrci(A0, csr, 0);
    a.csrrs(A0, csr, T0).csrrc(A0, csr, T0).csrrw(A0, csr, ZERO).csrrwi(A0, csr, 0);
    a.csrrsi(A0, csr, 1).csrrci(A0, csr, 1);
    hart.run().takes(2, 2, 2, 2, 2, 2);
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void modesReachTheirOwnRegistersAndThoseBelow(Mode mode) {
    List<Integer> all =
        List.of(
            Csr.FFLAGS,
            Csr.FRM,
            Csr.FCSR,
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
            Csr.MENVCFG,
            Csr.MCOUNTINHIBIT,
            Csr.MSCRATCH,
            Csr.MEPC,
            Csr.MCAUSE,
            Csr.MTVAL,
            Csr.MIP,
            Csr.PMPCFG0,
            Csr.PMPCFG2,
            Csr.pmpaddr(0),
            Csr.pmpaddr(15),
            Csr.MCYCLE,
            Csr.MINSTRET,
            0xb03,
            0x323,
            Csr.MVENDORID,
            Csr.MARCHID,
            Csr.MIMPID,
            Csr.MHARTID,
            Csr.MCONFIGPTR);
    TestHart hart = new TestHart();
    hart.enter(mode);
    all.forEach(csr -> hart.code().csrr(A0, csr));
    hart.finish().run();
    List<Long> expected = new ArrayList<>();
    for (int csr : all) {
      if ((csr >>> 8 & 3) > mode.code) {
        expected.add(ILLEGAL);
      }
    }
    assertEquals(expected, hart.causes());
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        0x000, 0x008, 0x015, 0x101, 0x200, 0x280, 0x307, 0x310, 0x3a1, 0x3a3, 0x5c0, 0x600, 0x7a0,
        0x7b0, 0x800, 0xb01, 0xbc0, 0xc80, 0xcc0, 0xf10, 0xfff
      })
  void absentRegistersAreIllegal(int csr) {
    TestHart hart = new TestHart();
    hart.code().csrrs(A0, csr, ZERO);
    hart.run().takes(2);
  }

  /** All ones and all zeroes written, and what can be read after each. */
  @ParameterizedTest
  @CsvSource({
    "0x340, 0xffffffffffffffff, 0", // mscratch
    "0x140, 0xffffffffffffffff, 0", // sscratch
    "0x341, 0xfffffffffffffffe, 0", // mepc
    "0x141, 0xfffffffffffffffe, 0", // sepc
    "0x343, 0xffffffffffffffff, 0", // mtval
    "0x143, 0xffffffffffffffff, 0", // stval
    "0x304, 0xaaa, 0", // mie
    "0x303, 0x222, 0", // mideleg
    "0x344, 0x222, 0", // mip
    "0x10a, 1, 0", // senvcfg: FIOM
    "0x30a, 0x8000000000000001, 0", // menvcfg: STCE, FIOM
    "0x3b0, 0x3fffffffffffff, 0", // pmpaddr0
    "0x301, 0x800000000014112d, 0x800000000014112d", // misa
    "0xf14, 0, 0", // mhartid
  })
  void onlyLegalBitsAreKept(int csr, String ones, String zeroes) {
    TestHart hart = new TestHart();
    Assembler a = hart.code();
    a.li(T0, -1);
    if (csr < 0xc00) {
      a.csrw(csr, T0);
    }
    a.csrr(A0, csr);
    if (csr < 0xc00) {
      a.csrw(csr, ZERO);
    }
    a.csrr(A1, csr);
    // Handlers are done with these registers: nothing has trapped.
    hart.run().takes();
    hart.leaves(csr == 0xf14 ? 0 : parse(ones), parse(zeroes));
  }

  private static long parse(String text) {
    return text.startsWith("0x")
        ? Long.parseUnsignedLong(text.substring(2), 16)
        : Long.parseLong(text);
  }

  @Test
  void sstatusIsAViewOfMstatus() {
    TestHart hart = new TestHart();
    Assembler a = hart.code();
    long supervisor = 1 << 1 | 1 << 5 | 1 << 8 | 3 << 13 | 1 << 18 | 1 << 19;
    long machine = 1 << 3 | 1 << 7 | 3 << 11 | 1 << 17 | 1 << 20 | 1 << 21 | 1 << 22;
    long xl = 2L << 32 | 2L << 34;
    long sd = 1L << 63;
    a.csrw(Csr.MSTATUS, ZERO).li(T0, -1).csrw(Csr.SSTATUS, T0).csrr(A0, Csr.MSTATUS);
    a.csrw(Csr.MSTATUS, T0).csrr(A1, Csr.MSTATUS).csrr(A2, Csr.SSTATUS);
    // MPRV is up: no load or store until it is down.
    a.csrw(Csr.SSTATUS, ZERO).csrr(A3, Csr.MSTATUS).csrw(Csr.MSTATUS, ZERO).csrr(A4, Csr.MSTATUS);
    hart.run();
    hart.leaves(
        supervisor | xl | sd,
        supervisor | machine | xl | sd,
        supervisor | 2L << 32 | sd,
        machine | xl,
        xl);
  }

  @Test
  void reservedValuesAreNotTaken() {
    TestHart hart = new TestHart();
    Assembler a = hart.code();
    // MPP = 2.
    a.li(T0, 3 << 11).csrc(Csr.MSTATUS, T0).li(T0, 1 << 11).csrs(Csr.MSTATUS, T0);
    a.li(T0, 3 << 11).li(T1, 2 << 11).csrr(A0, Csr.MSTATUS).op("andn", A0, A0, T0);
    a.op("or", A0, A0, T1).csrw(Csr.MSTATUS, A0).csrr(A0, Csr.MSTATUS).and(A0, A0, T0);
    // Vector modes 2 and 3.
    a.csrr(A1, Csr.MTVEC).addi(T1, A1, 2).csrw(Csr.STVEC, T1).csrr(A2, Csr.STVEC);
    a.andi(A2, A2, 3);
    // A mode of satp that is neither Bare, Sv39 nor Sv48: nothing of the write happens.
    a.li(T0, 8L << 60 | 0x1234).csrw(Csr.SATP, T0).li(T1, 10L << 60 | 0x99).csrw(Csr.SATP, T1);
    a.csrr(A3, Csr.SATP).csrw(Csr.SATP, ZERO).csrr(A4, Csr.SATP);
    hart.run();
    assertTrue(hart.x(A0) != 2 << 11, "MPP = 2");
    assertTrue(hart.x(A2) < 2, "mode " + hart.x(A2));
    assertEquals(8L << 60 | 0x1234, hart.x(A3));
    assertEquals(0, hart.x(A4));
  }

  @ParameterizedTest
  @CsvSource({
    // Mode, mcounteren, scounteren -> how many of cycle, time, instret may be read.
    "M, 0, 0, 3",
    "S, 0, 7, 0",
    "S, 7, 0, 3",
    "S, 2, 0, 1",
    "U, 7, 0, 0",
    "U, 0, 7, 0",
    "U, 7, 7, 3",
    "U, 5, 6, 1",
  })
  void countersAreReadableWhereTheyAreEnabled(Mode mode, int mcounteren, int scounteren, int can) {
    TestHart hart = new TestHart();
    hart.csr(Csr.MCOUNTEREN, mcounteren).csr(Csr.SCOUNTEREN, scounteren).enter(mode);
    hart.code().csrr(A0, Csr.CYCLE).csrr(A0, Csr.TIME).csrr(A0, Csr.INSTRET);
    hart.finish().run();
    assertEquals(3 - can, hart.causes().size());
  }

  @Test
  void instretCountsWhatRetires() {
    TestHart hart = new TestHart();
    Assembler a = hart.code();
    a.csrr(A0, Csr.MINSTRET).nop().nop().csrr(A1, Csr.MINSTRET).sub(A0, A1, A0);
    // A write counts from the next instruction on.
    a.li(T0, 1000).csrw(Csr.MINSTRET, T0).csrr(A1, Csr.MINSTRET);
    a.csrw(Csr.MCYCLE, T0).csrr(A2, Csr.MCYCLE);
    hart.run();
    assertEquals(3, hart.x(A0));
    assertEquals(1000, hart.x(A1));
    assertTrue(hart.x(A2) >= 1000 && hart.x(A2) < 1100, "mcycle " + hart.x(A2));
  }

  @Test
  void environmentCallsDoNotRetire() {
    // The same code, whose trap handler counts too, with a trap and without.
    long[] counts = new long[2];
    for (int i = 0; i < 2; i++) {
      TestHart hart = new TestHart();
      Assembler a = hart.code();
      a.la(T0, "handler").csrw(Csr.MTVEC, T0).j("start").align(4).label("handler");
      a.la(T0, "on").csrw(Csr.MEPC, T0).mret().label("start");
      a.li(T0, 3 << 11).csrs(Csr.MSTATUS, T0).csrr(A0, Csr.MINSTRET);
      if (i == 0) {
        a.ecall();
      } else {
        a.nop().j("handler");
      }
      a.label("on").csrr(A1, Csr.MINSTRET);
      hart.run();
      counts[i] = hart.x(A1) - hart.x(A0);
    }
    // csrr, la (2), csrw, mret; and nop and j where there is no ecall.
    assertEquals(List.of(5L, 7L), List.of(counts[0], counts[1]));
  }

  @Test
  void timeGoesWithInstructions() {
    TestHart hart = new TestHart();
    hart.code().csrr(A0, Csr.TIME).li(T0, 500).label("spin").addi(T0, T0, -1).bnez(T0, "spin");
    hart.code().csrr(A1, Csr.TIME).sub(A0, A1, A0);
    hart.run();
    assertEquals(1002, hart.x(A0));
  }

  @Test
  void machineIdentifiesItself() {
    TestHart hart = new TestHart();
    Assembler a = hart.code();
    a.csrr(A0, Csr.MHARTID).csrr(A1, Csr.MISA);
    // RV64 with A, C, D, F, I, M, S and U.
    hart.run().leaves(0, 2L << 62 | 0x14_112d);
  }
}
