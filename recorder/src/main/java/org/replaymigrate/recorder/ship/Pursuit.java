package org.replaymigrate.recorder.ship;

import java.io.IOException;
import org.replaymigrate.protocol.fault.CrashPoint;
import org.replaymigrate.protocol.wire.WireMessage;
import org.replaymigrate.recorder.Recorder;
import org.replaymigrate.recorder.ship.ShipmentProgress.Phase;

/** Sends the log as it grows until the destination, which replays it, is close behind. */
final class Pursuit {
  private static final long POLL_MILLIS = 5;

  /**
   * Of the downtime that is allowed, what replaying the rest may take: the others need time too.
   */
  private static final int REST_SHARE = 4;

  private final Crossing crossing;
  private final LogFeed feed;
  private final LagMeter lag = new LagMeter();
  private final Convergence convergence = new Convergence();

  Pursuit(Crossing crossing, LogFeed feed) {
    this.crossing = crossing;
    this.feed = feed;
  }

  /** Returns when the guest can be stopped. */
  void run() throws IOException, InterruptedException {
    crossing.progress().enter(Phase.CATCHING_UP, 0);
    Recorder recorder = crossing.recorder();
    // From here on digests cost what has changed: the one at the hand-over must not cost all of
    // RAM.
    recorder.post(Recorder::recordDigest);
    long close = Math.max(1, crossing.options().maxDowntime().toMillis() / REST_SHARE);
    while (true) {
      crossing.check();
      long reached = recorder.figures().instructions();
      feed.send();
      long horizon = feed.horizon(reached);
      CrashPoint.SOURCE_LOG_SENT.reached();
      WireMessage.Applied report = crossing.destination().applied();
      long applied = report == null ? crossing.figures().baseInstructions : report.instructions();
      lag.report(crossing.clock().nanos(), applied, horizon > applied);
      long lagMillis = lag.millisFor(horizon - applied);
      crossing.step(0, horizon - applied, lagMillis);
      // One that is lost will not catch up, but can be shown what differs.
      boolean lost = crossing.destination().diverged() != null;
      if (lost || report != null && lagMillis <= close) {
        return;
      }
      if (report != null) {
        recorder.limitSpeed(convergence.look(crossing.clock().nanos(), lagMillis));
      }
      Thread.sleep(POLL_MILLIS);
    }
  }
}
