package org.replaymigrate.vkernel.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.replaymigrate.vkernel.asm.Reg.A0;
import static org.replaymigrate.vkernel.asm.Reg.A1;
import static org.replaymigrate.vkernel.asm.Reg.A2;
import static org.replaymigrate.vkernel.asm.Reg.A3;
import static org.replaymigrate.vkernel.asm.Reg.RA;
import static org.replaymigrate.vkernel.asm.Reg.S0;
import static org.replaymigrate.vkernel.asm.Reg.ZERO;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.replaymigrate.vkernel.asm.Assembler;
import org.replaymigrate.vkernel.asm.Reg;

/** Branches and jumps, full and compressed; code that changes. */
class ControlFlowTest {
  /** A condition and the pairs for which it holds. */
  @ParameterizedTest
  @CsvSource({
    // 0 0, 1 2, 2 1, -1 1, 1 -1, MIN MAX, MAX MIN
    "beq,  1000000",
    "bne,  0111111",
    "blt,  0101010",
    "bge,  1010101",
    "bltu, 0100101",
    "bgeu, 1011010",
  })
  void branchesFollowTheirCondition(String branch, String taken) {
    long[][] pairs = {
      {0, 0},
      {1, 2},
      {2, 1},
      {-1, 1},
      {1, -1},
      {Long.MIN_VALUE, Long.MAX_VALUE},
      {Long.MAX_VALUE, Long.MIN_VALUE}
    };
    TestHart hart = new TestHart();
    Assembler a = hart.code();
    a.li(A0, 0);
    for (int i = 0; i < pairs.length; i++) {
      a.slli(A0, A0, 1).li(A1, pairs[i][0]).li(A2, pairs[i][1]);
      a.ori(A0, A0, 1).op(branch, A1, A2, "taken" + i).xori(A0, A0, 1).label("taken" + i);
    }
    hart.run().leaves(Long.parseLong(taken, 2));
  }

  @ParameterizedTest
  @CsvSource({"c.beqz, 100", "c.bnez, 011"})
  void compressedBranchesCompareWithZero(String branch, String taken) {
    TestHart hart = new TestHart();
    Assembler a = hart.code();
    long[] values = {0, 1, 1L << 32};
    a.li(A0, 0);
    for (int i = 0; i < values.length; i++) {
      a.slli(A0, A0, 1).li(A1, values[i]).ori(A0, A0, 1).op(branch, A1, "taken" + i);
      a.xori(A0, A0, 1).label("taken" + i);
    }
    hart.run().leaves(Long.parseLong(taken, 2));
  }

  @Test
  void branchesGoBackwards() {
    TestHart hart = new TestHart();
    hart.code().li(A0, 0).li(A1, 10).label("loop").addi(A0, A0, 3).addi(A1, A1, -1);
    hart.code().bnez(A1, "loop").op("c.nop").label("more").addi(A0, A0, 1).li(A2, 35);
    hart.code().bltu(A0, A2, "more");
    hart.run().leaves(35, 0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"jal", "jalr", "c.jalr", "c.j", "c.jr"})
  void jumpsLinkBehindThemselves(String jump) {
    TestHart hart = new TestHart();
    Assembler a = hart.code();
    a.li(A0, 1).li(RA, 7).la(A1, "target");
    long link =
        switch (jump) {
          case "jal" -> {
            a.jal(RA, "target");
            yield a.here();
          }
          case "jalr" -> {
            a.jalr(RA, 0, A1);
            yield a.here();
          }
          case "c.j" -> {
            a.op(jump, "target");
            yield 7;
          }
          default -> {
            a.op(jump, A1);
            yield jump.equals("c.jr") ? 7 : a.here();
          }
        };
    a.li(A0, 2).label("target");
    hart.run().leaves(1);
    assertEquals(link, hart.x(RA));
  }

  @Test
  void jalrClearsTheLowestBitAndMayLinkIntoItsBase() {
    TestHart hart = new TestHart();
    Assembler a = hart.code();
    a.la(A1, "one").jalr(A1, 1, A1);
    long link = a.here();
    a.li(A0, 9).label("one").la(A2, "two").addi(A2, A2, 2047).jalr(ZERO, -2046, A2).li(A0, 9);
    a.label("two");
    hart.run();
    assertEquals(link, hart.x(A1));
    assertEquals(0, hart.x(A0));
  }

  @Test
  void instructionsMayOverlap() {
    TestHart hart = new TestHart();
    Assembler a = hart.code();
    // As a whole: addi x0, ... ; from its middle: c.addi s0, 3.
    a.li(S0, 0).li(A1, 2).label("loop").half(0x0013).label("middle").op("c.addi", S0, 3);
    a.addi(A1, A1, -1).la(A2, "middle").beqz(A1, "out").jr(A2).label("out");
    hart.run();
    assertEquals(3, hart.x(S0));
  }

  @Test
  void fullInstructionsLieAcrossPages() {
    TestHart hart = new TestHart();
    Assembler a = hart.code();
    a.j("far").org(TestHart.BASE + 0x4000 - 8).label("far").li(A0, 1).op("c.li", A1, 2);
    a.lui(A2, 0x12345).li(A3, 3);
    assertEquals(TestHart.BASE + 0x4000 + 2, a.here() - 4);
    hart.run().leaves(1, 2, 0x1234_5000, 3);
  }

  @Test
  void patchedCodeRunsAfterFenceI() {
    TestHart hart = new TestHart();
    Assembler a = hart.code();
    List<Integer> words = new ArrayList<>();
    for (int i = 1; i <= 3; i++) {
      words.add(0x0015_0513 + (i << 20)); // addi a0, a0, 1 + i
    }
    a.li(A0, 0).la(A1, "patch").li(A3, 0);
    a.label("again").label("patch").addi(A0, A0, 1);
    for (int i = 0; i < words.size(); i++) {
      a.li(A2, i).bne(A3, A2, "not" + i).li(A2, words.get(i)).sw(A2, 0, A1).label("not" + i);
    }
    a.fenceI().addi(A3, A3, 1).li(A2, 4).bne(A3, A2, "again");
    hart.run().leaves(1 + 2 + 3 + 4);
  }

  @Test
  void codeIsPatchedThroughAnotherAddressOfItsPage() {
    // The same page at two virtual addresses of S-mode, one to execute, one to write.
    TestHart hart = new TestHart();
    AddressSpace space = new AddressSpace(hart, AddressSpace.SV39);
    long frame = TestHart.DATA;
    long execute = 0x1000_0000;
    long write = 0x2000_0000;
    space.map(execute, frame, 0, "VRXAD").map(write, frame, 0, "VRWAD").mapCode();
    hart.poke(frame, 0x0000_8067_0015_0513L); // addi a0, a0, 1; ret
    Assembler a = hart.code();
    space.use().enter(TestHart.Mode.S);
    a.li(A0, 0).li(A1, execute).li(A2, write).jalr(RA, 0, A1);
    a.li(A3, 0x0105_0513).sw(A3, 0, A2).fenceI().jalr(RA, 0, A1);
    hart.finish().run().takes();
    hart.leaves(0x11);
  }

  @Test
  void anyRegisterCanLink() {
    TestHart hart = new TestHart();
    Assembler a = hart.code();
    long sum = 0;
    for (int i = 1; i < 32; i++) {
      a.jal(Reg.x(i), "next" + i);
      sum += a.here();
      a.nop().label("next" + i);
    }
    hart.run();
    long actual = 0;
    for (int i = 1; i < 32; i++) {
      actual += hart.x(Reg.x(i));
    }
    assertEquals(sum, actual);
  }
}
