package org.replaymigrate.recorder;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.protocol.digest.Digest128;
import org.replaymigrate.protocol.log.EventLogWriter;
import org.replaymigrate.vkernel.Machine;
import org.replaymigrate.vkernel.Stop;
import org.replaymigrate.vkernel.port.HostCall;
import org.replaymigrate.vkernel.port.HostFault;
import org.replaymigrate.vkernel.port.Input;

/**
 * Runs a machine live: feeds it, and writes down what it feeds it. One thread calls {@link #run};
 * the others {@link #post} what they want done between two instructions, or add to {@link #inputs}.
 *
 * <pre>
 *   console, network, power ─▶ InputQueue ─┐
 *   host clock ─▶ Pacer ───────────────────┼─▶ append to the log ─▶ apply ─▶ Machine.run(slice)
 *   host calls ◀─▶ clock, entropy ─────────┘                                     │
 *                    Outlet ◀─ release ◀─ append OutputMark ◀─ PendingOutputs ◀──┘
 * </pre>
 *
 * <p>Two rules hold at any instant, whatever kills the process: an input is in the log before the
 * machine has seen it, and a byte leaves only after an event in the log at or behind the
 * instruction that put it out. So a replay of the log to its end has put out everything that was
 * ever seen.
 */
public final class Recorder {
  /** A wish of another thread, carried out between two instructions. */
  @FunctionalInterface
  public interface Command {
    void execute(Recorder recorder) throws IOException;
  }

  /** Watches what becomes of the run; called on the machine's thread. */
  public interface Listener {
    /** The guest stands still because the host cannot go on; {@code why} is one line. */
    default void paused(String why) {}

    /** It goes on. */
    default void continued() {}

    /** An event has been appended. */
    default void appended(long sequence, long instructions, Input input) {}
  }

  /** What the run has done; any thread may ask. */
  public record Figures(
      long instructions, long events, long logBytes, long guestTicks, boolean idle) {}

  /** How long the machine runs at a time, about; never twice as long. */
  public static final Duration USUAL_SLICE = Duration.ofMillis(3);

  private static final long SHORTEST_SLICE = 20_000;
  private static final long LONGEST_SLICE = 50_000_000;
  private static final long DIGEST_INTERVAL = 500_000_000;
  private static final long RETRY_NANOS = 250_000_000;

  private final Machine machine;
  private final PendingOutputs outputs;
  private final Outlet outlet;
  private final Pacer pacer;
  private final HostClock clock;
  private final Supplier<Digest128> stateDigest;
  private final Listener listener;
  private final SecureRandom random = new SecureRandom();
  private final ConcurrentLinkedQueue<Command> commands = new ConcurrentLinkedQueue<>();
  private final InputQueue inputs = new InputQueue(this::wake);

  private EventLogWriter log;
  private long slice = 200_000;
  private long nextDigest;
  private volatile @Nullable EndReason end;
  private boolean faulted;
  private volatile int speedPercent = 100;
  private volatile long sliceNanos = USUAL_SLICE.toNanos();
  private volatile @Nullable Thread thread;
  private volatile Figures figures;

  /** Why a run has ended. */
  public enum EndReason {
    POWERED_OFF(1, "powered off"),
    SUSPENDED(2, "suspended"),
    MIGRATED(3, "migrated"),
    STOPPED(4, "stopped");

    private final int id;
    private final String words;

    EndReason(int id, String words) {
      this.id = id;
      this.words = words;
    }

    /** In words, for people and for JSON: {@code powered off}. */
    public String words() {
      return words;
    }

    /** The words for an {@link #id}; those of an unknown one hold the number. */
    public static String words(int id) {
      return Arrays.stream(values())
          .filter(reason -> reason.id == id)
          .map(EndReason::words)
          .findFirst()
          .orElse("reason " + id);
    }

    /** As in {@link Input.EndOfLog}. */
    public int id() {
      return id;
    }
  }

  /**
   * @param machine where it is, with {@code outputs} as its outputs
   * @param log its position is the machine's
   * @param stateDigest of the whole state as it is; called on the machine's thread
   */
  public Recorder(
      Machine machine,
      PendingOutputs outputs,
      EventLogWriter log,
      Outlet outlet,
      Pacer pacer,
      HostClock clock,
      Supplier<Digest128> stateDigest,
      Listener listener) {
    this.machine = machine;
    this.outputs = outputs;
    this.log = log;
    this.outlet = outlet;
    this.pacer = pacer;
    this.clock = clock;
    this.stateDigest = stateDigest;
    this.listener = listener;
    this.nextDigest = machine.instructions() + DIGEST_INTERVAL;
    this.figures = measure(false);
  }

  /** Where typed bytes, frames and the power button go. */
  public InputQueue inputs() {
    return inputs;
  }

  /** Has a command carried out soon, between two instructions, on the machine's thread. */
  public void post(Command command) {
    commands.add(command);
    wake();
  }

  /** The machine; for commands only. */
  public Machine machine() {
    return machine;
  }

  /** The log; for commands only. */
  public EventLogWriter log() {
    return log;
  }

  /** The run ends before the next instruction. Any thread may call it; the first reason counts. */
  public synchronized void end(EndReason reason) {
    if (end == null) {
      end = reason;
    }
    wake();
  }

  /**
   * Whether the guest stands within a request that the host cannot serve. Nothing may be applied or
   * saved then, because a replay knows no such moment.
   */
  public boolean isFaulted() {
    return faulted;
  }

  public Figures figures() {
    return figures;
  }

  /**
   * Lets the machine run for only a part of the time that it would. This is no state: a replay
   * knows nothing of it, and guest time is paced as ever. Any thread may call it.
   *
   * @param percent 1..100
   */
  public void limitSpeed(int percent) {
    speedPercent = Math.clamp(percent, 1, 100);
  }

  /**
   * Lets the machine run for shorter or longer at a time: commands and figures come as often. Any
   * thread may call it.
   */
  public void limitSlice(Duration time) {
    sliceNanos = Math.max(1, time.toNanos());
  }

  /** The date that goes with guest time as it is; for commands. See {@link Pacer#dateOf}. */
  public long guestDate() {
    return pacer.dateOf(machine.ticks());
  }

  /** Whether the run has ended or is about to: no command will be carried out any more. */
  public boolean hasEnded() {
    return end != null;
  }

  private void wake() {
    LockSupport.unpark(thread);
  }

  /**
   * Runs until the guest powers off or a command ends it.
   *
   * @throws IOException if a command fails; the log is complete up to there
   */
  public EndReason run() throws IOException {
    thread = Thread.currentThread();
    while (end == null) {
      if (!faulted) {
        execute(commands.poll());
      }
      if (end == null) {
        if (!faulted) {
          feed();
        }
        step();
      }
      figures = measure(false);
    }
    return Objects.requireNonNull(end);
  }

  private void execute(@Nullable Command command) throws IOException {
    if (command != null) {
      command.execute(this);
    }
  }

  private void feed() {
    Input input = inputs.next(machine);
    if (input == null) {
      return;
    }
    advance(pacer.beforeInput(machine.ticks()));
    while (input != null) {
      record(input);
      input = inputs.next(machine);
    }
  }

  private void step() throws IOException {
    long start = clock.nanos();
    long before = machine.instructions();
    Stop stop = machine.run(before + slice);
    long busy = clock.nanos() - start;
    if (stop == Stop.HOST_FAULT) {
      pause(Objects.requireNonNull(machine.hostFault()));
      return;
    }
    if (faulted) {
      faulted = false;
      listener.continued();
    }
    commitOutputs();
    switch (stop) {
      case REACHED -> {
        adaptSlice(machine.instructions() - before, busy);
        advance(pacer.whileBusy(machine.ticks()));
        waitUntilBehind();
        digestIfDue();
      }
      case IDLE -> idle();
      case HOST_CALL -> answer(Objects.requireNonNull(machine.hostCall()));
      case HALTED -> end(EndReason.POWERED_OFF);
      case HOST_FAULT -> throw new IllegalStateException("handled above");
    }
    int speed = speedPercent;
    if (speed < 100) {
      park(busy * (100 - speed) / speed);
    }
  }

  /** Keeps a slice short enough for input to get in, and long enough to cost nothing. */
  private void adaptSlice(long executed, long nanos) {
    if (nanos > 2 * sliceNanos) {
      slice = Math.max(SHORTEST_SLICE, slice / 2);
    } else if (nanos < sliceNanos && executed >= slice) {
      slice = Math.min(LONGEST_SLICE, slice + slice / 4);
    }
  }

  /** What the machine has put out may be seen once the log leads to it. */
  private void commitOutputs() {
    if (!outputs.isEmpty()) {
      record(new Input.OutputMark(machine.outputDigest()));
      outputs.release(outlet);
    }
  }

  private void idle() {
    Pacer.Idle next = pacer.whenIdle(machine.ticks(), machine.idleTicks());
    if (next.advanceTicks() > 0) {
      advance(next.advanceTicks());
    } else if (commands.isEmpty()) {
      figures = measure(true);
      park(next.waitNanos());
    }
  }

  private void waitUntilBehind() {
    long ahead = pacer.aheadNanos(machine.ticks());
    if (ahead > 0) {
      park(ahead);
    }
  }

  private void park(long nanos) {
    if (nanos == Long.MAX_VALUE) {
      LockSupport.park(this);
    } else {
      LockSupport.parkNanos(this, nanos);
    }
  }

  private void advance(long ticks) {
    if (ticks > 0) {
      record(new Input.ClockAdvance(ticks));
    }
  }

  private void answer(HostCall call) {
    record(
        switch (call) {
          case HostCall.ReadClock c -> new Input.ClockRead(date());
          case HostCall.Entropy e -> {
            byte[] bytes = new byte[e.bytes()];
            random.nextBytes(bytes);
            yield new Input.Entropy(bytes);
          }
        });
  }

  /**
   * The date that goes with guest time, nanoseconds since 1970; for commands and this class. It is
   * what the guest may know, and what a checkpoint holds: the time of an idle guest stands still
   * until it has something to do, and whoever took the host's date instead would lose what it is
   * late for ever.
   */
  public long date() {
    long follows = pacer.dateOf(machine.ticks());
    return follows == 0 ? clock.epochNanos() : follows;
  }

  private void pause(HostFault fault) {
    if (!faulted) {
      faulted = true;
      listener.paused(Objects.requireNonNull(fault.getMessage()));
    }
    park(RETRY_NANOS);
  }

  private void digestIfDue() {
    if (machine.instructions() >= nextDigest) {
      recordDigest();
    }
  }

  /** Writes a digest of the present state to the log; for commands. */
  public Digest128 recordDigest() {
    Digest128 digest = stateDigest.get();
    record(new Input.StateDigest(digest.high(), digest.low()));
    nextDigest = machine.instructions() + DIGEST_INTERVAL;
    return digest;
  }

  /**
   * Writes an input to the log, then applies it; for commands and this class. While the disk has no
   * room for it the guest stands still.
   */
  public void record(Input input) {
    boolean paused = false;
    while (true) {
      try {
        long sequence = log.append(machine.instructions(), input);
        if (paused) {
          listener.continued();
        }
        machine.apply(input);
        listener.appended(sequence, machine.instructions(), input);
        return;
      } catch (IOException e) {
        if (Thread.interrupted()) {
          throw new UncheckedIOException("the log cannot be written", e);
        }
        if (!paused) {
          paused = true;
          listener.paused("the log cannot be written: " + e.getMessage());
        }
        park(RETRY_NANOS);
      }
    }
  }

  private Figures measure(boolean idle) {
    return new Figures(
        machine.instructions(),
        log.position().sequence(),
        log.logicalBytes(),
        machine.ticks(),
        idle);
  }
}
