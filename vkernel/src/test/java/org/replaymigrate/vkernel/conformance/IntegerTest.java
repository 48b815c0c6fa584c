package org.replaymigrate.vkernel.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.replaymigrate.vkernel.asm.Reg.A0;
import static org.replaymigrate.vkernel.asm.Reg.A1;
import static org.replaymigrate.vkernel.asm.Reg.A2;
import static org.replaymigrate.vkernel.asm.Reg.SP;
import static org.replaymigrate.vkernel.asm.Reg.T0;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.replaymigrate.vkernel.asm.Assembler;
import org.replaymigrate.vkernel.asm.Instruction;
import org.replaymigrate.vkernel.asm.Operand;
import org.replaymigrate.vkernel.asm.Reg;
import org.replaymigrate.vkernel.conformance.Rows.Row;

/** Computational instructions of I, M, C, Zba, Zbb and Zbs: integer.txt. */
class IntegerTest {
  static final List<Row> ROWS = Rows.read("integer.txt");

  @Test
  void instructionsComputeWhatTheirRowsSay() {
    TestHart hart = new TestHart();
    for (int i = 0; i < ROWS.size(); i++) {
      Reg result = emit(hart.code(), ROWS.get(i));
      hart.code().li(T0, TestHart.DATA + 8L * i).sd(result, 0, T0);
    }
    hart.run();
    List<String> wrong = new ArrayList<>();
    for (int i = 0; i < ROWS.size(); i++) {
      long was = hart.peek(TestHart.DATA + 8L * i);
      if (was != ROWS.get(i).result(0)) {
        wrong.add(ROWS.get(i).text() + " but was 0x" + Long.toHexString(was));
      }
    }
    assertEquals(List.of(), wrong);
    hart.takes();
  }

  /** The row's instruction with its operands loaded; returns where the result is. */
  private static Reg emit(Assembler a, Row row) {
    Instruction instruction = row.instruction();
    List<Operand> fields = instruction.operands();
    Object[] operands = new Object[fields.size()];
    int next = 0;
    int first = 1;
    if (instruction.syntax().contains("sp")) {
      a.li(SP, row.operand(next++));
      first = instruction.syntax().startsWith("sp") ? 0 : 1;
    }
    if (first == 1) {
      operands[0] = A0;
      // Of a compressed pair the first register is source and destination.
      a.li(A0, instruction.size() == 2 && row.operands().size() == 2 ? row.operand(0) : -12345);
      next = instruction.size() == 2 && row.operands().size() == 2 ? 1 : next;
    }
    Reg[] sources = {A1, A2};
    for (int i = first; i < operands.length; i++, next++) {
      if (fields.get(i).kind().isInteger()) {
        operands[i] = sources[i - 1];
        a.li(sources[i - 1], row.operand(next));
      } else {
        operands[i] = row.operand(next);
      }
    }
    a.op(instruction.mnemonic(), operands);
    return first == 1 ? A0 : SP;
  }

  @Test
  void x0StaysZero() {
    TestHart hart = new TestHart();
    hart.code().li(A1, 5).addi(Reg.ZERO, A1, 1).add(Reg.ZERO, A1, A1).div(Reg.ZERO, A1, A1);
    hart.code().lui(Reg.ZERO, 5).auipc(Reg.ZERO, 0).mul(Reg.ZERO, A1, A1).ld(Reg.ZERO, 0, SP);
    hart.code().op("cpop", Reg.ZERO, A1).mv(A0, Reg.ZERO);
    hart.run().leaves(0);
  }

  /** Unprivileged spec 2.7, 2.9, 3, 27.7: fields that are ignored, and encodings that are hints. */
  @Test
  void fencesAndHintsGoOn() {
    TestHart hart = new TestHart();
    Assembler a = hart.code();
    for (int i = 1; i < 32; i++) {
      a.li(Reg.x(i), i);
    }
    a.fence().op("fence.tso").op("fence", 1, 2).fenceI();
    a.word(0x0100_000f); // pause
    a.word(0xf330_808f); // fence with all its reserved fields
    a.word(0x1230_908f); // fence.i with all its reserved fields
    a.word(0x0000_0037).word(0x0000_4033).word(0x0010_6013); // lui, xor, ori (prefetch) of x0
    a.half(0x0001).half(0x0005); // c.nop of 0 and 1
    a.half(0x0281); // c.addi t0, 0
    a.half(0x4005).half(0x6005); // c.li zero, 1; c.lui zero, 1
    a.half(0x8016).half(0x9016); // c.mv zero, t0; c.add zero, t0
    a.half(0x0006).half(0x0282); // c.slli zero, 1; c.slli t0, 0
    a.half(0x8081).half(0x8481); // c.srli s1, 0; c.srai s1, 0
    hart.run().takes();
    for (int i = 1; i < 32; i++) {
      assertEquals(i, hart.x(Reg.x(i)));
    }
  }

  @Test
  void auipcAddsToItsOwnAddress() {
    TestHart hart = new TestHart();
    long here = hart.code().here();
    hart.code().auipc(A0, 0).auipc(A1, 0x80000).auipc(A2, 0x7ffff);
    hart.run().leaves(here, here + 4 - 0x8000_0000L, here + 8 + 0x7fff_f000L);
  }
}
