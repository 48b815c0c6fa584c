package org.replaymigrate.vkernel.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.replaymigrate.vkernel.asm.Reg.A0;
import static org.replaymigrate.vkernel.asm.Reg.A1;
import static org.replaymigrate.vkernel.asm.Reg.A2;
import static org.replaymigrate.vkernel.asm.Reg.A3;
import static org.replaymigrate.vkernel.asm.Reg.A4;
import static org.replaymigrate.vkernel.asm.Reg.S11;
import static org.replaymigrate.vkernel.asm.Reg.T0;
import static org.replaymigrate.vkernel.asm.Reg.ZERO;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.replaymigrate.vkernel.asm.Assembler;
import org.replaymigrate.vkernel.asm.Csr;
import org.replaymigrate.vkernel.conformance.TestHart.Mode;

/** Sv39 and Sv48 (privileged spec 12.3 to 12.5), with hardware update of A and D (Svadu). */
class TranslationTest {
  private static final int R = 1 << 1;
  private static final int W = 1 << 2;
  private static final int X = 1 << 3;
  private static final int U = 1 << 4;
  private static final int A = 1 << 6;
  private static final int D = 1 << 7;

  private static final long SUM = 1 << 18;
  private static final long MXR = 1 << 19;
  private static final long MPRV = 1 << 17;

  private static final long FETCH_FAULT = 12;
  private static final long LOAD_FAULT = 13;
  private static final long STORE_FAULT = 15;

  /** Where U-mode sees the code. */
  private static final int ALIAS = 0x4000_0000;

  private static final long VIRTUAL = 0x1_0000_0000L;
  private static final long FRAME = TestHart.DATA;

  /** {@code jr s11}. */
  private static final long RETURN = 0x000d_8067;

  /** An access of some mode. */
  record Access(char kind, Mode mode, boolean sum, boolean mxr) {
    long status() {
      return (sum ? SUM : 0) | (mxr ? MXR : 0);
    }

    /** Steps 3 to 9 of the translation algorithm, for a leaf at the last level. */
    boolean isAllowed(int flags) {
      boolean valid = (flags & 1) != 0 && ((flags & R) != 0 || (flags & W) == 0);
      boolean user = (flags & U) != 0;
      boolean privilege = mode == Mode.U ? user : !user || (sum && kind != 'X');
      boolean right =
          switch (kind) {
            case 'R' -> (flags & R) != 0 || (mxr && (flags & X) != 0);
            case 'W' -> (flags & W) != 0;
            default -> (flags & X) != 0;
          };
      return valid && (flags & (R | X)) != 0 && privilege && right;
    }

    long fault() {
      return kind == 'R' ? LOAD_FAULT : kind == 'W' ? STORE_FAULT : FETCH_FAULT;
    }
  }

  static List<Access> accesses() {
    List<Access> accesses = new ArrayList<>();
    for (int i = 0; i < 24; i++) {
      Mode mode = i % 2 == 0 ? Mode.S : Mode.U;
      accesses.add(new Access("RWX".charAt(i / 8), mode, (i & 2) != 0, (i & 4) != 0));
    }
    return accesses;
  }

  @ParameterizedTest
  @MethodSource("accesses")
  void everyCombinationOfFlagsAllowsWhatItShould(Access access) {
    TestHart hart = new TestHart();
    AddressSpace space = new AddressSpace(hart, AddressSpace.SV39);
    mapCode(space);
    hart.poke(FRAME, RETURN);
    for (int flags = 0; flags < 256; flags++) {
      space.put(VIRTUAL + 4096L * flags, 0, AddressSpace.entry(FRAME, flags));
    }
    Assembler a = hart.code();
    a.li(T0, access.status()).csrs(Csr.MSTATUS, T0);
    space.use().enter(access.mode(), alias(access.mode()));
    a.li(A1, VIRTUAL).li(A2, VIRTUAL + 256 * 4096L).li(A3, RETURN).li(A4, 4096).label("next");
    emit(a, access.kind());
    a.add(A1, A1, A4).bne(A1, A2, "next");
    hart.finish().run();

    List<Long> expectedFaults = new ArrayList<>();
    for (int flags = 0; flags < 256; flags++) {
      long virtual = VIRTUAL + 4096L * flags;
      boolean allowed = access.isAllowed(flags);
      if (!allowed) {
        expectedFaults.add(virtual);
      }
      int marked = allowed ? flags | A | (access.kind() == 'W' ? D : 0) : flags;
      assertEquals(
          AddressSpace.entry(FRAME, marked),
          hart.peek(space.entryAddress(virtual, 0)),
          () -> access + " changes the entry");
    }
    assertEquals(expectedFaults, hart.traps().stream().map(TestHart.Trap::tval).toList());
    hart.traps().forEach(trap -> assertEquals(access.fault(), trap.cause()));
  }

  private static int alias(Mode mode) {
    return mode == Mode.U ? ALIAS : 0;
  }

  private static void mapCode(AddressSpace space) {
    space.mapCode().map(TestHart.BASE - ALIAS, TestHart.BASE, 2, "VRWXUAD");
  }

  /** One access at a1; a store writes a3. */
  private static void emit(Assembler a, char kind) {
    switch (kind) {
      case 'R' -> a.ld(A0, 0, A1);
      case 'W' -> a.sd(A3, 0, A1);
      default -> {
        String behind = "behind" + Long.toHexString(a.here());
        a.la(S11, behind).jr(A1).label(behind);
      }
    }
  }

  static List<String> levels() {
    List<String> levels = new ArrayList<>();
    IntStream.range(0, 3).forEach(level -> levels.add("8 " + level));
    IntStream.range(0, 4).forEach(level -> levels.add("9 " + level));
    return levels;
  }

  @ParameterizedTest
  @MethodSource("levels")
  void leavesAtEveryLevelMapTheirWholeRange(String modeAndLevel) {
    int mode = modeAndLevel.charAt(0) - '0';
    int level = modeAndLevel.charAt(2) - '0';
    TestHart hart = new TestHart();
    AddressSpace space = new AddressSpace(hart, mode);
    space.mapCode();
    // The greatest aligned address below the data; above 1 GiB that is 0.
    long size = 4096L << (9 * level);
    long physical = TestHart.DATA & -size;
    long virtual = mode == AddressSpace.SV39 ? -1L << 38 : -1L << 47;
    space.map(virtual, physical, level, "VRWAD");
    long offset = TestHart.DATA - physical + 0x9a8 % size;
    hart.poke(TestHart.DATA + 0x9a8, 1234);
    Assembler a = hart.code();
    space.use().enter(Mode.S);
    a.li(A1, virtual + offset).ld(A0, 0, A1).sd(A1, 8, A1);
    hart.finish().run().takes();
    assertEquals(1234, hart.x(A0));
    assertEquals(virtual + offset, hart.peek(TestHart.DATA + 0x9b0));
  }

  @ParameterizedTest
  @MethodSource("levels")
  void misalignedSuperpagesFault(String modeAndLevel) {
    int mode = modeAndLevel.charAt(0) - '0';
    int level = modeAndLevel.charAt(2) - '0';
    TestHart hart = new TestHart();
    AddressSpace space = new AddressSpace(hart, mode);
    space.mapCode();
    for (int bit = 0; bit < 9 * level; bit++) {
      long virtual = -(4096L << (9 * level)) * (bit + 1L);
      space.map(virtual, 4096L << bit, level, "VRWAD");
    }
    Assembler a = hart.code();
    space.use().enter(Mode.S);
    for (int bit = 0; bit < 9 * level; bit++) {
      a.li(A1, -(4096L << (9 * level)) * (bit + 1L)).ld(A0, 0, A1);
    }
    hart.finish().run();
    assertEquals(IntStream.range(0, 9 * level).mapToObj(i -> LOAD_FAULT).toList(), hart.causes());
  }

  @ParameterizedTest
  @ValueSource(ints = {AddressSpace.SV39, AddressSpace.SV48})
  void upperBitsMustCopyTheHighestTranslatedOne(int mode) {
    TestHart hart = new TestHart();
    AddressSpace space = new AddressSpace(hart, mode);
    space.mapCode();
    int bits = mode == AddressSpace.SV39 ? 39 : 48;
    space.map(1L << (bits - 2), FRAME, 0, "VRWXAD");
    space.map(-1L << (bits - 2), FRAME, 0, "VRWXAD");
    Assembler a = hart.code();
    space.use().enter(Mode.S);
    a.li(A1, 1L << (bits - 2)).ld(A0, 0, A1).li(A1, -1L << (bits - 2)).ld(A0, 0, A1);
    for (int bit = bits - 1; bit < 64; bit++) {
      a.li(A1, 1L << (bits - 2) | 1L << bit).ld(A0, 0, A1);
      a.li(A1, (-1L << (bits - 2)) & ~(1L << bit)).sd(A0, 0, A1);
    }
    a.li(A1, 1L << (bits - 2) | 1L << 63);
    emit(a, 'X');
    hart.finish().run();
    List<Long> expected = new ArrayList<>();
    for (int bit = bits - 1; bit < 64; bit++) {
      expected.add(LOAD_FAULT);
      expected.add(STORE_FAULT);
    }
    expected.add(FETCH_FAULT);
    assertEquals(expected, hart.causes());
  }

  @Test
  void reservedUpperBitsOfAnEntryFault() {
    TestHart hart = new TestHart();
    AddressSpace space = new AddressSpace(hart, AddressSpace.SV39);
    space.mapCode();
    for (int bit = 54; bit < 64; bit++) {
      long entry = AddressSpace.entry(FRAME, AddressSpace.flags("VRWXAD")) | 1L << bit;
      space.put(VIRTUAL + 4096L * bit, 0, entry);
    }
    Assembler a = hart.code();
    space.use().enter(Mode.S);
    for (int bit = 54; bit < 64; bit++) {
      a.li(A1, VIRTUAL + 4096L * bit).ld(A0, 0, A1);
    }
    hart.finish().run();
    assertEquals(IntStream.range(54, 64).mapToObj(i -> LOAD_FAULT).toList(), hart.causes());
  }

  @ParameterizedTest
  @CsvSource({"R, 5", "W, 7", "X, 1"})
  void tablesAndPagesInNoMemoryAreAccessFaults(char kind, long cause) {
    TestHart hart = new TestHart();
    AddressSpace space = new AddressSpace(hart, AddressSpace.SV39);
    space.mapCode().put(0, 2, AddressSpace.entry(0x5_0000_0000L, 1));
    space.map(VIRTUAL, 0x5_0000_0000L, 0, "VRWXAD");
    Assembler a = hart.code();
    space.use().enter(Mode.S);
    a.li(A1, 0x1230);
    emit(a, kind);
    a.li(A1, VIRTUAL);
    emit(a, kind);
    hart.finish().run().takes(cause, cause);
    assertEquals(
        List.of(0x1230L, VIRTUAL), hart.traps().stream().map(TestHart.Trap::tval).toList());
  }

  @Test
  void misalignedAccessFaultsAtThePageThatIsMissing() {
    TestHart hart = new TestHart();
    AddressSpace space = new AddressSpace(hart, AddressSpace.SV39);
    space.mapCode().map(VIRTUAL, FRAME, 0, "VRWAD").map(VIRTUAL + 8192, FRAME, 0, "VRWAD");
    hart.poke(FRAME, 7).poke(FRAME + 4088, 9);
    Assembler a = hart.code();
    space.use().enter(Mode.S);
    a.li(A0, -1).li(A1, VIRTUAL + 4092).ld(A2, 0, A1).sd(A0, 0, A1);
    a.li(A1, VIRTUAL + 8190).sd(A0, 0, A1);
    hart.finish().run().takes(13, 15, 15);
    assertEquals(
        List.of(VIRTUAL + 4096, VIRTUAL + 4096, VIRTUAL + 8190),
        hart.traps().stream().map(TestHart.Trap::tval).toList());
    // Nothing of the stores is done.
    assertEquals(9, hart.peek(FRAME + 4088));
    assertEquals(7, hart.peek(FRAME));
  }

  @Test
  void fetchAcrossPagesFaultsAtItsSecondHalf() {
    TestHart hart = new TestHart();
    AddressSpace space = new AddressSpace(hart, AddressSpace.SV39);
    space.mapCode().map(VIRTUAL, FRAME, 0, "VRXAD");
    hart.poke(FRAME + 4088, 0x0513L << 48); // first half of addi a0, ...
    Assembler a = hart.code();
    space.use().enter(Mode.S);
    a.li(A1, VIRTUAL + 4094);
    emit(a, 'X');
    hart.finish().run().takes(12);
    assertEquals(VIRTUAL + 4094, hart.traps().getFirst().epc());
    assertEquals(VIRTUAL + 4096, hart.traps().getFirst().tval());
  }

  @Test
  void changedEntriesAreSeenAfterTheFence() {
    TestHart hart = new TestHart();
    AddressSpace space = new AddressSpace(hart, AddressSpace.SV39);
    space.mapCode().map(VIRTUAL, FRAME, 0, "VRWAD");
    hart.poke(FRAME, 11).poke(FRAME + 4096, 22).poke(FRAME + 8192, 33);
    Assembler a = hart.code();
    space.use().enter(Mode.S);
    a.li(A4, VIRTUAL).li(T0, space.entryAddress(VIRTUAL, 0)).ld(A0, 0, A4);
    a.li(A1, AddressSpace.entry(FRAME + 4096, AddressSpace.flags("VRWAD"))).sd(A1, 0, T0);
    a.sfenceVma(A4, ZERO).ld(A1, 0, A4);
    a.li(A2, AddressSpace.entry(FRAME + 8192, AddressSpace.flags("VRWAD"))).sd(A2, 0, T0);
    a.sfenceVma(ZERO, ZERO).ld(A2, 0, A4).sd(ZERO, 0, T0).sfenceVma(A4, ZERO).ld(A3, 0, A4);
    hart.finish().run().takes(13);
    hart.leaves(11, 22, 33);
  }

  @Test
  void addressSpacesAreApart() {
    TestHart hart = new TestHart();
    AddressSpace space = new AddressSpace(hart, AddressSpace.SV39);
    space.mapCode().map(VIRTUAL, FRAME, 0, "VRWAD");
    // A second root: its own entry for the page, by a gigapage.
    long root = TestHart.TABLES + 0x8_0000;
    hart.poke(root + 8 * 2, AddressSpace.entry(TestHart.BASE, AddressSpace.flags("VRWXAD")));
    hart.poke(root + 8 * 4, AddressSpace.entry(TestHart.BASE, AddressSpace.flags("VRWAD")));
    hart.poke(FRAME, 11).poke(TestHart.BASE + 0x80_0000, 22);
    Assembler a = hart.code();
    space.use().enter(Mode.S);
    a.li(A4, VIRTUAL).ld(A0, 0, A4);
    a.li(T0, 8L << 60 | 5L << 44 | root >>> 12).csrw(Csr.SATP, T0);
    a.li(A3, VIRTUAL + 0x80_0000).ld(A1, 0, A3);
    a.li(T0, space.satp()).csrw(Csr.SATP, T0).ld(A2, 0, A4).ld(A4, 0, A3);
    hart.finish().run().takes(13);
    assertEquals(List.of(11L, 22L, 11L), List.of(hart.x(A0), hart.x(A1), hart.x(A2)));
  }

  @ParameterizedTest
  @CsvSource({"U, 13", "S, 0", "M, 5"})
  void mprvLoadsWithTheRightsOfMpp(Mode mpp, long cause) {
    TestHart hart = new TestHart();
    AddressSpace space = new AddressSpace(hart, AddressSpace.SV39);
    space.mapCode().map(VIRTUAL, FRAME, 0, "VRAD");
    hart.poke(FRAME, 77);
    Assembler a = hart.code();
    space.use();
    a.li(A1, VIRTUAL).li(A0, 0).li(T0, MPRV | (long) mpp.code << 11).csrs(Csr.MSTATUS, T0);
    a.ld(A0, 0, A1).li(T0, MPRV).csrc(Csr.MSTATUS, T0);
    hart.run().leaves(cause == 0 ? 77 : 0);
    assertEquals(cause == 0 ? List.of() : List.of(cause), hart.causes());
  }

  @Test
  void mprvDoesNotConcernFetchesAndGoesDownWhenMretLeavesMachineMode() {
    TestHart hart = new TestHart();
    AddressSpace space = new AddressSpace(hart, AddressSpace.SV39);
    mapCode(space);
    Assembler a = hart.code();
    space.use();
    a.li(T0, MPRV | 3 << 11).csrs(Csr.MSTATUS, T0).csrr(A0, Csr.MSTATUS).nop();
    hart.enter(Mode.U, ALIAS);
    a.ecall();
    hart.finish().run().takes(8);
    assertEquals(MPRV, hart.x(A0) & MPRV);
    assertEquals(0, hart.traps().getFirst().status() & MPRV);
  }
}
