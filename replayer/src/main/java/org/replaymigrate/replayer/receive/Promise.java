package org.replaymigrate.replayer.receive;

import java.io.Closeable;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.replaymigrate.protocol.owner.StagedOwnership;

/**
 * Writes PREPARED to the owner file while other things are being done. The file may say so before
 * all is done: as long as the source has not heard of it, it is the owner, and this side may forget
 * what it has.
 */
final class Promise implements Closeable {
  private final StagedOwnership prepared;
  private final CompletableFuture<Boolean> durable = new CompletableFuture<>();
  private boolean begun;

  /**
   * @param prepared closed by this
   */
  Promise(StagedOwnership prepared) {
    this.prepared = prepared;
  }

  /** A change of files. */
  private interface Writing {
    void run() throws IOException;
  }

  /** Begins to write. */
  void begin() {
    begin(() -> {
      prepared.put();
      prepared.sync();
    });
  }

  /** Begins what costs as much, and promises nothing. */
  void rehearse() {
    begin(prepared::rehearse);
  }

  private void begin(Writing writing) {
    begun = true;
    Thread.ofPlatform().daemon().name("promise").start(() -> write(writing));
  }

  private void write(Writing writing) {
    try {
      writing.run();
      durable.complete(true);
    } catch (IOException | RuntimeException e) {
      durable.completeExceptionally(e);
    }
  }

  /** Waits until it is on the disk. */
  void await() throws IOException, InterruptedException {
    try {
      durable.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
    }
  }

  /** Waits until nothing is written any more. */
  @Override
  public void close() throws IOException {
    if (begun) {
      durable.handle((done, failed) -> true).join();
    }
    prepared.close();
  }
}
