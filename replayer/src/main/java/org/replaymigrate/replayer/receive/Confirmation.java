package org.replaymigrate.replayer.receive;

import java.io.Closeable;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.replaymigrate.protocol.fault.CrashPoint;
import org.replaymigrate.protocol.owner.StagedOwnership;
import org.replaymigrate.protocol.wire.WireConnection;
import org.replaymigrate.protocol.wire.WireMessage;

/**
 * What is left to do when the vkernel runs here: to bring that to the disk, and to tell the source.
 * The guest does not wait for it. Should the host lose power before it is on the disk, the file
 * says PREPARED again, and the source's GIVEN still decides.
 */
final class Confirmation implements Closeable {
  private final WireConnection connection;
  private final StagedOwnership owned;
  private final Consumer<String> listener;
  private final AtomicBoolean begun = new AtomicBoolean();
  private boolean taken;
  private volatile long commitHeard;
  private volatile long replay;
  private volatile long sync;

  /**
   * @param owned closed by this
   */
  Confirmation(WireConnection connection, StagedOwnership owned, Consumer<String> listener) {
    this.connection = connection;
    this.owned = owned;
    this.listener = listener;
  }

  /** How long the parts before the decision have taken, nanoseconds. */
  void prepared(long replayNanos, long syncNanos) {
    replay = replayNanos;
    sync = syncNanos;
  }

  /** The decision has been heard: from now on every process here sees who the owner is. */
  void take() throws IOException {
    commitHeard = System.nanoTime();
    CrashPoint.DESTINATION_BEFORE_OWNED.reached();
    owned.put();
    taken = true;
    CrashPoint.DESTINATION_AFTER_OWNED.reached();
  }

  /** The vkernel runs, or never will; only the first call counts. */
  void running() {
    if (begun.compareAndSet(false, true)) {
      long since = System.nanoTime();
      Thread.ofVirtual().name("confirm to " + connection.peer()).start(() -> confirm(since));
    }
  }

  private void confirm(long since) {
    try (connection;
        owned) {
      owned.sync();
      connection.send(
          new WireMessage.Landed(replay, sync, since - commitHeard, System.nanoTime() - since),
          false);
      connection.send(new WireMessage.Live());
      CrashPoint.DESTINATION_LIVE_SENT.reached();
    } catch (IOException e) {
      listener.accept(
          connection.peer()
              + ": did not hear that the vkernel is live here ("
              + e.getMessage()
              + ")");
    }
  }

  /** Nothing will be confirmed, unless the decision has been heard. */
  @Override
  public void close() throws IOException {
    if (!taken) {
      owned.close();
    }
  }
}
