package org.replaymigrate.recorder.session;

import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.recorder.Checkpointer;

/**
 * Checkpoints that somebody has asked for, one at a time. Each holds pages until it is on the disk,
 * so that those who ask meanwhile share the one that begins then: nobody can make the host hold
 * many.
 */
final class CheckpointRequests {
  private final Consumer<CompletableFuture<Checkpointer.Taken>> beginner;
  private boolean writing;
  private @Nullable CompletableFuture<Checkpointer.Taken> next;

  /**
   * @param beginner begins one and completes what it is given, on any thread
   */
  CheckpointRequests(Consumer<CompletableFuture<Checkpointer.Taken>> beginner) {
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
      begin(wanted);
    }
    return wanted;
  }

  private void begin(CompletableFuture<Checkpointer.Taken> wanted) {
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
    beginner.accept(begun);
  }

  private synchronized void written() {
    writing = false;
    CompletableFuture<Checkpointer.Taken> wanted = next;
    next = null;
    if (wanted != null) {
      begin(wanted);
    }
  }
}
