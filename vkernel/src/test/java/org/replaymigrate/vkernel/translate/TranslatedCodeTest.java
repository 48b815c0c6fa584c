package org.replaymigrate.vkernel.translate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.replaymigrate.vkernel.asm.Reg.A0;
import static org.replaymigrate.vkernel.asm.Reg.A1;
import static org.replaymigrate.vkernel.asm.Reg.A2;
import static org.replaymigrate.vkernel.asm.Reg.RA;
import static org.replaymigrate.vkernel.asm.Reg.S0;
import static org.replaymigrate.vkernel.asm.Reg.S1;
import static org.replaymigrate.vkernel.asm.Reg.S2;
import static org.replaymigrate.vkernel.asm.Reg.T0;
import static org.replaymigrate.vkernel.asm.Reg.T1;
import static org.replaymigrate.vkernel.asm.Reg.T2;
import static org.replaymigrate.vkernel.asm.Reg.T3;
import static org.replaymigrate.vkernel.asm.Reg.T4;
import static org.replaymigrate.vkernel.asm.Reg.ZERO;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ClassLoadingMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.replaymigrate.vkernel.asm.Assembler;
import org.replaymigrate.vkernel.asm.Csr;

/**
 * What translated code must not survive, and where it must be left exactly: guests which rewrite
 * their code, remap pages under it, fault in the middle of a loop, and are interrupted everywhere.
 */
class TranslatedCodeTest {
  private static final long MEMORY = 16L << 20;
  private static final long BASE = 0x8000_0000L;
  private static final long TABLES = BASE + 0x10_0000;
  private static final long PAGES = BASE + 0x20_0000;
  private static final long LOG = BASE + 0x30_0000;
  private static final int PAGE = 4096;
  private static final long SYSCON = 0x10_0000;
  private static final long MTIMECMP = 0x200_4000;
  private static final long MTIME = 0x200_bff8;
  private static final long LIMIT = 3_000_000;

  /** Where S-mode sees pages that are remapped: the fourth gigabyte. */
  private static final long WINDOW = 0xc000_0000L;

  private static final long LEAF = 0xcf; // V R W X A D

  private final Assembler a = new Assembler(BASE);

  private static Lockstep lockstep(byte[] image, Translation translation, int perTick) {
    MemorySegment one = Arena.ofAuto().allocate(MEMORY, 8);
    MemorySegment other = Arena.ofAuto().allocate(MEMORY, 8);
    return new Lockstep(image, translation, List.of(one, other), perTick, "translated code");
  }

  private Lockstep run(long seed) {
    Lockstep both = lockstep(a.assemble(), Translation.atOnce(2), 100);
    both.run(seed, 5_000, LIMIT);
    assertTrue(both.share() > 0.5, "translated: " + both.share());
    return both;
  }

  private void powerOff() {
    a.li(T0, SYSCON).li(T1, 0x5555).sw(T1, 0, T0).label("end").j("end");
  }

  private static int encoding(int increment) {
    byte[] code = new Assembler(BASE).addi(A0, A0, increment).assemble();
    return ByteBuffer.wrap(code).order(ByteOrder.LITTLE_ENDIAN).getInt();
  }

  /**
   * A loop adds 1 or 3 by an instruction that it rewrites every 32nd time.
   *
   * @param where the instruction is: in the loop, or behind a call on the next page, and whether
   *     FENCE.I follows the store
   */
  @ParameterizedTest
  @ValueSource(strings = {"loop", "loop fence.i", "page", "page fence.i"})
  void rewrittenCodeRunsAsItIsNow(String where) {
    int rounds = 3000;
    boolean apart = where.startsWith("page");
    a.li(S0, rounds).li(A0, 0).la(T0, "patched");
    a.li(T1, encoding(1)).li(T2, encoding(3)).label("loop");
    if (apart) {
      a.call("function");
    } else {
      a.label("patched").addi(A0, A0, 1);
    }
    a.add(A1, A1, A0).andi(T3, S0, 31).bnez(T3, "skip");
    a.mv(T4, T1).mv(T1, T2).mv(T2, T4).sw(T1, 0, T0);
    if (where.endsWith("fence.i")) {
      a.fenceI();
    }
    a.label("skip").addi(S0, S0, -1).bnez(S0, "loop");
    powerOff();
    a.align(PAGE).label("function");
    if (apart) {
      a.label("patched").addi(A0, A0, 1);
    }
    a.ret();
    Lockstep both = run(1);
    assertEquals(sum(rounds, 32, 1, 3), both.x(A0.number()));
  }

  /** What is added up in so many rounds, by two numbers which take turns. */
  private static long sum(int rounds, int turn, int one, int other) {
    long sum = 0;
    int increment = one;
    for (int i = rounds; i > 0; i--) {
      sum += increment;
      increment = i % turn == 0 ? one + other - increment : increment;
    }
    return sum;
  }

  /**
   * M-mode hands over to S-mode at {@code supervisor}, with translation on and no PMP in its way.
   */
  private void enterSupervisor() {
    a.li(T0, -1).csrw(Csr.pmpaddr(15), T0).li(T0, 0x1fL << 56).csrw(Csr.PMPCFG2, T0);
    a.li(T0, 8L << 60 | TABLES >>> 12).csrw(Csr.SATP, T0).sfenceVma(ZERO, ZERO);
    a.la(T0, "trap").csrw(Csr.MTVEC, T0).la(T0, "supervisor").csrw(Csr.MEPC, T0);
    a.li(T0, 1 << 11).csrs(Csr.MSTATUS, T0).mret();
  }

  /**
   * The gigabytes of devices and RAM at their own addresses, and a table of pages at the window.
   */
  private static void pokeTables(Lockstep both) {
    both.poke(TABLES, LEAF);
    both.poke(TABLES + 2 * 8, BASE >>> 12 << 10 | LEAF);
    both.poke(TABLES + 3 * 8, TABLES + PAGE >>> 12 << 10 | 1);
    both.poke(TABLES + PAGE, TABLES + 2 * PAGE >>> 12 << 10 | 1);
  }

  private static long leafOf(long page) {
    return page >>> 12 << 10 | LEAF;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void remappedCodeAndDataAreThoseMappedNow(boolean fence) {
    int rounds = 2000;
    enterSupervisor();
    a.align(4).label("trap").j("trap");
    a.label("supervisor")
        .li(S0, rounds)
        .li(A0, 0)
        .li(A1, 0)
        .li(S1, WINDOW)
        .li(S2, TABLES + 2 * PAGE);
    a.li(T1, leafOf(PAGES)).li(T2, leafOf(PAGES + PAGE));
    a.label("loop").jalr(RA, 0, S1).ld(T3, 1024, S1).add(A1, A1, T3);
    a.andi(T3, S0, 15).bnez(T3, "skip");
    a.mv(T4, T1).mv(T1, T2).mv(T2, T4).sd(T1, 0, S2);
    if (fence) {
      a.sfenceVma(S1, ZERO);
    }
    a.label("skip").addi(S0, S0, -1).bnez(S0, "loop");
    powerOff();
    Lockstep both = lockstep(a.assemble(), Translation.atOnce(2), 100);
    pokeTables(both);
    both.poke(TABLES + 2 * PAGE, leafOf(PAGES));
    pokeFunction(both, PAGES, 1);
    pokeFunction(both, PAGES + PAGE, 10);
    both.run(2, 5_000, LIMIT);
    assertTrue(both.share() > 0.5, "translated: " + both.share());
    long expected = sum(rounds, 16, 1, 10);
    assertEquals(expected, both.x(A0.number()));
    assertEquals(7 * expected, both.x(A1.number()));
  }

  /** A function that adds an amount to a0, and seven times the amount in data beside it. */
  private static void pokeFunction(Lockstep both, long page, int amount) {
    byte[] code = new Assembler(page).addi(A0, A0, amount).ret().assemble();
    both.poke(
        page, ByteBuffer.wrap(Arrays.copyOf(code, 8)).order(ByteOrder.LITTLE_ENDIAN).getLong());
    both.poke(page + 1024, 7L * amount);
  }

  /** Each round touches pages that are not there; the handler maps them and counts. */
  @Test
  void faultsInLoopsAreExact() {
    int rounds = 40;
    int pages = 32;
    enterSupervisor();
    a.align(4).label("trap").csrw(Csr.MSCRATCH, T0).csrr(T0, Csr.MTVAL);
    a.csrr(S1, Csr.MEPC).slli(S1, S1, 8).xor(A1, A1, S1).xor(A1, A1, T0);
    a.srli(T0, T0, 12).andi(T0, T0, 511).slli(S1, T0, 3);
    a.slli(T0, T0, 10).li(S2, leafOf(PAGES)).add(T0, T0, S2);
    a.li(S2, TABLES + 2 * PAGE).add(S1, S1, S2).sd(T0, 0, S1).addi(A0, A0, 1);
    a.csrr(T0, Csr.MSCRATCH).mret();
    a.label("supervisor").li(S0, rounds).li(A0, 0).label("round");
    a.li(T1, WINDOW).li(T2, pages).li(T4, 8);
    a.label("touch").add(T4, T4, T2).sd(T4, 16, T1).ld(T3, 16, T1).add(A1, A1, T3);
    a.lbu(T3, 17, T1).add(A1, A1, T3).li(T0, PAGE).add(T1, T1, T0);
    a.addi(T2, T2, -1).bnez(T2, "touch");
    a.li(T1, TABLES + 2 * PAGE).li(T2, pages);
    a.label("unmap").sd(ZERO, 0, T1).addi(T1, T1, 8).addi(T2, T2, -1).bnez(T2, "unmap");
    a.sfenceVma(ZERO, ZERO).addi(S0, S0, -1).bnez(S0, "round");
    powerOff();
    Lockstep both = lockstep(a.assemble(), Translation.atOnce(2), 100);
    pokeTables(both);
    both.run(3, 2_000, LIMIT);
    assertTrue(both.share() > 0.5, "translated: " + both.share());
    assertEquals((long) rounds * pages, both.x(A0.number()));
  }

  /** A timer that goes off after a time that is different each time. */
  @Test
  void anInterruptIsTakenAtEachInstructionOfALoop() {
    int interrupts = 600;
    a.la(T0, "trap").csrw(Csr.MTVEC, T0).li(A0, 0).li(S0, LOG).li(S1, PAGES);
    a.li(T0, MTIMECMP).li(T1, 1000).sd(T1, 0, T0);
    a.li(T0, 1 << 7).csrs(Csr.MIE, T0).csrsi(Csr.MSTATUS, 8).li(T1, 0).li(T2, 0);
    a.label("loop").addi(T1, T1, 1).sd(T1, 0, S1).ld(T2, 0, S1).xor(A1, A1, T2);
    a.andi(T3, T1, 1).beqz(T3, "even").call("function");
    a.label("even").slli(T2, T2, 3).add(A1, A1, T2).sw(A1, 8, S1).li(T4, interrupts);
    a.blt(A0, T4, "loop");
    powerOff();
    a.label("function").addi(A1, A1, 5).sub(A1, A1, T1).ret();
    a.align(4).label("trap").csrw(Csr.MSCRATCH, T0).csrr(T0, Csr.MEPC).sd(T0, 0, S0);
    a.addi(S0, S0, 8).addi(A0, A0, 1).li(T0, MTIME).ld(S2, 0, T0).addi(S2, S2, 400);
    a.li(T0, 1103515245).mul(A2, A2, T0).addi(A2, A2, 1011).srli(T0, A2, 33).andi(T0, T0, 63);
    a.add(S2, S2, T0);
    a.li(T0, MTIMECMP).sd(S2, 0, T0).csrr(T0, Csr.MSCRATCH).mret();
    byte[] image = a.assemble();
    Lockstep both = lockstep(image, Translation.atOnce(2), 1);
    both.run(4, 3_000, LIMIT);
    assertTrue(both.share() > 0.5, "translated: " + both.share());
    Set<Long> at = new TreeSet<>();
    for (int i = 0; i < interrupts; i++) {
      at.add(both.peek(LOG + 8L * i));
    }
    Stream.of("loop", "even", "function")
        .map(a::address)
        .forEach(pc -> assertTrue(at.contains(pc)));
    long loop = a.address("even") - a.address("loop");
    for (long pc = a.address("loop"); pc < a.address("loop") + loop; pc += 4) {
      assertTrue(at.contains(pc), "no interrupt at " + Long.toHexString(pc));
    }
  }

  /**
   * A CSR access lets an interrupt in, and the next instruction must find that it has been taken.
   */
  @Test
  void anInterruptComesRightBehindTheCsrAccessThatEnablesIt() {
    int rounds = 500;
    a.la(T0, "trap").csrw(Csr.MTVEC, T0).li(S0, rounds).li(A0, 0).li(A1, 0).csrsi(Csr.MIE, 2);
    a.label("loop").csrsi(Csr.MIP, 2).addi(A1, A1, 1).csrsi(Csr.MSTATUS, 8);
    a.label("behind").addi(A1, A1, 16).csrci(Csr.MSTATUS, 8);
    a.addi(S0, S0, -1).bnez(S0, "loop");
    powerOff();
    a.align(4).label("trap").csrci(Csr.MIP, 2).csrr(S1, Csr.MEPC);
    a.add(A0, A0, S1).andi(T2, A1, 15).xor(S2, S2, T2).mret();
    Lockstep both = run(6);
    assertEquals(rounds * a.address("behind"), both.x(A0.number()));
  }

  /**
   * More hot code than there is room for: what has gone cold is dropped, and its classes unloaded.
   */
  @Test
  void translationsAreBoundedAndDroppedOnesUnloaded() {
    int functions = 64;
    int rounds = 400;
    a.li(S0, rounds).li(A0, 0).label("loop");
    for (int i = 0; i < functions; i++) {
      a.call("function" + i);
    }
    a.addi(S0, S0, -1).bnez(S0, "loop");
    powerOff();
    for (int i = 0; i < functions; i++) {
      a.align(PAGE).label("function" + i).addi(A0, A0, i).xor(A1, A1, A0).add(A1, A1, S0).ret();
    }
    ClassLoadingMXBean classes = ManagementFactory.getClassLoadingMXBean();
    System.gc();
    long before = classes.getUnloadedClassCount();
    int bound = 40_000;
    Lockstep both = lockstep(a.assemble(), new Translation(2, 60, bound, null), 100);
    both.run(5, 5_000, LIMIT);
    assertEquals(rounds * (functions * (functions - 1L) / 2), both.x(A0.number()));
    System.gc();
    long unloaded = classes.getUnloadedClassCount() - before;
    assertTrue(unloaded > functions, unloaded + " classes unloaded");
  }
}
