package org.replaymigrate.replayer;

import com.lmax.disruptor.EventHandler;
import com.lmax.disruptor.ExceptionHandler;
import com.lmax.disruptor.PhasedBackoffWaitStrategy;
import com.lmax.disruptor.RingBuffer;
import com.lmax.disruptor.dsl.Disruptor;
import com.lmax.disruptor.dsl.ProducerType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.protocol.digest.Digest128;
import org.replaymigrate.replayer.ReplayResult.Outcome;
import org.replaymigrate.vkernel.Machine;

/**
 * One replay: brings a machine from where it stands through the events of a source. {@link #run}
 * blocks; other threads may {@link #cancel} it and ask for its {@link #progress}. While it runs,
 * the machine belongs to a thread of the replay, so its RAM must be accessible from any thread.
 */
public final class Replay {
  private static final int RING = 1024;

  /** How long a stage is given to notice that it is to end before it is told again. */
  private static final long HALT_MILLIS = 10;

  private static final long FULL_NAP_NANOS = 100_000;
  private static final long PROGRESS_NANOS = 100_000_000;

  private final Machine machine;
  private final Supplier<Digest128> stateDigest;
  private final EventSource source;
  private final ReplayOptions options;

  private final long firstSequence;
  private final long startInstructions;
  private final EventApplier applier;
  private final ApplyStage apply;
  private final CompletableFuture<Outcome> over = new CompletableFuture<>();
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean closing;
  private long nextProgress = System.nanoTime();

  /**
   * @param machine where the source begins
   * @param stateDigest of the whole state as it is; called on the thread that has the machine
   * @param source its first event is number {@code sequence}; closed when the replay ends
   */
  public Replay(
      Machine machine,
      Supplier<Digest128> stateDigest,
      EventSource source,
      long sequence,
      ReplayOptions options) {
    this.machine = machine;
    this.stateDigest = stateDigest;
    this.source = source;
    this.options = options;
    this.firstSequence = sequence;
    this.startInstructions = machine.instructions();
    this.applier =
        new EventApplier(
            machine,
            options.verifyStates() ? stateDigest : null,
            options.checkpoints(),
            options.hostWait(),
            this::afterSlice);
    this.apply = new ApplyStage(machine, sequence, applier, options);
  }

  /**
   * Builds the pipeline. Every arrow is a hand-over between threads; the ring behind them has room
   * for {@value #RING} entries, and when it is full receiving waits, so that a sender is held back.
   *
   * <pre>
   *   source ─▶ receive ─▶ EventCheck ─┬─▶ ApplyStage ───────┬─▶ AcknowledgeStage ─▶ over
   *             (a thread   decode,    │   run to the count, │   position, end
   *              of ours)   check      │   apply, compare    │
   *                                    └─▶ JournalStage ─────┘
   * </pre>
   *
   * An exception in a stage ends the replay: it does not come to the event behind. A source or an
   * entry that is damaged travels with its slot instead, so that everything before it is applied.
   */
  private Disruptor<Slot> pipeline() {
    Disruptor<Slot> disruptor =
        new Disruptor<>(
            Slot::new,
            RING,
            this::newThread,
            ProducerType.SINGLE,
            new PhasedBackoffWaitStrategy(
                1, 1000, TimeUnit.MICROSECONDS, new ParkingWaitStrategy()));
    disruptor.setDefaultExceptionHandler(new EndsReplay());
    EventHandler<Slot> check = new EventCheck(firstSequence, startInstructions);
    EventHandler<Slot> acknowledge = new AcknowledgeStage(options.acknowledgement(), over);
    Journal journal = options.journal();
    if (journal == null) {
      disruptor.handleEventsWith(check).then(apply).then(acknowledge);
    } else {
      disruptor.handleEventsWith(check).then(apply, new JournalStage(journal)).then(acknowledge);
    }
    return disruptor;
  }

  /**
   * Replays. May be called once. When it returns or throws, all threads have ended, and the machine
   * is the caller's again.
   *
   * @throws IOException if the source is damaged; {@link #progress} tells how far it came
   * @throws InterruptedException if the calling thread is interrupted: the replay is cancelled
   */
  public ReplayResult run() throws IOException, InterruptedException {
    long start = System.nanoTime();
    Disruptor<Slot> disruptor = pipeline();
    RingBuffer<Slot> ring = disruptor.getRingBuffer();
    Outcome outcome;
    try {
      disruptor.start();
      newThread(() -> receive(ring)).start();
      outcome = over.get();
    } catch (ExecutionException e) {
      throw failure(e.getCause());
    } finally {
      end(disruptor);
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    return new ReplayResult(
        outcome,
        startInstructions,
        machine.instructions(),
        apply.sequence(),
        apply.events(),
        apply.bytes(),
        applier.digestsChecked(),
        apply.divergences(),
        apply.divergenceCount(),
        seconds,
        outcome == Outcome.CANCELLED ? Digest128.NONE : stateDigest.get());
  }

  /** Ends the replay soon, wherever it is; {@link #run} returns then. */
  public void cancel() {
    over.complete(Outcome.CANCELLED);
  }

  /** How far it is. */
  public ReplayProgress progress() {
    return new ReplayProgress(
        apply.events(), apply.sequence(), apply.instructions(), startInstructions, source.extent());
  }

  private void receive(RingBuffer<Slot> ring) {
    try {
      Entry entry;
      do {
        entry = source.take();
        publish(ring, entry, null);
      } while (entry != null && !closing);
    } catch (IOException e) {
      publish(ring, null, e);
    } catch (InterruptedException | RuntimeException | Error e) {
      over.completeExceptionally(e); // without effect when the replay has ended
    }
  }

  private void publish(RingBuffer<Slot> ring, @Nullable Entry entry, @Nullable IOException broken) {
    while (!ring.hasAvailableCapacity(1)) {
      if (closing) {
        return;
      }
      LockSupport.parkNanos(this, FULL_NAP_NANOS);
    }
    long position = ring.next();
    Slot slot = ring.get(position);
    slot.entry = entry;
    slot.broken = broken;
    ring.publish(position);
  }

  private void afterSlice() {
    if (over.isDone()) {
      throw new CancellationException();
    }
    apply.updateInstructions();
    long now = System.nanoTime();
    if (now - nextProgress >= 0) {
      nextProgress = now + PROGRESS_NANOS;
      options.progress().accept(progress());
    }
  }

  /**
   * A thread that has ended keeps its task, and Disruptor with assertions on keeps the producing
   * thread for ever: so the task is let go, or the machine and its RAM would stay with it.
   */
  private Thread newThread(Runnable task) {
    AtomicReference<@Nullable Runnable> once = new AtomicReference<>(task);
    Runnable run = () -> Objects.requireNonNull(once.getAndSet(null)).run();
    CompletableFuture<Outcome> whole = over;
    Thread thread = Thread.ofPlatform().daemon().name("replay-", threads.size()).unstarted(run);
    thread.setUncaughtExceptionHandler((t, e) -> whole.completeExceptionally(e));
    threads.add(thread);
    return thread;
  }

  /** Leaves no thread behind. */
  private void end(Disruptor<Slot> disruptor) throws IOException {
    closing = true;
    boolean interrupted = false;
    try {
      source.close();
    } finally {
      // Only the receiving thread, the last one, may be interrupted: others may be writing files.
      threads.getLast().interrupt();
      for (Thread thread : threads) {
        interrupted |= haltUntilEnded(disruptor, thread);
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /**
   * Halts the pipeline until a thread of it has ended; again and again, because stages that wait
   * for the same one share an alert, and one that is only just starting takes back what the other
   * has not seen yet.
   *
   * @return whether the calling thread was interrupted meanwhile
   */
  private static boolean haltUntilEnded(Disruptor<Slot> disruptor, Thread thread) {
    boolean interrupted = false;
    while (thread.isAlive()) {
      disruptor.halt();
      try {
        thread.join(HALT_MILLIS);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    return interrupted;
  }

  /** The exception to throw in the caller's thread for one of another thread. */
  private static IOException failure(@Nullable Throwable cause) throws InterruptedException {
    return switch (cause) {
      case IOException e -> e;
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      case InterruptedException e -> throw e;
      case null, default -> new IOException(cause);
    };
  }

  /** Thrown on, an exception ends the stage's thread before the stage counts the event as done. */
  private final class EndsReplay implements ExceptionHandler<Slot> {
    @Override
    public void handleEventException(Throwable thrown, long position, @Nullable Slot slot) {
      over.completeExceptionally(thrown);
      throw new CancellationException();
    }

    @Override
    public void handleOnStartException(Throwable thrown) {
      over.completeExceptionally(thrown);
    }

    @Override
    public void handleOnShutdownException(Throwable thrown) {
      over.completeExceptionally(thrown);
    }
  }
}
