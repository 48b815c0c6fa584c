package org.replaymigrate.recorder.session;

import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.recorder.Checkpointer;

/**
 * Checkpoints that somebody has asked for, one at a time. Each holds pages until it is on the disk,
 * so that those who ask meanwhile share the one that begins then: nobody can make the host hold
 * many.
 */
final class CheckpointRequests {
  private final BiConsumer<CompletableFuture<Checkpointer.Taken>, Boolean> beginner;
  private boolean writing;
  private @Nullable CompletableFuture<Checkpointer.Taken> next;

  /**
   * @param beginner begins one and completes what it is given, on any thread; told whether nobody
   *     has asked for it
   */
  CheckpointRequests(BiConsumer<CompletableFuture<Checkpointer.Taken>, Boolean> beginner) {
    this.beginner = beginner;
  }

  /** A checkpoint of a state no older than this call. */
  synchronized CompletableFuture<Checkpointer.Taken> ask() {
    if (next != null) {
      return next;
    }
    CompletableFuture<Checkpointer.Taken> wanted = new CompletableFuture<>();
    if (writing) {
      next = wanted;
    } else {
      begin(wanted, false);
    }
    return wanted;
  }

  /** One that nobody has asked for; null if another is being written. */
  synchronized @Nullable CompletableFuture<Checkpointer.Taken> askUnlessBusy() {
    if (writing) {
      return null;
    }
    CompletableFuture<Checkpointer.Taken> wanted = new CompletableFuture<>();
    begin(wanted, true);
    return wanted;
  }

  private void begin(CompletableFuture<Checkpointer.Taken> wanted, boolean automatic) {
    writing = true;
    CompletableFuture<Checkpointer.Taken> begun = new CompletableFuture<>();
    CompletableFuture<?> _ =
        begun.whenComplete((taken, failure) -> {
          if (taken == null) {
            wanted.completeExceptionally(failure);
            written();
          } else {
            CompletableFuture<?> _ = taken.file().whenComplete((file, fault) -> written());
            wanted.complete(taken);
          }
        });
    beginner.accept(begun, automatic);
  }

  private synchronized void written() {
    writing = false;
    CompletableFuture<Checkpointer.Taken> wanted = next;
    next = null;
    if (wanted != null) {
      begin(wanted, false);
    }
  }
}
