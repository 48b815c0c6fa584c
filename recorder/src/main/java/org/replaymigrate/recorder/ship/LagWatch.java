package org.replaymigrate.recorder.ship;

import java.io.IOException;
import org.replaymigrate.protocol.fault.CrashPoint;
import org.replaymigrate.protocol.wire.WireMessage;

/** Sends what there is of the log, and tells how far behind the destination is that replays it. */
final class LagWatch {
  private final Crossing crossing;
  private final LogFeed feed;
  private final LagMeter meter = new LagMeter();
  private long sequence = -1;

  LagWatch(Crossing crossing, LogFeed feed) {
    this.crossing = crossing;
    this.feed = feed;
  }

  /**
   * Sends, and measures.
   *
   * @return milliseconds which the destination needs to be where the source is
   */
  long step() throws IOException, InterruptedException {
    crossing.check();
    long reached = crossing.recorder().figures().instructions();
    feed.send();
    long horizon = feed.horizon(reached);
    CrashPoint.SOURCE_LOG_SENT.reached();
    WireMessage.Applied report = crossing.destination().applied();
    long applied = crossing.figures().baseInstructions;
    if (report != null) {
      applied = report.instructions();
      sequence = report.sequence();
    }
    meter.report(crossing.clock().nanos(), applied, horizon > applied);
    long lagMillis = meter.millisFor(horizon - applied);
    crossing.step(0, horizon - applied, lagMillis);
    return lagMillis;
  }

  /** The event that the destination comes to next; -1 as long as it has not said anything. */
  long sequence() {
    return sequence;
  }

  /** Whether its replay has gone wrong: it will not catch up, but can be shown what differs. */
  boolean lost() {
    return crossing.destination().diverged() != null;
  }
}
