package org.replaymigrate.recorder.ship;

import java.io.Closeable;
import java.io.IOException;
import org.replaymigrate.protocol.fault.CrashPoint;
import org.replaymigrate.protocol.log.LogPosition;
import org.replaymigrate.protocol.wire.WireMessage;

/** Sends what there is of the log, and tells how far behind the destination is that replays it. */
final class LagWatch implements Closeable {
  private final Crossing crossing;
  private final LagMeter meter = new LagMeter();
  private final LogFeed feed;

  /** Where the destination began: its base, or the last leap. */
  private long firstSequence;

  private long firstInstructions;
  private long sequence = -1;

  /**
   * @param start of the log that is sent
   */
  LagWatch(Crossing crossing, LogPosition start) throws IOException {
    this.crossing = crossing;
    this.firstSequence = start.sequence();
    this.firstInstructions = start.instructions();
    this.feed =
        new LogFeed(crossing.cargo().log().read(start), crossing.destination().connection());
  }

  /**
   * The destination begins somewhere else; what it says of what was before does not count.
   *
   * @param position in the log, which goes on there
   * @param reached the count there
   */
  void restart(LogPosition position, long reached) throws IOException {
    feed.skipTo(position);
    firstSequence = position.sequence();
    firstInstructions = reached;
    sequence = -1;
    meter.restart();
  }

  /** The log, behind what was sent of it. */
  LogFeed feed() {
    return feed;
  }

  /**
   * Sends, and measures.
   *
   * @return milliseconds which the destination needs to be where the source is
   */
  long step() throws IOException, InterruptedException {
    crossing.check();
    // The figures may be those of a moment before the leap.
    long reached = Math.max(firstInstructions, crossing.recorder().figures().instructions());
    // While the link is broken the log waits as it is: a link that is cut again and again must not
    // have more to carry each time.
    long horizon = 0;
    if (crossing.destination().connection().isWhole()) {
      boolean all = feed.send();
      horizon = feed.horizon(all ? reached : 0);
      CrashPoint.SOURCE_LOG_SENT.reached();
    }
    WireMessage.Applied report = crossing.destination().applied();
    long applied = firstInstructions;
    if (report != null
        && report.sequence() >= firstSequence
        && report.instructions() >= firstInstructions) {
      applied = report.instructions();
      sequence = report.sequence();
    }
    meter.report(crossing.clock().nanos(), applied, horizon > applied);
    long behind = Math.max(reached, horizon) - applied;
    long lagMillis = meter.millisFor(behind);
    crossing.step(0, behind, lagMillis);
    return lagMillis;
  }

  /** The event that the destination comes to next; -1 as long as it has not said anything of it. */
  long sequence() {
    return sequence;
  }

  /** Whether its replay has gone wrong: it will not catch up, but can be shown what differs. */
  boolean lost() {
    return crossing.destination().diverged() != null;
  }

  @Override
  public void close() throws IOException {
    feed.close();
  }
}
