package org.replaymigrate.recorder.ship;

import java.io.IOException;
import org.replaymigrate.recorder.Recorder;
import org.replaymigrate.recorder.ship.ShipmentProgress.Phase;

/** Sends the log as it grows until the destination, which replays it, is close behind. */
final class Pursuit {
  private static final long POLL_MILLIS = 5;

  /** Of the downtime that is allowed, what the destination may be behind at the end of this. */
  private static final int REST_SHARE = 4;

  private final Crossing crossing;
  private final LagWatch watch;
  private final long close;
  private final Convergence convergence = new Convergence();

  Pursuit(Crossing crossing, LagWatch watch) {
    this.crossing = crossing;
    this.watch = watch;
    this.close = Math.max(1, crossing.options().maxDowntime().toMillis() / REST_SHARE);
  }

  /** Returns when the guest is to be stopped. */
  void run() throws IOException, InterruptedException {
    // From here on digests cost what has changed: the one at the hand-over must not cost all of
    // RAM.
    crossing.recorder().post(Recorder::recordDigest);
    FinalApproach approach = new FinalApproach(crossing, watch, close);
    do {
      catchUp();
    } while (!approach.run());
  }

  /** Returns when the destination will soon be where the source is. */
  private void catchUp() throws IOException, InterruptedException {
    crossing.progress().enter(Phase.CATCHING_UP, 0);
    Recorder recorder = crossing.recorder();
    while (true) {
      long lagMillis = watch.step();
      boolean heard = watch.sequence() >= 0;
      if (watch.lost() || heard && lagMillis <= close) {
        return;
      }
      if (heard) {
        recorder.limitSpeed(convergence.look(crossing.clock().nanos(), lagMillis));
      }
      Thread.sleep(POLL_MILLIS);
    }
  }
}
