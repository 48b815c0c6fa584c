package org.replaymigrate.recorder.ship;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.protocol.digest.Digest128;
import org.replaymigrate.protocol.fault.CrashPoint;
import org.replaymigrate.protocol.wire.WireMessage;
import org.replaymigrate.recorder.ship.ShipmentProgress.Phase;

/** The part of a shipment in which the guest stands still: stop, compare, decide, tell. */
final class HandOver {
  private static final long POLL_MILLIS = 5;

  /**
   * What is granted beyond the estimate once the guest stands still: this many times the downtime
   * that is allowed, but no less than the milliseconds.
   */
  private static final int GRACE = 10;

  private static final long LEAST_GRACE_MILLIS = 5_000;

  /** What is granted to a destination that has to be shown what differs. */
  private static final long REPAIR_MILLIS = 120_000;

  /** And for how long it may be silent meanwhile: it may have to write a checkpoint. */
  private static final long REPAIR_SILENCE_MILLIS = 20_000;

  private static final long LIVE_MILLIS = 20_000;

  private final Crossing crossing;
  private final Destination destination;
  private final ShipmentFigures figures;
  private final Standstill standstill;
  private final Stopwatch stopwatch;

  HandOver(Crossing crossing, Standstill standstill) {
    this.crossing = crossing;
    this.destination = crossing.destination();
    this.figures = crossing.figures();
    this.standstill = standstill;
    this.stopwatch = new Stopwatch(crossing.clock());
  }

  /**
   * Stops the guest, sends the rest, and waits until both sides are in the same state.
   *
   * @param last by which the destination comes to where the guest stands; null if the log leads
   *     there
   */
  void prepare(LogFeed feed, @Nullable LeapTransfer last) throws IOException, InterruptedException {
    Standstill.Where where = stop(last);
    if (last != null) {
      feed.skipTo(last.send().position());
    }
    long sequence = where.position().sequence();
    feed.send(sequence);
    figures.logBytes = feed.bytes();
    destination
        .connection()
        .send(
            new WireMessage.Stop(
                sequence, where.position().instructions(), where.digest(), where.epochNanos()));
    stopwatch.stopSent();
    CrashPoint.SOURCE_STOP_SENT.reached();
    Digest128 there = awaitPrepared();
    stopwatch.preparedHeard();
    figures.digestMatch = there.equals(where.digest());
    if (!figures.digestMatch) {
      throw new ShipmentException(
          destination.name() + ": its state " + there + " differs from " + where.digest() + " here",
          false);
    }
  }

  private Standstill.Where stop(@Nullable LeapTransfer last)
      throws IOException, InterruptedException {
    CrashPoint.SOURCE_BEFORE_STOP.reached();
    crossing
        .recorder()
        .post(r -> {
          if (last != null) {
            last.hold(r); // in the same command: nothing executes between that and the stop
          }
          standstill.execute(r);
        });
    Standstill.Where where = crossing.await(standstill.where());
    stopwatch.stopped();
    figures.stopInstructions = where.position().instructions();
    CrashPoint.SOURCE_STOPPED.reached();
    return where;
  }

  /** Waits until the destination has everything; shows it what differs, if something does. */
  private Digest128 awaitPrepared() throws IOException, InterruptedException {
    RepairDesk desk = new RepairDesk(crossing.cargo().hosted());
    long since = crossing.clock().nanos();
    long heard = since;
    long before = destination.connection().bytesSent();
    while (true) {
      WireMessage message = destination.next(POLL_MILLIS);
      checkGrace(since, heard);
      heard = message == null ? heard : crossing.clock().nanos();
      switch (message) {
        case null -> {}
        case WireMessage.Diverged d -> crossing.progress().enter(Phase.REPAIRING, 0);
        case WireMessage.Prepared p -> {
          figures.repairedPages = desk.pages();
          figures.pageBytes = destination.connection().bytesSent() - before;
          WireMessage.@Nullable Diverged diverged = destination.diverged();
          figures.divergence = diverged == null ? "" : diverged.what();
          return p.digest();
        }
        default -> destination.connection().send(desk.answer(message));
      }
    }
  }

  private void checkGrace(long since, long heard) throws ShipmentException {
    long now = crossing.clock().nanos();
    boolean repairing = destination.diverged() != null;
    long grace =
        repairing
            ? REPAIR_MILLIS
            : Math.max(LEAST_GRACE_MILLIS, GRACE * crossing.options().maxDowntime().toMillis());
    if (now - since > grace * 1_000_000
        || repairing && now - heard > REPAIR_SILENCE_MILLIS * 1_000_000) {
      throw new ShipmentException(
          destination.name()
              + ": has not come up within "
              + (now - since) / 1_000_000
              + " ms of the stop; the guest goes on here",
          false);
    }
  }

  /** Tells the destination of the decision, and waits until the guest runs there. */
  void commit() throws IOException, InterruptedException {
    destination.connection().send(new WireMessage.Commit());
    stopwatch.commitSent();
    CrashPoint.SOURCE_COMMIT_SENT.reached();
    crossing.progress().enter(Phase.COMMITTED, 0);
    WireMessage.Landed landed = destination.awaitLive(LIVE_MILLIS);
    Standstill.Where where = standstill.where().getNow(null);
    if (landed != null && where != null) {
      figures.downtime = stopwatch.landed(where.sinceNanos(), landed);
    }
    CrashPoint.SOURCE_LIVE_HEARD.reached();
    figures.carried(destination.connection());
    crossing.progress().enter(Phase.DONE, 0);
  }
}
