package org.replaymigrate.recorder.ship;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.replaymigrate.recorder.Recorder;
import org.replaymigrate.recorder.ship.ShipmentProgress.Phase;

/**
 * The last moments before the guest is stopped: makes what will be left to do then small. Both
 * sides compute their digests once more, so that the one at the stop covers the pages of these
 * moments only; the guest runs in short slices, each sent at once, so that the destination is a few
 * milliseconds behind at most. If that is not so soon, the guest runs at half its speed until it
 * is, or for as long as is worth it.
 */
final class FinalApproach {
  private static final Duration SLICE = Duration.ofMillis(1);
  private static final long POLL_MILLIS = 1;

  /** A lag with which the guest is stopped. */
  private static final long CLOSE_MILLIS = 2;

  private static final long FULL_SPEED_NANOS = 50_000_000;
  private static final int PERCENT = 50;

  /** When the shortest lag that was seen is close: the network's round trip is in it. */
  private static final long PATIENCE_NANOS = 150_000_000;

  /** For how long it is tried. */
  private static final long LONGEST_NANOS = 500_000_000;

  private final Crossing crossing;
  private final LagWatch watch;
  private final long tolerated;

  /**
   * @param tolerated milliseconds by which the destination may be behind in any case
   */
  FinalApproach(Crossing crossing, LagWatch watch, long tolerated) {
    this.crossing = crossing;
    this.watch = watch;
    this.tolerated = tolerated;
  }

  /**
   * Returns whether the guest is to be stopped now; else the destination has fallen behind.
   *
   * @param percent of its full speed at which the guest runs already, at most
   */
  boolean run(int percent) throws IOException, InterruptedException {
    crossing.progress().enter(Phase.HANDING_OVER, 0);
    Recorder recorder = crossing.recorder();
    recorder.limitSlice(SLICE);
    long digested = digest(recorder);
    long since = crossing.clock().nanos();
    long best = Long.MAX_VALUE;
    while (!watch.lost()) {
      long lagMillis = watch.step();
      long passed = crossing.clock().nanos() - since;
      boolean compared = watch.sequence() >= digested;
      best = Math.min(best, lagMillis);
      long close = passed > PATIENCE_NANOS ? Math.max(CLOSE_MILLIS, best + 1) : CLOSE_MILLIS;
      if (compared && lagMillis <= close) {
        return lagMillis <= tolerated;
      }
      if (passed > LONGEST_NANOS) {
        return compared && lagMillis <= tolerated;
      }
      if (passed > FULL_SPEED_NANOS) {
        recorder.limitSpeed(Math.min(percent, PERCENT));
      }
      Thread.sleep(POLL_MILLIS);
    }
    return true;
  }

  /** Has a digest recorded; returns the number of the event behind it. */
  private long digest(Recorder recorder) throws IOException, InterruptedException {
    CompletableFuture<Long> recorded = new CompletableFuture<>();
    recorder.post(r -> {
      r.recordDigest();
      recorded.complete(r.log().position().sequence());
    });
    return crossing.await(recorded);
  }
}
