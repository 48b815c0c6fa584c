package org.replaymigrate.replayer.receive;

import java.io.IOException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * Makes the base that was received a checkpoint of this host, durably, while its machine is brought
 * up and replays already. As long as it is not done the source is not told how far the replay is:
 * it would stop the guest, which would stand still for the rest of this.
 */
final class BaseImport {
  private final CompletableFuture<Void> done = new CompletableFuture<>();

  /**
   * Begins.
   *
   * @param bytes of the base
   * @param since when it had come, of {@link System#nanoTime}
   */
  BaseImport(BaseFile file, long bytes, long since) {
    Thread.ofPlatform()
        .name("import")
        .daemon()
        .start(() -> {
          try {
            file.become();
            Speeds.RESTORE.measured(bytes, System.nanoTime() - since);
            done.complete(null);
          } catch (IOException | RuntimeException | OutOfMemoryError e) {
            done.completeExceptionally(e);
          }
        });
  }

  /**
   * Whether it is done.
   *
   * @throws IOException if it has failed
   */
  boolean isDone() throws IOException {
    if (!done.isDone()) {
      return false;
    }
    try {
      await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return true;
  }

  /** Has something done when it is; at once if it is already. */
  void whenDone(Runnable action) {
    var _ = done.thenRun(action);
  }

  /**
   * Waits for it.
   *
   * @throws IOException if it fails
   */
  void await() throws IOException, InterruptedException {
    try {
      done.get();
    } catch (ExecutionException | CancellationException e) {
      throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
    }
  }

  /** Waits until it is over, whatever came of it. */
  void awaitEnd() throws InterruptedException {
    try {
      await();
    } catch (IOException e) {
      // Nobody needs it any more.
    }
  }
}
