package org.replaymigrate.recorder.ship;

import java.io.EOFException;
import java.io.IOException;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.protocol.fault.CrashPoint;
import org.replaymigrate.protocol.link.Dialer;
import org.replaymigrate.protocol.log.LogPosition;
import org.replaymigrate.protocol.owner.Ownership;
import org.replaymigrate.protocol.owner.StagedOwnership;
import org.replaymigrate.protocol.wire.WireMessage;
import org.replaymigrate.protocol.wire.WireVersion;
import org.replaymigrate.recorder.HostClock;
import org.replaymigrate.recorder.Recorder;
import org.replaymigrate.recorder.plan.Strategy;
import org.replaymigrate.recorder.ship.ShipmentProgress.Phase;

/**
 * Moves a running vkernel to another host: a base that the destination holds already ({@link
 * WarmBase}) or a checkpoint ({@link BaseTransfer}), then the log as it grows ({@link Pursuit}),
 * and when the destination has nearly caught up, the hand-over ({@link HandOver}). {@link #run}
 * blocks on a thread of its own; the guest runs on meanwhile and stands still only from the stop to
 * the decision.
 *
 * <p>Until the owner file says GIVEN, anything that goes wrong leaves the guest running here. From
 * then on the destination is the owner, whether it has heard of it or not.
 */
public final class Shipment {
  private static final int RETELL_ATTEMPTS = 20;
  private static final long RETELL_MILLIS = 500;

  private final Recorder recorder;
  private final Cargo cargo;
  private final Dialer dialer;
  private final ShipmentOptions options;
  private final HostClock clock;
  private final UUID transfer = UUID.randomUUID();
  private final Decision decision = new Decision();
  private final Standstill standstill;
  private final ProgressMeter progress;
  private final ShipmentFigures figures;

  public Shipment(
      Recorder recorder,
      Cargo cargo,
      Dialer dialer,
      ShipmentOptions options,
      HostClock clock,
      Consumer<ShipmentProgress> listener) {
    this.recorder = recorder;
    this.cargo = cargo;
    this.dialer = dialer;
    this.options = options;
    this.clock = clock;
    this.standstill = new Standstill(clock);
    this.progress = new ProgressMeter(listener, clock);
    this.figures = new ShipmentFigures(clock.nanos());
  }

  /** Gives up, and the guest runs on here; false if it is too late. Any thread may call it. */
  public boolean cancel() {
    return decision.cancel();
  }

  /**
   * Does it all. Never throws for what the network or the peer does: the result says it. To be
   * called on a virtual thread, on which a cancellation ends any waiting.
   */
  public ShipmentResult run() throws InterruptedException {
    decision.begin();
    try {
      return ship();
    } catch (IOException | InterruptedException e) {
      boolean wanted = decision.isCancelled();
      if (e instanceof InterruptedException interrupted && !wanted) {
        throw interrupted;
      }
      boolean safety = e instanceof ShipmentException s && s.isSafety();
      return result(false, false, wanted ? "cancelled" : message(e), safety);
    } finally {
      decision.end();
      standstill.goOn(); // without effect if it was given away
      recorder.limitSpeed(100);
      recorder.limitSlice(Recorder.USUAL_SLICE);
    }
  }

  private ShipmentResult ship() throws IOException, InterruptedException {
    Ownership ownership = ownership();
    progress.enter(Phase.CONNECTING, 0);
    try (Destination destination = Destination.connect(dialer, transfer, options.timeout())) {
      Crossing crossing =
          new Crossing(
              recorder,
              cargo,
              options,
              clock,
              destination,
              progress,
              new RateLimit(options.bytesPerSecond(), clock),
              figures);
      HandOver handOver = new HandOver(crossing, standstill);
      StagedOwnership given = null;
      String doubt;
      try (Outlook outlook = new Outlook(crossing)) {
        outlook.watch();
        greet(destination, ownership);
        // A leap from a base of which only that it is old is known takes more than a new base.
        WarmBase.Found held =
            options.strategy() == Strategy.PAGES ? null : new WarmBase(crossing).begin();
        LogPosition base;
        if (held == null) {
          base = new BaseTransfer(crossing, outlook).send();
        } else {
          base = held.position();
          outlook.beginWarm(held);
        }
        given = cargo.owner().stage(ownership.give(transfer, destination.name()));
        try (Pursuit pursuit = new Pursuit(crossing, base, outlook)) {
          LeapTransfer last = pursuit.run();
          if (options.rehearsal()) {
            new Rehearsal(crossing).run(pursuit.feed(), last, given);
            takeBack(given);
            return result(false, false, "", false);
          }
          handOver.prepare(pursuit.feed(), last);
        }
        CrashPoint.SOURCE_BEFORE_GIVEN.reached();
        doubt = decision.make(cargo.owner(), ownership, given);
      } catch (IOException | InterruptedException | RuntimeException e) {
        takeBack(given);
        abort(destination, e);
        if (e instanceof EOFException) {
          destination.throwReason();
        }
        throw e;
      }
      CrashPoint.SOURCE_AFTER_GIVEN.reached();
      standstill.give();
      takeBack(given);
      return doubt.isEmpty()
          ? commit(handOver, ownership.vkernel())
          : result(true, false, doubt, false);
    }
  }

  private Ownership ownership() throws IOException {
    Ownership ownership = cargo.owner().read();
    if (ownership == null || !ownership.isOwner()) {
      throw new ShipmentException(
          cargo.name() + ": " + (ownership == null ? "has no owner" : ownership.describe()), true);
    }
    return ownership;
  }

  private void greet(Destination destination, Ownership ownership) throws IOException {
    CrashPoint.SOURCE_BEFORE_HELLO.reached();
    destination.open(
        new WireMessage.Hello(
            WireVersion.MIN,
            WireVersion.MAX,
            ownership.vkernel(),
            transfer,
            ownership.epoch(),
            cargo.name(),
            cargo.identity()));
    CrashPoint.SOURCE_WELCOMED.reached();
    if (options.strategy() == Strategy.PAGES && !destination.canLeap()) {
      throw new ShipmentException(
          destination.name() + ": speaks an older version, without pages; upgrade it", false);
    }
  }

  /** The decision has been made; the destination must hear of it, however often that takes. */
  private ShipmentResult commit(HandOver handOver, UUID vkernel) throws InterruptedException {
    String problem;
    try {
      handOver.commit();
      return result(true, true, "", false);
    } catch (IOException e) {
      problem = message(e);
    }
    for (int i = 0; i < RETELL_ATTEMPTS; i++) {
      if (retell(dialer, vkernel, transfer)) {
        return result(true, true, "", false);
      }
      Thread.sleep(RETELL_MILLIS);
    }
    return result(true, false, problem, false);
  }

  /** Tells a destination once more that a transfer was committed; true if it has heard. */
  public static boolean retell(Dialer dialer, UUID vkernel, UUID transfer) {
    try (Destination again = Destination.connect(dialer)) {
      return again.decide(vkernel, transfer, true);
    } catch (IOException e) {
      return false;
    }
  }

  /** Nothing of the decision depends on whether a file that nobody reads can be removed. */
  private static void takeBack(@Nullable StagedOwnership given) {
    try {
      if (given != null) {
        given.close();
      }
    } catch (IOException ignored) {
      // The next shipment writes it anew.
    }
  }

  @SuppressWarnings("InterruptedExceptionSwallowed") // a cancellation, which ends here
  private void abort(Destination destination, Exception why) {
    standstill.goOn();
    boolean interrupted = Thread.interrupted(); // or nothing could be sent
    boolean cancelled = interrupted || decision.isCancelled();
    try {
      destination
          .connection()
          .send(new WireMessage.Abort(cancelled ? "cancelled at the source" : message(why)));
    } catch (IOException ignored) {
      // It will notice that the connection has gone.
    }
  }

  private ShipmentResult result(boolean migrated, boolean confirmed, String why, boolean safety) {
    return figures.result(migrated, confirmed, why, safety, clock.nanos());
  }

  private static String message(Exception e) {
    @Nullable String message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : message;
  }
}
