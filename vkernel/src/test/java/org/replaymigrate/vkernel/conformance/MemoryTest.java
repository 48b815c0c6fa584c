package org.replaymigrate.vkernel.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.replaymigrate.vkernel.asm.FReg.FA0;
import static org.replaymigrate.vkernel.asm.Reg.A0;
import static org.replaymigrate.vkernel.asm.Reg.A1;
import static org.replaymigrate.vkernel.asm.Reg.A2;
import static org.replaymigrate.vkernel.asm.Reg.SP;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.replaymigrate.vkernel.asm.Assembler;
import org.replaymigrate.vkernel.asm.Instruction;
import org.replaymigrate.vkernel.asm.InstructionTable;
import org.replaymigrate.vkernel.asm.Operand;
import org.replaymigrate.vkernel.asm.Reg;
import org.replaymigrate.vkernel.conformance.Rows.Row;
import org.replaymigrate.vkernel.conformance.TestHart.Trap;

/** Loads, stores and AMOs: memory.txt; misaligned ones; accesses to nothing. */
class MemoryTest {
  static final List<Row> ROWS = Rows.read("memory.txt");

  /** Bytes of memory a row has: the doubleword it works on, and one for the register it leaves. */
  private static final int STRIDE = 16;

  @Test
  void instructionsDoWhatTheirRowsSay() {
    TestHart hart = new TestHart();
    Assembler a = hart.code();
    for (int i = 0; i < ROWS.size(); i++) {
      long address = TestHart.DATA + (long) STRIDE * i;
      Row row = ROWS.get(i);
      hart.poke(address, row.operand(0));
      a.li(row.instruction().syntax().contains("(sp)") ? SP : A1, address);
      if (row.operands().size() > 1) {
        a.li(A2, row.operand(1)).op("fmv.d.x", FA0, A2);
      }
      a.op(row.instruction().mnemonic(), operands(row.instruction()));
      a.li(A1, address);
      if (row.instruction().operands().getFirst().kind().isFloat()) {
        a.fsd(FA0, 8, A1);
      } else {
        a.sd(A0, 8, A1);
      }
    }
    hart.run().takes();
    List<String> wrong = new ArrayList<>();
    for (int i = 0; i < ROWS.size(); i++) {
      check(hart, ROWS.get(i), TestHart.DATA + (long) STRIDE * i, wrong);
    }
    assertEquals(List.of(), wrong);
  }

  private static void check(TestHart hart, Row row, long address, List<String> wrong) {
    long memory = hart.peek(address);
    long register = hart.peek(address + 8);
    boolean load = row.operands().size() == 1;
    boolean amo = row.results().size() == 2;
    boolean registerRight = !(load || amo) || register == row.result(0);
    if (!registerRight || memory != (load ? row.operand(0) : row.result(amo ? 1 : 0))) {
      wrong.add(row.text() + String.format(" but register is 0x%x, memory 0x%x", register, memory));
    }
  }

  /** Destination a0 or fa0, source a2 or fa0, base a1, or sp where it is implied; offset 0. */
  private static Object[] operands(Instruction instruction) {
    List<Object> operands = new ArrayList<>();
    boolean destination = instruction.mnemonic().matches("(c\\.)?f?l.*|amo.*");
    for (Operand field : instruction.operands()) {
      if (field.kind().isFloat()) {
        operands.add(FA0);
      } else if (field.kind().isInteger()) {
        boolean base = field == Operand.RS1 || field == Operand.CS1P;
        operands.add(base ? A1 : destination ? A0 : A2);
        destination = false;
      } else {
        operands.add(0);
      }
    }
    return operands.toArray();
  }

  @ParameterizedTest
  @ValueSource(strings = {"lb", "lbu", "lh", "lhu", "lw", "lwu", "ld"})
  void loadsTakeAnyAddress(String load) {
    TestHart hart = new TestHart();
    Assembler a = hart.code();
    // Two bytes before the border of two pages and on.
    long border = TestHart.DATA + 4096;
    hart.poke(border - 8, 0x8786_8584_8382_8180L).poke(border, 0x8f8e_8d8c_8b8a_8988L);
    a.li(A1, border).li(A2, TestHart.DATA);
    for (int i = 0; i <= 8; i++) {
      a.op(load, A0, i - 8, A1).sd(A0, 8 * i, A2);
    }
    hart.run().takes();
    int bits = 8 << (InstructionTable.get(load).match() >>> 12 & 3);
    for (int i = 0; i <= 8; i++) {
      long value = 0;
      for (int j = 0; j < bits / 8; j++) {
        value |= (0x80L + i + j) << (8 * j);
      }
      long extended = load.endsWith("u") ? value : value << (64 - bits) >> (64 - bits);
      assertEquals(
          Long.toHexString(extended),
          Long.toHexString(hart.peek(TestHart.DATA + 8L * i)),
          "at " + i);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sb", "sh", "sw", "sd"})
  void storesTakeAnyAddress(String store) {
    TestHart hart = new TestHart();
    Assembler a = hart.code();
    int bytes = 1 << (InstructionTable.get(store).match() >>> 12 & 3);
    a.li(A0, 0x8877_6655_4433_2211L);
    for (int i = 0; i < 8; i++) {
      a.li(A1, border(i)).op(store, A0, i - 8, A1);
    }
    hart.run().takes();
    for (int i = 0; i < 8; i++) {
      for (int j = -1; j <= bytes; j++) {
        long address = border(i) + i - 8 + j;
        long stored = hart.peek(address & -8) >>> (8 * (address & 7)) & 0xff;
        assertEquals(j >= 0 && j < bytes ? 0x11 * (j + 1) : 0, stored, store + " at " + i);
      }
    }
  }

  /** The end of another page for each offset. */
  private static long border(int index) {
    return TestHart.DATA + 4096L * (index + 1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"lr.w", "sc.w", "amoadd.w", "lr.d", "sc.d", "amoadd.d"})
  void misalignedAtomicsTrap(String name) {
    TestHart hart = new TestHart();
    Assembler a = hart.code();
    long address = TestHart.DATA + (name.endsWith("d") ? 4 : 2);
    a.li(A1, address).li(A2, 1).li(A0, 7);
    if (name.startsWith("sc")) {
      a.op(name.replace("sc", "lr"), Reg.ZERO, A1);
    }
    long pc = a.here();
    a.op(name, name.startsWith("lr") ? new Object[] {A0, A1} : new Object[] {A0, A2, A1});
    hart.run();
    long cause = name.startsWith("lr") ? 4 : 6;
    Trap trap = hart.traps().getLast();
    assertEquals(List.of(cause, pc, address), List.of(trap.cause(), trap.epc(), trap.tval()));
    hart.leaves(7);
    assertEquals(0, hart.peek(TestHart.DATA));
  }

  @ParameterizedTest
  @ValueSource(
      longs = {0, 0x18_0000_0000L, 0x50_0000, TestHart.BASE + TestHart.MEMORY, 1L << 56, -8})
  void accessesToNothingAreAccessFaults(long address) {
    TestHart hart = new TestHart();
    Assembler a = hart.code();
    a.li(A1, address).li(A2, 5).li(Reg.S11, a.here());
    long pc = a.here();
    a.ld(A0, 0, A1).sd(A2, 0, A1).op("amoadd.d", A0, A2, A1).op("lr.d", A0, A1);
    a.fld(FA0, 0, A1).la(Reg.S11, "behind").jr(A1).label("behind");
    hart.run().takes(5, 7, 7, 5, 5, 1);
    for (int i = 0; i < 5; i++) {
      assertEquals(pc + 4L * i, hart.traps().get(i).epc());
      assertEquals(address, hart.traps().get(i).tval());
    }
    assertEquals(address, hart.traps().getLast().epc());
    assertEquals(address, hart.traps().getLast().tval());
  }
}
