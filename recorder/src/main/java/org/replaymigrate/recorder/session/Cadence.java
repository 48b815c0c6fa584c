package org.replaymigrate.recorder.session;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.replaymigrate.protocol.home.VkernelFolder;
import org.replaymigrate.protocol.upkeep.Sweep;
import org.replaymigrate.protocol.upkeep.Thinning;
import org.replaymigrate.recorder.Checkpointer;
import org.replaymigrate.recorder.HostClock;
import org.replaymigrate.recorder.Recorder;

/**
 * Takes checkpoints by itself while a vkernel runs, as {@link CadenceRule} says, and removes older
 * ones that it has taken, with what they alone needed. On a thread of its own.
 */
final class Cadence implements AutoCloseable {
  /** As many of the newest stay; of those that somebody asked for, all. */
  private static final Thinning THINNING = new Thinning(8, true, false);

  private static final int LOOKS = 8;
  private static final long LONGEST_LOOK_MILLIS = 1000;

  private final VkernelFolder folder;
  private final CheckpointRequests requests;
  private final Recorder recorder;
  private final HostClock clock;
  private final CadenceRule rule;
  private final long lookMillis;
  private final Thread thread;

  /**
   * Begins.
   *
   * @param every how often to take one, if it is worth it
   */
  Cadence(
      Duration every,
      VkernelFolder folder,
      CheckpointRequests requests,
      Recorder recorder,
      HostClock clock) {
    this.folder = folder;
    this.requests = requests;
    this.recorder = recorder;
    this.clock = clock;
    this.rule = new CadenceRule(every, clock.nanos(), recorder.figures().instructions());
    this.lookMillis = Math.clamp(every.toMillis() / LOOKS, 1, LONGEST_LOOK_MILLIS);
    this.thread = Thread.ofPlatform().daemon().name("cadence").start(this::run);
  }

  @SuppressWarnings("InterruptedExceptionSwallowed") // that is how it ends
  private void run() {
    try {
      while (!recorder.hasEnded()) {
        Thread.sleep(lookMillis);
        if (rule.due(clock.nanos(), recorder.figures().instructions())) {
          take();
        }
      }
    } catch (InterruptedException e) {
      // It has ended.
    }
  }

  private void take() throws InterruptedException {
    long start = clock.nanos();
    CompletableFuture<Checkpointer.Taken> asked = requests.askUnlessBusy();
    if (asked == null) {
      return;
    }
    long instructions = recorder.figures().instructions();
    try {
      Checkpointer.Taken taken = asked.get();
      instructions = taken.position().instructions();
      taken.file().get();
      if (!THINNING.thin(folder.checkpoints()).isEmpty()) {
        boolean _ = new Sweep(folder.home()).run(0); // or the next time
      }
    } catch (ExecutionException | IOException e) {
      // The guest goes on. A disk that is full may have room later: it counts as one that was
      // taken.
    }
    rule.taken(start, instructions, clock.nanos() - start);
  }

  /** Ends it; one that is being written is given up with the run. */
  @Override
  public void close() {
    thread.interrupt();
  }
}
