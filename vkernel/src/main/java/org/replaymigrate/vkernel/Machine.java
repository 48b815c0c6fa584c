package org.replaymigrate.vkernel;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.vkernel.board.BootImage;
import org.replaymigrate.vkernel.board.Loader;
import org.replaymigrate.vkernel.bus.Bus;
import org.replaymigrate.vkernel.cpu.Activity;
import org.replaymigrate.vkernel.cpu.Hart;
import org.replaymigrate.vkernel.cpu.Harts;
import org.replaymigrate.vkernel.cpu.Region;
import org.replaymigrate.vkernel.decode.Links;
import org.replaymigrate.vkernel.decode.Translated;
import org.replaymigrate.vkernel.firmware.Sbi;
import org.replaymigrate.vkernel.memory.Ram;
import org.replaymigrate.vkernel.memory.Tlb;
import org.replaymigrate.vkernel.port.BlockStore;
import org.replaymigrate.vkernel.port.HostCall;
import org.replaymigrate.vkernel.port.HostFault;
import org.replaymigrate.vkernel.port.Input;
import org.replaymigrate.vkernel.port.OutputDigest;
import org.replaymigrate.vkernel.port.Outputs;
import org.replaymigrate.vkernel.state.InvalidStateException;
import org.replaymigrate.vkernel.translate.Translation;
import org.replaymigrate.vkernel.translate.Translator;

/**
 * A vkernel: {@code state(n + k) = run(state(n), inputs at counts in [n, n + k))}, to the bit, on
 * any host. One thread at a time may use it. It cannot tell recording from replay.
 *
 * <p>The loop of whoever feeds it:
 *
 * <pre>
 *   stop = run(until)
 *   REACHED     apply what is due at this count, go on
 *   IDLE        apply an input (a ClockAdvance of at most idleTicks(), or one from outside)
 *   HOST_CALL   apply the answer to hostCall() before anything else
 *   HOST_FAULT  wait, call run again
 *   HALTED      the guest has ended: exit()
 * </pre>
 *
 * <p>To replay an input which was applied at count n: {@code run(n)}, and for an answer from the
 * host {@code run(n + 1)}, which stops at n with HOST_CALL; then apply it. A state may be saved
 * after any stop but HOST_CALL and HOST_FAULT.
 *
 * <p>Harts take turns of {@code config.turnInstructions()}, in the order of their ids; a hart that
 * waits or executes {@code pause} gives up the rest of its turn.
 */
public final class Machine {
  private final MachineConfig config;
  private final Ram ram;
  private final Bus bus = new Bus();
  private final Harts harts;
  private final Board board;
  private final GuestClock clock;
  private final Timers timers;
  private final Sbi sbi;
  private final OutputDigest digest = new OutputDigest();

  private long instructions;
  private int current;
  private long turnEnd;

  /** While a hart executes: the machine's count is the hart's plus this. */
  private long offset;

  /** The count at which the next timer interrupt rises. */
  private long deadline;

  private @Nullable Hart executing;
  private boolean clockWanted;
  private @Nullable HostFault fault;
  private @Nullable Exit exit;

  /**
   * A machine at power-on, with nothing loaded.
   *
   * @param memory RAM, exactly {@code config.memoryBytes()} long, zero-filled unless a state is
   *     going to be restored over it
   * @param disks one for each {@link MachineConfig.Slot.Disk}, in order, of its size
   */
  public Machine(
      MachineConfig config,
      MemorySegment memory,
      List<BlockStore> disks,
      Outputs outputs,
      Translation translation) {
    if (memory.byteSize() != config.memoryBytes()) {
      throw new IllegalArgumentException("RAM of " + memory.byteSize() + " bytes");
    }
    this.config = config;
    this.ram = new Ram(memory);
    Tlb tlb = new Tlb(ram.pages());
    Region.Constants constants = new Region.Constants(tlb.read, tlb.write, memory);
    Links links = new Links();
    Translator translator = new Translator(translation, constants, links);
    this.harts = new Harts(config.harts(), ram, bus, tlb, links, translator, new HartEnvironment());
    this.clock = new GuestClock(config.instructionsPerTick());
    Outputs digested = digest.over(outputs);
    this.board =
        new Board(
            config,
            ram,
            bus,
            harts,
            disks,
            digested,
            digest,
            () -> clock.ticks(now()),
            () -> {},
            this::end);
    this.timers = new Timers(harts.list(), board.clint);
    this.sbi = new Sbi(harts.list(), new FirmwareBoard(digested));
    this.turnEnd = config.turnInstructions();
  }

  /** A machine whose guest's code is interpreted. */
  public Machine(
      MachineConfig config, MemorySegment memory, List<BlockStore> disks, Outputs outputs) {
    this(config, memory, disks, outputs, Translation.OFF);
  }

  public MachineConfig config() {
    return config;
  }

  /**
   * Puts kernel or firmware, initrd and device tree into RAM, and the harts at their first
   * instruction. Only at power-on.
   *
   * @throws org.replaymigrate.vkernel.board.LoadException if a file is not what it should be, or
   *     RAM is too small
   */
  public void load(BootImage image) {
    Loader.Start start = Loader.load(ram, image, config);
    for (Hart hart : harts.list()) {
      if (!config.builtinFirmware()) {
        hart.reset(start.pc(), hart.id, start.deviceTree(), start.firmwareInfo());
        continue;
      }
      hart.becomeSupervised();
      if (hart.id == 0) {
        hart.start(start.pc(), 0, start.deviceTree());
      } else {
        hart.run = Hart.STOPPED;
      }
    }
  }

  public Harts harts() {
    return harts;
  }

  /**
   * What it has executed in this process, and how.
   *
   * @param most how many of the hottest blocks
   */
  public Profile profile(int most) {
    List<Profile.Spot> spots = new ArrayList<>();
    harts.forEachBlock((address, block) -> {
      Translated region = block.translated;
      long interpreted = (long) block.heat * block.operations.length;
      long translated = region == null ? 0 : region.instructions;
      if (interpreted + translated > 0) {
        spots.add(new Profile.Spot(address, block.bytes, interpreted, translated, region != null));
      }
    });
    spots.sort(Comparator.comparingLong(Profile.Spot::instructions).reversed());
    List<Hart> all = harts.list();
    return new Profile(
        all.stream().mapToLong(Hart::executedHere).sum(),
        all.stream().mapToLong(Hart::translated).sum(),
        all.stream().mapToLong(Hart::tlbMisses).sum(),
        all.stream().mapToLong(Hart::deviceAccesses).sum(),
        spots.subList(0, Math.min(most, spots.size())));
  }

  /** What it is doing; any thread may ask, and may hear what it was doing a little earlier. */
  public Activity activity() {
    for (Hart hart : harts.list()) {
      Activity activity = hart.activity();
      if (activity != Activity.NONE) {
        return activity;
      }
    }
    return Activity.NONE;
  }

  /** Executed instructions since power-on, over all harts: the position in the recording. */
  public long instructions() {
    return instructions;
  }

  /** Guest time, {@code mtime}: ticks of 100 ns since power-on. */
  public long ticks() {
    return clock.ticks(instructions);
  }

  /**
   * Executes until the count is exactly {@code until}, or something else stops it first. With
   * {@code until} at or below the present count it changes nothing, but says IDLE, HOST_CALL, or
   * HALTED when that is so.
   */
  public Stop run(long until) {
    if (instructions >= until) {
      return standing();
    }
    fault = null;
    while (true) {
      Stop stop = prepare();
      if (stop != Stop.REACHED || instructions == until) {
        return stop;
      }
      execute(Math.min(until, turnEnd));
    }
  }

  /** What stops the machine where it stands, without changing it. */
  private Stop standing() {
    if (exit != null) {
      return Stop.HALTED;
    }
    if (hostCall() != null) {
      return Stop.HOST_CALL;
    }
    return hasRunnable() ? Stop.REACHED : Stop.IDLE;
  }

  /**
   * Does what is due between two instructions. After any instruction this has been done before the
   * machine stops, so that a state depends on the count and not on where somebody stopped before.
   */
  private Stop prepare() {
    if (exit != null) {
      return Stop.HALTED;
    }
    if (hostCall() != null) {
      return Stop.HOST_CALL;
    }
    try {
      board.virtio().process();
    } catch (HostFault e) {
      fault = e;
      return Stop.HOST_FAULT;
    }
    if (hostCall() != null) {
      return Stop.HOST_CALL;
    }
    deadline = clock.instructionsAt(timers.update(ticks()));
    return takeTurns() ? Stop.REACHED : Stop.IDLE;
  }

  /** Makes a hart that can execute the current one; false if there is none. */
  private boolean takeTurns() {
    List<Hart> all = harts.list();
    Hart hart = all.get(current);
    if (instructions < turnEnd && isRunnable(hart)) {
      return true;
    }
    for (int i = 1; i <= all.size(); i++) {
      Hart next = all.get((current + i) % all.size());
      if (isRunnable(next)) {
        if (next != hart) {
          next.loseReservation();
        }
        current = next.id;
        turnEnd = instructions + config.turnInstructions();
        return true;
      }
    }
    return false;
  }

  private boolean hasRunnable() {
    for (Hart hart : harts.list()) {
      if (isRunnable(hart)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isRunnable(Hart hart) {
    return hart.run == Hart.RUNNING || (hart.run == Hart.WAITING && hart.isWoken());
  }

  private void execute(long until) {
    Hart hart = harts.list().get(current);
    hart.run = Hart.RUNNING;
    offset = instructions - hart.executed();
    executing = hart;
    hart.execute(Math.min(until, deadline) - offset);
    executing = null;
    instructions = offset + hart.executed();
  }

  /** The count at the instruction that is executing. */
  private long now() {
    return executing == null ? instructions : offset + executing.executed();
  }

  /** Ticks until the next timer interrupt that is set; 0 if one is due, Long.MAX_VALUE if none. */
  public long idleTicks() {
    return timers.idleTicks(ticks());
  }

  /** What the guest wants from the host; present exactly when {@link #run} says HOST_CALL. */
  public @Nullable HostCall hostCall() {
    return clockWanted ? new HostCall.ReadClock() : board.virtio().hostCall();
  }

  /** Why the last {@link #run} said HOST_FAULT. */
  public @Nullable HostFault hostFault() {
    return fault;
  }

  /** How the guest ended; present exactly when {@link #run} says HALTED. */
  public @Nullable Exit exit() {
    return exit;
  }

  /**
   * Applies an input at the present count.
   *
   * @throws IllegalArgumentException if it does not fit the machine's state (an answer nobody asked
   *     for, no such device, too many bytes): the log is not of this machine. State is unchanged.
   */
  public void apply(Input input) {
    require(fault == null, "an input before a disk request that the host has yet to serve");
    switch (input) {
      case Input.ClockRead clockRead -> {
        require(clockWanted, "an answer to a clock read that nobody asked for");
        clockWanted = false;
        board.rtc.clockRead(clockRead.epochNanos());
      }
      case Input.Entropy entropy -> board.virtio().entropy(entropy);
      case Input.ClockAdvance advance -> {
        require(
            advance.ticks() > 0 && advance.ticks() <= Long.MAX_VALUE / 2 - clock.skew(),
            "a clock advance of " + advance.ticks() + " ticks");
        clock.advance(advance.ticks());
      }
      case Input.NetworkFrame frame -> board.virtio().receive(frame);
      case Input.ConsoleBytes typed -> {
        require(
            typed.bytes().length <= consoleRoom(typed.port()),
            typed.bytes().length + " bytes typed, with room for " + consoleRoom(typed.port()));
        board.type(typed);
      }
      case Input.ConsoleBreak b -> board.uart.receiveBreak();
      case Input.PowerButton b -> board.virtio().pressPowerButton();
      case Input.OutputMark m -> {}
      case Input.StateDigest d -> {}
      case Input.CheckpointTaken c -> {}
      case Input.EndOfLog e -> {}
    }
  }

  static void require(boolean valid, String message) {
    if (!valid) {
      throw new IllegalArgumentException(message);
    }
  }

  /** How many typed bytes a console takes now, 0 if there is no such port. */
  public int consoleRoom(int port) {
    return board.consoleRoom(port);
  }

  /** Whether a network device takes a frame now (the driver has given it a buffer). */
  public boolean networkRoom(int nic) {
    return board.virtio().networkRoom(nic);
  }

  /** Running digest of every byte that has left the machine, disk writes among them. */
  public long outputDigest() {
    return digest.value();
  }

  public Ram ram() {
    return ram;
  }

  /** All state but RAM and disks; fresh copies. */
  public MachineState save() {
    return new MachineState(
        instructions,
        clock.skew(),
        current,
        turnEnd,
        digest.value(),
        exit == null ? 0 : exit.kind().id(),
        exit == null ? 0 : exit.code(),
        harts.list().stream().map(Hart::save).toList(),
        board.save());
  }

  /**
   * Takes over a state, also in a machine that has run. RAM and disks already hold the content that
   * goes with it; in a machine that has run, whoever watches RAM was told when it was put there.
   *
   * @throws org.replaymigrate.vkernel.state.InvalidStateException if no run can have produced it;
   *     the machine is then good for nothing
   */
  public void restore(MachineState state) {
    InvalidStateException.require(
        state.harts().size() == config.harts(), "state of " + state.harts().size() + " harts");
    InvalidStateException.require(
        state.instructions() >= 0
            && state.skewTicks() >= 0
            && state.currentHart() >= 0
            && state.currentHart() < config.harts()
            && state.turnEnd() >= 0
            && state.turnEnd() <= state.instructions() + config.turnInstructions(),
        "state with an impossible turn at instruction " + state.instructions());
    Exit.Kind exitKind = Exit.Kind.of(state.exitKind());
    InvalidStateException.require(
        state.exitKind() == 0 || exitKind != null, "state with exit kind " + state.exitKind());
    instructions = state.instructions();
    clock.restore(state.skewTicks());
    current = state.currentHart();
    turnEnd = state.turnEnd();
    digest.restore(state.outputDigest());
    exit = exitKind == null ? null : new Exit(exitKind, state.exitCode());
    clockWanted = false;
    fault = null;
    board.restore(state.devices());
    for (Hart hart : harts.list()) {
      hart.restore(state.harts().get(hart.id));
    }
  }

  private void end(Exit how) {
    if (exit == null) {
      exit = how;
    }
    if (executing != null) {
      executing.leaveAfterInstruction();
    }
  }

  private final class HartEnvironment implements Hart.Environment {
    @Override
    public long ticks() {
      return clock.ticks(now());
    }

    @Override
    public void pause() {
      if (config.harts() > 1) {
        turnEnd = now() + 1;
        harts.list().get(current).leaveAfterInstruction();
      }
    }

    @Override
    public boolean firmwareCall(Hart hart) {
      if (config.builtinFirmware()) {
        sbi.call(hart);
      }
      return config.builtinFirmware();
    }

    @Override
    public boolean needsHost(long physical) {
      clockWanted |= board.needsHost(physical);
      return clockWanted;
    }
  }

  private final class FirmwareBoard implements Sbi.Board {
    private final Outputs outputs;

    FirmwareBoard(Outputs outputs) {
      this.outputs = outputs;
    }

    @Override
    public void putConsole(int value) {
      outputs.console(0, value);
    }

    @Override
    public int getConsole() {
      return board.takeTyped();
    }

    @Override
    public boolean isRam(long address, long length) {
      return ram.contains(address, length);
    }

    @Override
    public byte readRam(long address) {
      return ram.getByte(address);
    }

    @Override
    public void writeRam(long address, byte value) {
      ram.putByte(address, value);
    }

    @Override
    public void exit(Exit how) {
      end(how);
    }
  }
}
