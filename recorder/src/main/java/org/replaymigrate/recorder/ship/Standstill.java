package org.replaymigrate.recorder.ship;

import java.util.concurrent.CompletableFuture;
import org.replaymigrate.protocol.digest.Digest128;
import org.replaymigrate.protocol.log.LogPosition;
import org.replaymigrate.recorder.HostClock;
import org.replaymigrate.recorder.Recorder;

/**
 * Holds the guest still while it is decided where it goes on. A command of the recorder: the
 * machine's thread waits in it, and so nothing executes here between the last event that was sent
 * and the decision.
 */
final class Standstill implements Recorder.Command {
  /**
   * Where the guest stands.
   *
   * @param epochNanos the date that goes with guest time there
   * @param sinceNanos when it was stopped, by the clock that never jumps
   */
  record Where(LogPosition position, Digest128 digest, long epochNanos, long sinceNanos) {}

  private final HostClock clock;
  private final CompletableFuture<Where> where = new CompletableFuture<>();
  private final CompletableFuture<Boolean> givenAway = new CompletableFuture<>();

  Standstill(HostClock clock) {
    this.clock = clock;
  }

  @Override
  public void execute(Recorder recorder) {
    if (givenAway.isDone()) {
      return;
    }
    long since = clock.nanos();
    try {
      // The log need not be on the disk: what counts from now on is the destination's copy, and
      // until that is durable and told to be, the guest is as safe here as it was while it ran.
      Digest128 digest = recorder.recordDigest();
      where.complete(new Where(recorder.log().position(), digest, recorder.guestDate(), since));
    } catch (RuntimeException e) {
      where.completeExceptionally(e);
      return;
    }
    if (givenAway.join()) {
      recorder.end(Recorder.EndReason.MIGRATED);
    }
  }

  /** Completed once the guest stands still. */
  CompletableFuture<Where> where() {
    return where;
  }

  /** The guest goes on here. Without effect after {@link #give}. */
  void goOn() {
    givenAway.complete(false);
  }

  /** The guest goes on elsewhere; the run here ends. */
  void give() {
    givenAway.complete(true);
  }
}
