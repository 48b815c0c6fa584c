package org.replaymigrate.recorder.ship;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.protocol.owner.StagedOwnership;
import org.replaymigrate.protocol.wire.WireMessage;
import org.replaymigrate.recorder.HostClock;

/**
 * A hand-over in which nothing changes hands: the guest stands still only for its digest, and runs
 * on while the destination does all that it would have waited for. What the guest would have waited
 * for is measured.
 */
final class Rehearsal {
  private static final long POLL_MILLIS = 5;
  private static final long LONGEST_NANOS = 60_000_000_000L;

  private final Crossing crossing;
  private final HostClock clock;

  Rehearsal(Crossing crossing) {
    this.crossing = crossing;
    this.clock = crossing.clock();
  }

  private record Moment(WireMessage.Stop stop, long digestNanos) {}

  /**
   * Does it.
   *
   * @param last by which the destination comes to where the guest stands; null if the log leads
   *     there
   * @param given what would be decided; written only as a trial
   */
  void run(LogFeed feed, @Nullable LeapTransfer last, StagedOwnership given)
      throws IOException, InterruptedException {
    CompletableFuture<Moment> taken = new CompletableFuture<>();
    crossing
        .recorder()
        .post(r -> {
          long since = clock.nanos();
          if (last != null) {
            last.hold(r);
          }
          var digest = r.recordDigest();
          var position = r.log().position();
          taken.complete(
              new Moment(
                  new WireMessage.Stop(
                      position.sequence(), position.instructions(), digest, r.guestDate()),
                  clock.nanos() - since));
        });
    Moment moment = crossing.await(taken);
    long stopped = clock.nanos();
    if (last != null) {
      feed.skipTo(last.send().position());
    }
    feed.send(moment.stop().sequence());
    crossing.destination().connection().send(new WireMessage.Rehearse(moment.stop()));
    long sent = clock.nanos();
    WireMessage.Rehearsed there = await(sent);
    long answered = clock.nanos();
    given.rehearse();
    long decided = clock.nanos();

    ShipmentFigures figures = crossing.figures();
    figures.rehearsed = true;
    figures.logBytes = feed.bytes();
    figures.stopInstructions = moment.stop().instructions();
    figures.carried(crossing.destination().connection());
    figures.digestMatch = there.digest().equals(moment.stop().digest());
    long round = Math.max(0, answered - sent - there.replay() - there.sync());
    figures.downtime =
        new DowntimeParts(
            moment.digestNanos(),
            sent - stopped,
            there.replay(),
            there.sync(),
            decided - answered,
            0, // known only when it really starts
            2 * round);
  }

  private WireMessage.Rehearsed await(long since) throws IOException, InterruptedException {
    while (true) {
      crossing.check();
      if (crossing.destination().next(POLL_MILLIS) instanceof WireMessage.Rehearsed rehearsed) {
        return rehearsed;
      }
      if (clock.nanos() - since > LONGEST_NANOS) {
        throw new ShipmentException(crossing.destination().name() + ": did not answer", false);
      }
    }
  }
}
