package org.replaymigrate.replayer.receive;

import java.io.IOException;
import java.util.function.Consumer;
import org.replaymigrate.protocol.fault.CrashPoint;
import org.replaymigrate.protocol.home.VkernelLock;
import org.replaymigrate.protocol.wire.WireConnection;
import org.replaymigrate.protocol.wire.WireMessage;

/**
 * What the destination does from the moment at which the source's guest stands still, until only
 * the source's word is missing: comes to the same state, has all of it on the disk, and what will
 * run it ready. Nobody runs meanwhile; so what waits for the disk is done beside what takes time.
 *
 * <pre>
 *   Stop ─┬─▶ replays the rest ─▶ compares ─▶ makes ready ─┬─▶ Prepared
 *         ├─▶ log to the disk ─────────────────────────────┤
 *         └─▶ owner file: PREPARED ────────────────────────┘
 * </pre>
 */
final class Takeover {
  private final WireConnection connection;
  private final Rebuilding machine;
  private final CatchUp replay;
  private final LogKeeper keeper;
  private final Consumer<String> listener;
  private final int silenceMillis;
  private long heard;
  private long replayed;

  Takeover(
      WireConnection connection,
      Rebuilding machine,
      CatchUp replay,
      LogKeeper keeper,
      Consumer<String> listener,
      int silenceMillis) {
    this.connection = connection;
    this.machine = machine;
    this.replay = replay;
    this.keeper = keeper;
    this.listener = listener;
    this.silenceMillis = silenceMillis;
  }

  /**
   * Comes to the source's state, which is corrected if need be.
   *
   * @param promise begins to be written meanwhile
   */
  void reach(WireMessage.Stop stop, Promise promise) throws IOException, InterruptedException {
    heard = System.nanoTime();
    CrashPoint.DESTINATION_STOP_HEARD.reached();
    keeper.hurry(stop.sequence());
    promise.begin();
    CatchUp.Ended ended = replay.finish(stop);
    CrashPoint.DESTINATION_REPLAYED.reached();
    String wrong = ended.wrong(stop.digest());
    if (!wrong.isEmpty()) {
      keeper.close();
      correct(stop, wrong);
      machine.log().sync();
      keeper.done();
    }
    replayed = System.nanoTime();
  }

  private void correct(WireMessage.Stop stop, String what) throws IOException {
    String name = machine.folder().name();
    listener.accept("\"" + name + "\": replay diverged: " + what);
    long pages = new Correction(connection, machine, silenceMillis).run(stop, what);
    listener.accept("\"" + name + "\": corrected, " + pages + " pages");
  }

  /** Makes what will run it ready. */
  Landing land(
      Landing.Site site, VkernelLock held, WireMessage.Stop stop, Confirmation confirmation)
      throws IOException {
    return machine.handOn(site, held, stop.epochNanos(), confirmation::running);
  }

  /** Returns when all that was received is on the disk, and the promise too. */
  void settle(Promise promise, Confirmation confirmation) throws IOException, InterruptedException {
    keeper.await();
    CrashPoint.DESTINATION_BEFORE_PREPARED.reached();
    promise.await();
    confirmation.prepared(replayed - heard, System.nanoTime() - replayed);
  }

  /**
   * Does the same while the guest runs on, and tells the source what came of it.
   *
   * @param promise is only rehearsed
   */
  void rehearse(WireMessage.Stop stop, Promise promise) throws IOException, InterruptedException {
    heard = System.nanoTime();
    keeper.hurry(stop.sequence());
    promise.rehearse();
    CatchUp.Ended ended = replay.finish(stop);
    replayed = System.nanoTime();
    String wrong = ended.wrong(stop.digest());
    if (!wrong.isEmpty()) {
      throw new ReceptionException("rehearsal: " + wrong, false);
    }
    keeper.await();
    promise.await();
    connection.send(
        new WireMessage.Rehearsed(ended.digest(), replayed - heard, System.nanoTime() - replayed));
  }
}
