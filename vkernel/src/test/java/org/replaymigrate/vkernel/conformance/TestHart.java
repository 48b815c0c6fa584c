package org.replaymigrate.vkernel.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.replaymigrate.vkernel.asm.Reg.A7;
import static org.replaymigrate.vkernel.asm.Reg.S11;
import static org.replaymigrate.vkernel.asm.Reg.T0;
import static org.replaymigrate.vkernel.asm.Reg.T1;
import static org.replaymigrate.vkernel.asm.Reg.T2;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.replaymigrate.vkernel.Machine;
import org.replaymigrate.vkernel.MachineConfig;
import org.replaymigrate.vkernel.asm.Assembler;
import org.replaymigrate.vkernel.asm.Csr;
import org.replaymigrate.vkernel.asm.FReg;
import org.replaymigrate.vkernel.asm.Reg;
import org.replaymigrate.vkernel.board.BootImage;
import org.replaymigrate.vkernel.cpu.HartState;
import org.replaymigrate.vkernel.port.Outputs;

/**
 * A machine of one hart in M-mode, and the code it is to run: {@link #code} first, then {@link
 * #run}, then what it left.
 *
 * <p>Every trap is recorded, whether M-mode or S-mode takes it, and then answered: an interrupt is
 * disabled, a failed fetch goes on at {@code s11}, any other exception behind its instruction,
 * taken to be of four bytes. {@link #finish} ends from any mode, if S-mode does not take its ECALL.
 * Handlers keep all registers.
 */
final class TestHart {
  /** A trap that was taken. */
  record Trap(Mode by, long cause, long epc, long tval, long status) {}

  /** Privilege modes, with their encoding in MPP. */
  enum Mode {
    U(0),
    S(1),
    M(3);

    final int code;

    Mode(int code) {
      this.code = code;
    }
  }

  static final long MEMORY = 16L << 20;
  static final long BASE = 0x8000_0000L;

  /** Free for a test's data: 1 MiB. */
  static final long DATA = BASE + 0x20_0000;

  /** Free for a test's page tables: 1 MiB. */
  static final long TABLES = BASE + 0x40_0000;

  static final long INTERRUPT = Long.MIN_VALUE;

  private static final long LOG = BASE + 0x10_0000;
  private static final int ENTRY = 40;
  private static final long FINISH = 0x66_696e;
  private static final long INSTRUCTIONS = 100_000;

  private final Assembler a = new Assembler(BASE);
  private final Map<Long, Long> pokes = new HashMap<>();
  private final Machine machine;
  private HartState state;

  TestHart() {
    // One instruction a tick, so that timers are due within short programs.
    MachineConfig config = new MachineConfig(MEMORY, 1, List.of(), false, 1, 20_000);
    machine = new Machine(config, Arena.ofAuto().allocate(MEMORY, 8), List.of(), Outputs.NONE);
    state = machine.save().harts().getFirst();
    poke(LOG, LOG + ENTRY);
    a.j("begin");
    handler(Mode.M, Csr.MSCRATCH, Csr.MCAUSE, Csr.MEPC, Csr.MTVAL, Csr.MSTATUS, Csr.MIE);
    handler(Mode.S, Csr.SSCRATCH, Csr.SCAUSE, Csr.SEPC, Csr.STVAL, Csr.SSTATUS, Csr.SIE);
    a.label("begin").la(T0, "handler_M").csrw(Csr.MTVEC, T0);
    a.la(T0, "handler_S").csrw(Csr.STVEC, T0);
    a.li(T0, 1L << 13).csrs(Csr.MSTATUS, T0);
    openMemory();
    a.li(T0, 0);
  }

  /** PMP entry 15 lets S and U access everything. */
  private void openMemory() {
    a.li(T0, -1).csrw(Csr.pmpaddr(15), T0).li(T0, 0x1fL << 56).csrw(Csr.PMPCFG2, T0);
  }

  private void handler(
      Mode mode, int scratch, int cause, int epc, int tval, int status, int enabled) {
    String end = "out_" + mode;
    a.align(4).label("handler_" + mode).csrw(scratch, T0).li(T0, LOG);
    a.sd(T1, 8, T0).sd(T2, 16, T0).ld(T1, 0, T0);
    a.csrr(T2, cause).sd(T2, 0, T1).csrr(T2, epc).sd(T2, 8, T1).csrr(T2, tval).sd(T2, 16, T1);
    a.csrr(T2, status).sd(T2, 24, T1).li(T2, mode.code).sd(T2, 32, T1);
    if (mode == Mode.M) {
      a.li(T2, FINISH).beq(A7, T2, "finished");
    }
    a.addi(T1, T1, ENTRY).sd(T1, 0, T0);
    a.csrr(T2, cause).bltz(T2, "interrupt_" + mode);
    a.li(T1, 1).beq(T1, T2, "fetch_" + mode).li(T1, 12).beq(T1, T2, "fetch_" + mode);
    a.csrr(T1, epc).addi(T1, T1, 4).csrw(epc, T1).j(end);
    a.label("fetch_" + mode).csrw(epc, S11).j(end);
    a.label("interrupt_" + mode).li(T1, 1).sll(T1, T1, T2).csrc(enabled, T1);
    a.label(end).ld(T1, 8, T0).ld(T2, 16, T0).csrr(T0, scratch);
    a.op(mode == Mode.M ? "mret" : "sret");
    if (mode == Mode.M) {
      a.label("finished").ld(T1, 8, T0).ld(T2, 16, T0).csrr(T0, scratch).j("end");
    }
  }

  Assembler code() {
    return a;
  }

  /** Puts a doubleword into memory before the code runs. */
  TestHart poke(long address, long value) {
    pokes.put(address, value);
    return this;
  }

  /** Code that writes a constant to a CSR; t0 is lost. */
  TestHart csr(int csr, long value) {
    a.li(T0, value).csrw(csr, T0);
    return this;
  }

  /** Code that changes mode by MRET and goes on behind it; t0 and t1 are lost. From M-mode only. */
  TestHart enter(Mode mode) {
    return enter(mode, 0);
  }

  /**
   * The same where the code is seen at another address.
   *
   * @param alias how much lower its virtual address is
   */
  TestHart enter(Mode mode, int alias) {
    a.li(T0, 3 << 11).csrc(Csr.MSTATUS, T0).li(T0, (long) mode.code << 11).csrs(Csr.MSTATUS, T0);
    a.auipc(T0, 0).addi(T0, T0, 24).lui(T1, alias >>> 12).sub(T0, T0, T1);
    a.csrw(Csr.MEPC, T0).mret();
    return this;
  }

  /** Code that ends the program in M-mode, from any mode. */
  TestHart finish() {
    a.li(A7, FINISH).ecall();
    return this;
  }

  /** Runs the code to its end. */
  TestHart run() {
    if (state.executed() == 0) {
      a.label("end").j("end");
      machine.load(new BootImage(null, null, a.assemble(), "", new byte[32]));
      pokes.forEach((address, value) -> machine.ram().putLong(address, value));
    }
    machine.run(INSTRUCTIONS);
    state = machine.save().harts().getFirst();
    if (state.pc() != a.address("end")) {
      throw new AssertionError("stopped at " + Long.toHexString(state.pc()) + " after " + traps());
    }
    return this;
  }

  long x(Reg register) {
    return state.x()[register.number()];
  }

  long f(FReg register) {
    return state.f()[register.number()];
  }

  /** A doubleword of memory. */
  long peek(long address) {
    return machine.ram().getLong(address);
  }

  Machine machine() {
    return machine;
  }

  List<Trap> traps() {
    List<Trap> traps = new ArrayList<>();
    for (long entry = LOG + ENTRY; entry < peek(LOG); entry += ENTRY) {
      long mode = peek(entry + 32);
      traps.add(
          new Trap(
              mode == Mode.S.code ? Mode.S : Mode.M,
              peek(entry),
              peek(entry + 8),
              peek(entry + 16),
              peek(entry + 24)));
    }
    return traps;
  }

  List<Long> causes() {
    return traps().stream().map(Trap::cause).toList();
  }

  /** Checks that the registers a0, a1, ... hold these values. */
  TestHart leaves(long... values) {
    List<String> expected = new ArrayList<>();
    List<String> actual = new ArrayList<>();
    for (int i = 0; i < values.length; i++) {
      expected.add("0x" + Long.toHexString(values[i]));
      actual.add("0x" + Long.toHexString(x(Reg.x(10 + i))));
    }
    assertEquals(expected, actual);
    return this;
  }

  /** Checks the causes of all traps that were taken. */
  TestHart takes(long... causes) {
    assertEquals(Arrays.stream(causes).boxed().toList(), causes());
    return this;
  }
}
