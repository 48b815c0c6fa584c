package org.replaymigrate.vkernel.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.replaymigrate.vkernel.asm.Reg.A0;
import static org.replaymigrate.vkernel.asm.Reg.A1;
import static org.replaymigrate.vkernel.asm.Reg.A2;
import static org.replaymigrate.vkernel.asm.Reg.A3;
import static org.replaymigrate.vkernel.asm.Reg.S11;
import static org.replaymigrate.vkernel.asm.Reg.T0;
import static org.replaymigrate.vkernel.asm.Reg.ZERO;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.replaymigrate.vkernel.asm.Assembler;
import org.replaymigrate.vkernel.asm.Csr;
import org.replaymigrate.vkernel.conformance.TestHart.Mode;

/** Physical memory protection with 16 entries (privileged spec 3.7); entry 15 opens the rest. */
class PmpTest {
  private static final int R = 1;
  private static final int W = 2;
  private static final int X = 4;
  private static final int TOR = 1 << 3;
  private static final int NA4 = 2 << 3;
  private static final int NAPOT = 3 << 3;
  private static final int LOCK = 1 << 7;
  private static final long DATA = TestHart.DATA;

  private static final long FETCH = 1;
  private static final long LOAD = 5;
  private static final long STORE = 7;

  /** {@code jr s11}. */
  private static final long RETURN = 0x000d_8067;

  private static void entry(TestHart hart, int entry, long address, int configuration) {
    hart.csr(Csr.pmpaddr(entry), address);
    int csr = entry < 8 ? Csr.PMPCFG0 : Csr.PMPCFG2;
    hart.code().li(T0, (long) configuration << (8 * (entry % 8))).csrs(csr, T0);
  }

  private static long napot(long base, long size) {
    return (base | (size / 2 - 1)) >>> 2;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, R, R | W, X, R | X, R | W | X})
  void rightsAreTheEntrys(int rights) {
    TestHart hart = new TestHart();
    Assembler a = hart.code();
    hart.poke(DATA, RETURN);
    entry(hart, 0, napot(DATA, 4096), NAPOT | rights);
    hart.enter(Mode.U);
    a.li(A1, DATA).la(S11, "on").ld(A0, 0, A1).li(A0, RETURN).sd(A0, 0, A1).jr(A1).label("on");
    hart.finish().run();
    List<Long> expected = new ArrayList<>();
    if ((rights & R) == 0) {
      expected.add(LOAD);
    }
    if ((rights & W) == 0) {
      expected.add(STORE);
    }
    if ((rights & X) == 0) {
      expected.add(FETCH);
    }
    assertEquals(expected, hart.causes());
    hart.traps().forEach(trap -> assertEquals(DATA, trap.tval()));
  }

  /**
   * Loads of a doubleword every 4 bytes around a region without rights: first and last that fail.
   */
  @ParameterizedTest
  @CsvSource({
    "NA4, 4",
    "NAPOT, 8",
    "NAPOT, 16",
    "NAPOT, 64",
    "TOR, 4",
    "TOR, 8",
    "TOR, 12",
    "TOR, 40",
  })
  void regionsEndWhereTheySay(String matching, int size) {
    TestHart hart = new TestHart();
    Assembler a = hart.code();
    long base = DATA + 64;
    switch (matching) {
      case "NA4" -> entry(hart, 1, base >>> 2, NA4);
      case "NAPOT" -> entry(hart, 1, napot(base, size), NAPOT);
      default -> {
        entry(hart, 0, base >>> 2, 0);
        entry(hart, 1, (base + size) >>> 2, TOR);
      }
    }
    hart.enter(Mode.S);
    a.li(A1, DATA);
    List<Long> expected = new ArrayList<>();
    for (int offset = 0; offset < 160; offset += 4) {
      a.lw(A0, offset, A1);
      if (offset >= 64 && offset < 64 + size) {
        expected.add(DATA + offset);
      }
    }
    // An access that matches an entry only in part fails whatever the rights of both parts.
    a.ld(A0, 60, A1);
    expected.add(DATA + 60);
    hart.finish().run();
    assertEquals(expected, hart.traps().stream().map(TestHart.Trap::tval).toList());
  }

  @Test
  void anAccessThatMatchesInPartFailsThoughBothPartsAreOpen() {
    TestHart hart = new TestHart();
    Assembler a = hart.code();
    entry(hart, 0, DATA >>> 2, NA4 | R | W);
    hart.enter(Mode.S);
    a.li(A1, DATA).lw(A0, 0, A1).ld(A0, 0, A1).ld(A0, 8, A1).sd(A0, 0, A1);
    hart.finish().run().takes(LOAD, STORE);
  }

  @Test
  void theFirstMatchingEntryDecides() {
    TestHart hart = new TestHart();
    Assembler a = hart.code();
    entry(hart, 3, napot(DATA, 4096), NAPOT | R);
    entry(hart, 2, napot(DATA + 256, 256), NAPOT | R | W);
    entry(hart, 4, napot(DATA, 8192), NAPOT);
    hart.enter(Mode.U);
    a.li(A1, DATA).sd(ZERO, 256, A1).sd(ZERO, 512, A1).ld(A0, 512, A1).li(A1, DATA + 4096);
    a.ld(A0, 0, A1);
    hart.finish().run().takes(STORE, LOAD);
  }

  @Test
  void allSixteenEntriesWork() {
    TestHart hart = new TestHart();
    Assembler a = hart.code();
    for (int i = 0; i < 15; i++) {
      entry(hart, i, (DATA + 8L * i) >>> 2, NA4);
    }
    hart.enter(Mode.U);
    a.li(A1, DATA);
    for (int i = 0; i < 16; i++) {
      a.lw(A0, 8 * i, A1).lw(A0, 8 * i + 4, A1);
    }
    hart.finish().run();
    assertEquals(15, hart.causes().size());
  }

  @Test
  void withoutAMatchOnlyMachineModeMayAccess() {
    TestHart hart = new TestHart();
    Assembler a = hart.code();
    // Entry 15 shrinks to the image: code and log.
    entry(hart, 15, napot(TestHart.BASE, 0x20_0000), NAPOT | R | W | X);
    a.li(A1, DATA).ld(A0, 0, A1);
    hart.enter(Mode.S);
    a.ld(A0, 0, A1).sd(A0, 0, A1);
    hart.finish().run().takes(LOAD, STORE);
  }

  @Test
  void machineModeObeysLockedEntriesOnly() {
    TestHart hart = new TestHart();
    Assembler a = hart.code();
    entry(hart, 0, napot(DATA, 4096), NAPOT | R);
    a.li(A1, DATA).sd(ZERO, 0, A1);
    entry(hart, 1, napot(DATA + 4096, 4096), NAPOT | R | LOCK);
    a.li(A2, DATA + 4096).ld(A0, 0, A2).sd(ZERO, 0, A2);
    hart.run().takes(STORE);
  }

  @Test
  void lockedEntriesCannotBeChanged() {
    TestHart hart = new TestHart();
    Assembler a = hart.code();
    entry(hart, 1, 0x2000_0000L >>> 2, 0);
    entry(hart, 2, 0x2000_1000L >>> 2, TOR | R | LOCK);
    // Neither the entry, nor the address below that a locked TOR begins at.
    a.li(T0, -1).csrw(Csr.pmpaddr(2), T0).csrr(A0, Csr.pmpaddr(2));
    a.csrw(Csr.pmpaddr(1), T0).csrr(A1, Csr.pmpaddr(1)).csrw(Csr.pmpaddr(0), T0);
    a.csrr(A2, Csr.pmpaddr(0)).csrw(Csr.PMPCFG0, ZERO).csrr(A3, Csr.PMPCFG0);
    hart.run();
    hart.leaves(0x2000_1000L >>> 2, 0x2000_0000L >>> 2, -1L >>> 10, (long) (TOR | R | LOCK) << 16);
  }

  @Test
  void pageTableWalksAreChecked() {
    TestHart hart = new TestHart();
    AddressSpace space = new AddressSpace(hart, AddressSpace.SV39);
    long virtual = 0x1_0000_0000L;
    space.mapCode().map(virtual, DATA, 0, "VRWAD").map(virtual + (1 << 21), DATA, 0, "VRW");
    Assembler a = hart.code();
    long leaf = space.entryAddress(virtual, 0) & -4096;
    long unmarked = space.entryAddress(virtual + (1 << 21), 0) & -4096;
    entry(hart, 0, napot(leaf, 4096), NAPOT);
    entry(hart, 1, napot(unmarked, 4096), NAPOT | R);
    space.use().enter(Mode.S);
    a.li(A1, virtual).ld(A0, 0, A1).sd(A0, 8, A1);
    // A and D must be set, and cannot.
    a.li(A1, virtual + (1 << 21)).ld(A0, 0, A1).sd(A0, 8, A1);
    hart.finish().run().takes(LOAD, STORE, LOAD, STORE);
    assertEquals(AddressSpace.entry(DATA, AddressSpace.flags("VRW")), hart.peek(unmarked));
  }

  @Test
  void modifiedPrivilegeIsCheckedLikeTheModeItStandsFor() {
    TestHart hart = new TestHart();
    Assembler a = hart.code();
    entry(hart, 0, napot(DATA, 4096), NAPOT | R);
    a.li(A1, DATA).li(T0, 3 << 11).csrc(Csr.MSTATUS, T0).li(T0, 1 << 17);
    a.csrs(Csr.MSTATUS, T0).sd(ZERO, 0, A1).csrc(Csr.MSTATUS, T0).sd(ZERO, 0, A1);
    hart.run().takes(STORE);
  }
}
