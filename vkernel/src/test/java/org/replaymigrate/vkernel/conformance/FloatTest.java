package org.replaymigrate.vkernel.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.replaymigrate.vkernel.asm.FReg.FA0;
import static org.replaymigrate.vkernel.asm.FReg.FA1;
import static org.replaymigrate.vkernel.asm.FReg.FA2;
import static org.replaymigrate.vkernel.asm.FReg.FA3;
import static org.replaymigrate.vkernel.asm.Reg.A0;
import static org.replaymigrate.vkernel.asm.Reg.A1;
import static org.replaymigrate.vkernel.asm.Reg.A2;
import static org.replaymigrate.vkernel.asm.Reg.A3;
import static org.replaymigrate.vkernel.asm.Reg.T0;
import static org.replaymigrate.vkernel.asm.Reg.ZERO;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.replaymigrate.vkernel.asm.Assembler;
import org.replaymigrate.vkernel.asm.Csr;
import org.replaymigrate.vkernel.asm.FReg;
import org.replaymigrate.vkernel.asm.Operand;
import org.replaymigrate.vkernel.asm.Rounding;
import org.replaymigrate.vkernel.conformance.Rows.Row;

/** F and D: float.txt, with the mode in the instruction and in {@code frm}; boxing, flags, FS. */
class FloatTest {
  static final List<Row> ROWS = Rows.read("float.txt");

  private static final List<String> FLAGS = List.of("nx", "uf", "of", "dz", "nv");
  private static final long BOX = -1L << 32;
  private static final long ILLEGAL = 2;
  private static final int ONE = 0x3f80_0000;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void instructionsComputeWhatTheirRowsSay(boolean dynamic) {
    TestHart hart = new TestHart();
    for (int i = 0; i < ROWS.size(); i++) {
      Row row = ROWS.get(i);
      hart.code().li(T0, TestHart.DATA + 16L * i);
      emit(hart.code(), row, dynamic);
    }
    hart.run().takes();
    List<String> wrong = new ArrayList<>();
    for (int i = 0; i < ROWS.size(); i++) {
      long result = hart.peek(TestHart.DATA + 16L * i);
      long flags = hart.peek(TestHart.DATA + 16L * i + 8);
      Row row = ROWS.get(i);
      boolean single =
          row.results().getFirst().length() == 10
              && row.instruction().operands().get(0).kind().isFloat();
      long expected = row.result(0) | (single ? BOX : 0);
      if (result != expected || flags != flags(row.results().get(1))) {
        wrong.add(row.text() + " but was 0x" + Long.toHexString(result) + " flags " + flags);
      }
    }
    assertEquals(List.of(), wrong);
  }

  private static long flags(String names) {
    return names.equals("-")
        ? 0
        : Arrays.stream(names.split(",", -1)).mapToLong(n -> 1L << FLAGS.indexOf(n)).sum();
  }

  /** Leaves the result and the flags at t0 and behind. */
  private static void emit(Assembler a, Row row, boolean dynamic) {
    List<Operand> fields = row.instruction().operands();
    String name = row.instruction().mnemonic();
    String source = name.substring(name.lastIndexOf('.') + 1);
    Object[] operands = new Object[fields.size()];
    FReg[] floats = {FA0, FA1, FA2, FA3};
    boolean toFloat = fields.getFirst().kind().isFloat();
    operands[0] = toFloat ? FA0 : A0;
    String mode = row.operands().getFirst().toUpperCase(Locale.ROOT);
    for (int i = 1; i < operands.length; i++) {
      if (fields.get(i) == Operand.RM) {
        operands[i] = dynamic ? Rounding.DYN : Rounding.valueOf(mode);
        a.csrwi(Csr.FRM, dynamic ? Rounding.valueOf(mode).code() : i);
        continue;
      }
      a.li(A1, row.operand(i));
      if (fields.get(i).kind().isInteger()) {
        operands[i] = A1;
      } else {
        operands[i] = floats[i];
        a.op(source.equals("d") ? "fmv.d.x" : "fmv.w.x", floats[i], A1);
      }
    }
    a.csrwi(Csr.FFLAGS, 0).op(name, operands).csrr(A2, Csr.FFLAGS);
    if (toFloat) {
      a.fsd(FA0, 0, T0);
    } else {
      a.sd(A0, 0, T0);
    }
    a.sd(A2, 8, T0);
  }

  @Test
  void singleThatIsNotBoxedReadsAsTheCanonicalNan() {
    TestHart hart = new TestHart();
    Assembler a = hart.code();
    a.li(A0, 0x1234_5678_0000_0000L | ONE).op("fmv.d.x", FA0, A0);
    a.op("fadd.s", FA1, FA0, FA0).op("fmv.x.d", A0, FA1);
    a.op("fsgnj.s", FA1, FA0, FA0).op("fmv.x.d", A1, FA1);
    a.op("fclass.s", A2, FA0);
    // Moves and stores take the bits as they are.
    a.op("fmv.x.w", A3, FA0);
    long canonical = BOX | 0x7fc0_0000;
    hart.run().leaves(canonical, canonical, 1 << 9, ONE);
  }

  @Test
  void flagsAccumulateUntilTheyAreCleared() {
    TestHart hart = new TestHart();
    Assembler a = hart.code();
    a.li(A0, ONE).op("fmv.w.x", FA0, A0).op("fmv.w.x", FA1, ZERO);
    a.op("fdiv.s", FA2, FA0, FA1).op("fdiv.s", FA2, FA1, FA1).csrr(A0, Csr.FCSR);
    a.csrrci(A1, Csr.FFLAGS, 8).csrr(A2, Csr.FFLAGS).csrwi(Csr.FRM, 3).csrr(A3, Csr.FCSR);
    hart.run().leaves(0x18, 0x18, 0x10, 0x70);
  }

  @ParameterizedTest
  @ValueSource(ints = {5, 6, 7})
  void reservedRoundingModesAreIllegal(int mode) {
    TestHart hart = new TestHart();
    Assembler a = hart.code();
    a.csrwi(Csr.FRM, mode).op("fadd.s", FA0, FA0, FA0, Rounding.DYN);
    a.op("fsgnj.s", FA0, FA0, FA0).op("fadd.s", FA0, FA0, FA0, Rounding.RTZ);
    if (mode != 7) {
      a.op("fadd.d", FA0, FA0, FA0, mode);
    }
    hart.run();
    assertEquals(mode == 7 ? List.of(ILLEGAL) : List.of(ILLEGAL, ILLEGAL), hart.causes());
  }

  @Test
  void everythingIsIllegalWhileFsIsOff() {
    TestHart hart = new TestHart();
    Assembler a = hart.code();
    hart.csr(Csr.MSTATUS, 0);
    a.op("fadd.s", FA0, FA0, FA0).flw(FA0, 0, T0).fsd(FA0, 0, T0).op("fmv.x.w", A0, FA0);
    a.csrr(A0, Csr.FCSR).csrwi(Csr.FRM, 0).csrr(A0, Csr.FFLAGS);
    a.op("c.fld", FA0, 0, A0).op("c.nop");
    hart.run().takes(2, 2, 2, 2, 2, 2, 2, 2);
  }

  @Test
  void writingARegisterOrFlagsMakesFsDirty() {
    TestHart hart = new TestHart();
    Assembler a = hart.code();
    long initial = 1 << 13;
    hart.csr(Csr.MSTATUS, initial);
    a.csrr(A0, Csr.MSTATUS).op("fmv.w.x", FA0, ZERO).csrr(A1, Csr.MSTATUS);
    hart.csr(Csr.MSTATUS, initial);
    a.csrwi(Csr.FFLAGS, 1).csrr(A2, Csr.MSTATUS);
    hart.csr(Csr.MSTATUS, initial);
    a.li(A3, TestHart.DATA).flw(FA0, 0, A3).csrr(A3, Csr.MSTATUS);
    hart.run();
    long dirty = 0x8000_0000_0000_6000L | 0xa_0000_0000L;
    hart.leaves(0xa_0000_2000L, dirty, dirty, dirty);
    assertEquals(List.of(), hart.traps());
  }
}
