package org.replaymigrate.vkernel.cpu;

import org.replaymigrate.vkernel.bus.Bus;
import org.replaymigrate.vkernel.decode.CodeCache;
import org.replaymigrate.vkernel.device.InterruptLine;
import org.replaymigrate.vkernel.fpu.FpStatus;
import org.replaymigrate.vkernel.memory.Contexts;
import org.replaymigrate.vkernel.memory.Mmu;
import org.replaymigrate.vkernel.memory.PageTables;
import org.replaymigrate.vkernel.memory.Pmp;
import org.replaymigrate.vkernel.memory.Ram;
import org.replaymigrate.vkernel.memory.Tlb;

/**
 * A hart's registers, and what the parts that execute its instructions share: {@link Interpreter}
 * runs it, {@link MemoryAccess} loads and stores, {@link CsrFile} holds the CSRs, {@link Privilege}
 * takes traps and returns from them.
 */
public final class Hart {
  /**
   * Instructions that the interpreter is given at a time. HotSpot compiles a method that is called
   * often; one that loops for long it would have to replace while it runs (OSR), which costs a
   * second compilation and is off in our processes.
   */
  private static final long SLICE = 1_000_000;

  private static final long YOUNG_SLICE = 1000;
  private static final int YOUNG_SLICES = 5000;

  /** {@link #run}: not started (SBI HSM STOPPED). */
  public static final int STOPPED = 0;

  /** {@link #run}: executing. */
  public static final int RUNNING = 1;

  /** {@link #run}: in WFI. */
  public static final int WAITING = 2;

  public static final int USER = 0;
  public static final int SUPERVISOR = 1;
  public static final int MACHINE = 3;

  /** {@link #attention}: the mode of access may have changed. */
  static final int MODE = 1;

  /** {@link #attention}: an interrupt may have become pending or enabled. */
  static final int INTERRUPT = 2;

  /** {@link #attention}: translations or decoded code were removed. */
  static final int CODE = 4;

  /** {@link #attention}: the machine has something to do before the next instruction. */
  static final int YIELD = 8;

  private static final int STATE_X = 32;

  /** The machine around a hart, as far as its instructions reach it. */
  public interface Environment {
    /** Guest time in ticks, at the instruction that is executing. */
    long ticks();

    /** The hart has executed a hint to let others run. */
    void pause();

    /** An environment call from S-mode which nobody in the guest handles. */
    boolean firmwareCall(Hart hart);

    /** Whether a load from this address must wait for an answer from the host. */
    boolean needsHost(long physical);
  }

  public final int id;

  /** Integer registers; {@code x[32]} swallows results for x0. */
  public final long[] x = new long[64];

  final long[] f = new long[32];
  public long pc;
  int privilege = MACHINE;
  public int run = RUNNING;
  long reservation = -1;

  /** Instructions executed, those which trapped included. */
  long executed;

  /** What must be done before the next block. */
  int attention;

  /** Instructions executed by regions since power-on or restore; no state of the guest. */
  long translated;

  /** What {@link #executed} was when this process began with it. */
  private long executedBefore;

  /** Loads and stores that the TLB did not answer; no state of the guest. */
  long tlbMisses;

  /** How many of these went to a device. */
  long deviceAccesses;

  /** What it is doing; read by other threads, which may see what was. */
  Activity activity = Activity.NONE;

  private int youngSlices = YOUNG_SLICES;

  /** What {@link #executed} was at the last {@link HotCode#poll}. */
  long polled;

  /** While a region runs: instructions it may still execute. */
  int left;

  /** While a region runs: what {@link #executed} is when nothing is {@link #left}. */
  long horizon;

  /** While a region runs: how many regions wait for one that they called. */
  int depth;

  /** {@link Mmu.Mode#context} of loads and stores. */
  long context;

  /** Whether translated floating point may run, {@link CsrFile#isFloatingPointPlain}. */
  boolean plainFloat;

  final Ram ram;
  final Bus bus;
  final Environment environment;
  final CodeCache code;
  final HotCode hotCode;
  final Tlb tlb;
  final Pmp pmp = new Pmp();
  final Mmu mmu;
  final Mmu.Mode dataMode = new Mmu.Mode();
  final Mmu.Mode fetchMode = new Mmu.Mode();
  final CsrFile csr;

  /** The accrued exceptions of floating point. */
  final FpStatus fpStatus;

  final Privilege traps;
  final MemoryAccess memory;
  final Interpreter interpreter;

  /** What all harts of a machine share. */
  record Shared(
      Ram ram,
      Bus bus,
      CodeCache code,
      Tlb tlb,
      Contexts contexts,
      PageTables tables,
      PageTables.Translations all,
      HotCode hotCode,
      Environment environment) {}

  Hart(int id, Shared shared) {
    this.id = id;
    this.ram = shared.ram;
    this.bus = shared.bus;
    this.code = shared.code;
    this.hotCode = shared.hotCode;
    this.tlb = shared.tlb;
    this.environment = shared.environment;
    this.mmu = new Mmu(id, ram, tlb, shared.contexts, pmp, shared.tables, shared.all);
    this.csr = new CsrFile(this);
    this.fpStatus = csr.accrued;
    this.traps = new Privilege(this);
    this.memory = new MemoryAccess(this);
    this.interpreter = new Interpreter(this);
  }

  public int privilege() {
    return privilege;
  }

  public long executed() {
    return executed;
  }

  /** How many instructions it has executed in this process. */
  public long executedHere() {
    return executed - executedBefore;
  }

  /** How many of them by translated code. */
  public long translated() {
    return translated;
  }

  /** Loads and stores in this process that the TLB did not answer. */
  public long tlbMisses() {
    return tlbMisses;
  }

  /** How many of these went to a device. */
  public long deviceAccesses() {
    return deviceAccesses;
  }

  /** What it is doing; any thread may ask, and may hear what it was doing a little earlier. */
  public Activity activity() {
    return activity;
  }

  /** Executes until {@link #executed} is {@code limit} or the machine must look after something. */
  public void execute(long limit) {
    activity = Activity.INTERPRETING;
    long end;
    do {
      end = Math.min(limit, executed + slice());
    } while (interpreter.run(end) && end < limit);
    activity = Activity.NONE;
  }

  /** How much the interpreter is given at a time. */
  private long slice() {
    if (youngSlices == 0) {
      return SLICE;
    }
    youngSlices--;
    return YOUNG_SLICE;
  }

  /** The hart goes back to the machine before its next instruction. */
  public void leaveAfterInstruction() {
    attention |= YIELD;
  }

  /** Whether an enabled interrupt is pending, which ends WFI. */
  public boolean isWoken() {
    return csr.pendingAndEnabled() != 0;
  }

  /** Another hart has executed meanwhile: LR/SC does not span turns. */
  public void loseReservation() {
    reservation = -1;
  }

  /** The wire that drives a bit of {@code mip}. */
  public InterruptLine line(int interrupt) {
    return high -> setLine(interrupt, high);
  }

  /** Drives a bit of {@code mip}. */
  public void setLine(int interrupt, boolean high) {
    long bit = 1L << interrupt;
    long lines = high ? csr.lines | bit : csr.lines & ~bit;
    if (lines != csr.lines) {
      csr.lines = lines;
      attention |= INTERRUPT;
    }
  }

  /** Sets the software-writable bits of {@code mip}, as firmware does. */
  public void raise(int interrupt) {
    csr.software |= 1L << interrupt;
    attention |= INTERRUPT;
  }

  public void clear(int interrupt) {
    csr.software &= ~(1L << interrupt);
    attention |= INTERRUPT;
  }

  /** Whether the supervisor has a timer of its own (Sstc, {@code menvcfg.STCE}). */
  public boolean hasSupervisorTimer() {
    return csr.supervisorTimer();
  }

  /** When the supervisor's timer is due, in ticks, unsigned; -1 if it has none. */
  public long stimecmp() {
    return csr.supervisorTimer() ? csr.stimecmp : -1;
  }

  /** Whether an interrupt is enabled in {@code mie}. */
  public boolean isEnabled(int interrupt) {
    return (csr.mie >>> interrupt & 1) != 0;
  }

  public void setStimecmp(long ticks) {
    csr.stimecmp = ticks;
    attention |= YIELD;
  }

  /** Starts the hart as firmware hands it to an operating system: S-mode, translation off. */
  public void start(long address, long argument0, long argument1) {
    pc = address;
    x[10] = argument0;
    x[11] = argument1;
    privilege = SUPERVISOR;
    csr.enterSupervisor();
    run = RUNNING;
    reservation = -1;
    attention |= MODE | INTERRUPT | CODE | YIELD;
  }

  /** Starts the hart as after reset: M-mode. */
  public void reset(long address, long argument0, long argument1, long argument2) {
    pc = address;
    x[10] = argument0;
    x[11] = argument1;
    x[12] = argument2;
    privilege = MACHINE;
    run = RUNNING;
    attention |= MODE | INTERRUPT | CODE | YIELD;
  }

  /** What firmware sets up before it leaves M-mode for good. */
  public void becomeSupervised() {
    csr.delegateToSupervisor();
  }

  /** Removes all translations. */
  public void flushAll() {
    mmu.forget();
    attention |= MODE | CODE;
  }

  /** Translations or decoded code have gone. */
  public void dropCode() {
    attention |= CODE;
  }

  /** Recomputes how accesses are made; before the next one. */
  void resolveMode() {
    csr.describe(dataMode, fetchMode);
    mmu.resolve(dataMode, fetchMode);
    context = dataMode.context;
    plainFloat = csr.isFloatingPointPlain();
  }

  /** All state. */
  public HartState save() {
    long[] registers = new long[STATE_X];
    System.arraycopy(x, 0, registers, 0, STATE_X);
    return new HartState(
        registers, f.clone(), pc, privilege, run, reservation, executed, csr.save());
  }

  /** Takes over a saved state. */
  public void restore(HartState state) {
    HartStates.validate(state);
    System.arraycopy(state.x(), 0, x, 0, STATE_X);
    x[STATE_X] = 0;
    System.arraycopy(state.f(), 0, f, 0, f.length);
    pc = state.pc();
    privilege = state.privilege();
    run = state.run();
    reservation = state.reservation();
    executed = state.executed();
    executedBefore = executed;
    polled = executed;
    csr.restore(state.csrs());
    tlb.clear();
    mmu.forget();
    attention = MODE | INTERRUPT | CODE | YIELD;
  }
}
