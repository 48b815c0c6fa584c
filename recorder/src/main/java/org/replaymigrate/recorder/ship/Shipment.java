package org.replaymigrate.recorder.ship;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.protocol.digest.Digest128;
import org.replaymigrate.protocol.fault.CrashPoint;
import org.replaymigrate.protocol.host.HostedMachine;
import org.replaymigrate.protocol.log.LogSegments;
import org.replaymigrate.protocol.owner.OwnerFile;
import org.replaymigrate.protocol.owner.Ownership;
import org.replaymigrate.protocol.wire.WireMessage;
import org.replaymigrate.protocol.wire.WireVersion;
import org.replaymigrate.recorder.Checkpointer;
import org.replaymigrate.recorder.HostClock;
import org.replaymigrate.recorder.Recorder;
import org.replaymigrate.recorder.ship.ShipmentProgress.Phase;

/**
 * Moves a running vkernel to another host: a base checkpoint, then the log as it grows, and when
 * the destination has nearly caught up, the hand-over. {@link #run} blocks on a thread of its own;
 * the guest runs on meanwhile and stands still only from the stop to the decision.
 *
 * <p>Until the owner file says GIVEN, anything that goes wrong leaves the guest running here. From
 * then on the destination is the owner, whether it has heard of it or not.
 */
public final class Shipment {
  /**
   * What is moved.
   *
   * @param name of the vkernel's folder
   * @param identity content of its identity file
   * @param hosted the machine, which is the recorder's
   */
  public record Cargo(
      String name,
      byte[] identity,
      OwnerFile owner,
      LogSegments log,
      Checkpointer checkpointer,
      HostedMachine hosted) {}

  /**
   * How it is moved.
   *
   * @param maxDowntime for how long the guest may stand still: it is stopped only when the
   *     destination is expected to come up in time
   * @param timeout after which it is given up, and the guest goes on here
   * @param bytesPerSecond while the guest runs; 0 for no limit
   */
  public record Options(Duration maxDowntime, Duration timeout, long bytesPerSecond) {
    public static final Options DEFAULT =
        new Options(Duration.ofMillis(300), Duration.ofMinutes(10), 0);
  }

  private static final int PART = 64 << 10;
  private static final long POLL_MILLIS = 5;

  /**
   * Of the downtime that is allowed, what replaying the rest may take: the others need time too.
   */
  private static final int REST_SHARE = 4;

  /**
   * What is granted beyond the estimate once the guest stands still: this many times the downtime
   * that is allowed, but no less than the milliseconds.
   */
  private static final int GRACE = 10;

  private static final long LEAST_GRACE_MILLIS = 5_000;

  /** What is granted to a destination that has to be shown what differs. */
  private static final long REPAIR_MILLIS = 120_000;

  private static final long LIVE_MILLIS = 20_000;
  private static final int RETELL_ATTEMPTS = 20;
  private static final long RETELL_MILLIS = 500;

  private final Recorder recorder;
  private final Cargo cargo;
  private final InetSocketAddress address;
  private final Options options;
  private final HostClock clock;
  private final UUID transfer = UUID.randomUUID();
  private final Decision decision = new Decision();
  private final Standstill standstill;
  private final LagMeter lag = new LagMeter();
  private final ProgressMeter progress;
  private final RateLimit rate;

  private final long started;
  private long baseBytes;
  private long logBytes;
  private long baseInstructions;
  private long transferred;
  private long downtimeNanos;
  private boolean digestMatch;
  private long pageBytes;
  private long repairedPages;
  private String divergence = "";

  public Shipment(
      Recorder recorder,
      Cargo cargo,
      InetSocketAddress address,
      Options options,
      HostClock clock,
      Consumer<ShipmentProgress> listener) {
    this.recorder = recorder;
    this.cargo = cargo;
    this.address = address;
    this.options = options;
    this.clock = clock;
    this.standstill = new Standstill(clock);
    this.progress = new ProgressMeter(listener, clock);
    this.rate = new RateLimit(options.bytesPerSecond(), clock);
    this.started = clock.nanos();
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
    }
  }

  private ShipmentResult ship() throws IOException, InterruptedException {
    Ownership ownership = ownership();
    progress.enter(Phase.CONNECTING, 0);
    try (Destination destination = Destination.connect(address)) {
      String doubt;
      try {
        greet(destination, ownership);
        try (LogFeed feed = sendBase(destination)) {
          catchUp(destination, feed);
          prepare(destination, feed, stop(destination));
        }
        CrashPoint.SOURCE_BEFORE_GIVEN.reached();
        doubt = decision.make(cargo.owner(), ownership, ownership.give(transfer, peerName()));
      } catch (IOException | InterruptedException | RuntimeException e) {
        abort(destination, e);
        throw e;
      }
      CrashPoint.SOURCE_AFTER_GIVEN.reached();
      standstill.give();
      return doubt.isEmpty()
          ? commit(destination, ownership.vkernel())
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
  }

  /** Sends a checkpoint of the running guest; returns the log from there on. */
  private LogFeed sendBase(Destination destination) throws IOException, InterruptedException {
    progress.enter(Phase.CHECKPOINT, 0);
    CompletableFuture<Checkpointer.Taken> begun = new CompletableFuture<>();
    recorder.post(r -> begun.complete(cargo.checkpointer().take(r)));
    Checkpointer.Taken taken = await(begun, destination);
    Path file = await(taken.file(), destination);
    CrashPoint.SOURCE_CHECKPOINT_TAKEN.reached();
    baseInstructions = taken.position().instructions();
    long size = Files.size(file);
    progress.enter(Phase.BASE, size);
    long before = destination.connection().bytesSent();
    try (InputStream in = Files.newInputStream(file)) {
      byte[] part = in.readNBytes(PART);
      while (part.length > 0) {
        check(destination);
        destination.connection().send(new WireMessage.CheckpointPart(part), true);
        CrashPoint.SOURCE_AMID_BASE.reached();
        step(destination, size, 0, -1);
        part = in.readNBytes(PART);
      }
    }
    destination.connection().send(new WireMessage.CheckpointEnd(size));
    baseBytes = destination.connection().bytesSent() - before;
    CrashPoint.SOURCE_BASE_SENT.reached();
    return new LogFeed(cargo.log().read(taken.position()), destination.connection());
  }

  /** Sends the log as it grows until the destination is close behind. */
  private void catchUp(Destination destination, LogFeed feed)
      throws IOException, InterruptedException {
    progress.enter(Phase.CATCHING_UP, 0);
    // From here on digests cost what has changed: the one at the hand-over must not cost all of
    // RAM.
    recorder.post(Recorder::recordDigest);
    Convergence convergence = new Convergence();
    long close = Math.max(1, options.maxDowntime().toMillis() / REST_SHARE);
    while (true) {
      check(destination);
      long reached = recorder.figures().instructions();
      feed.send();
      long horizon = feed.horizon(reached);
      CrashPoint.SOURCE_LOG_SENT.reached();
      WireMessage.Applied report = destination.applied();
      long applied = report == null ? baseInstructions : report.instructions();
      lag.report(clock.nanos(), applied, horizon > applied);
      long lagMillis = lag.millisFor(horizon - applied);
      step(destination, 0, horizon - applied, lagMillis);
      boolean lost = destination.diverged() != null; // it will not catch up, but can be shown
      if (lost || report != null && lagMillis <= close) {
        return;
      }
      if (report != null) {
        recorder.limitSpeed(convergence.look(clock.nanos(), lagMillis));
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  private Standstill.Where stop(Destination destination) throws IOException, InterruptedException {
    progress.enter(Phase.HANDING_OVER, 0);
    CrashPoint.SOURCE_BEFORE_STOP.reached();
    recorder.post(standstill);
    Standstill.Where where = await(standstill.where(), destination);
    CrashPoint.SOURCE_STOPPED.reached();
    return where;
  }

  /** Sends the rest, and waits until both sides are in the same state. */
  private void prepare(Destination destination, LogFeed feed, Standstill.Where where)
      throws IOException, InterruptedException {
    long sequence = where.position().sequence();
    feed.send(sequence);
    logBytes = feed.bytes();
    destination
        .connection()
        .send(
            new WireMessage.Stop(
                sequence, where.position().instructions(), where.digest(), where.epochNanos()));
    CrashPoint.SOURCE_STOP_SENT.reached();
    Digest128 there = awaitPrepared(destination);
    digestMatch = there.equals(where.digest());
    if (!digestMatch) {
      throw new ShipmentException(
          peerName() + ": its state " + there + " differs from " + where.digest() + " here", false);
    }
  }

  /** Waits until the destination has everything; shows it what differs, if something does. */
  private Digest128 awaitPrepared(Destination destination)
      throws IOException, InterruptedException {
    RepairDesk desk = new RepairDesk(cargo.hosted());
    long since = clock.nanos();
    long before = destination.connection().bytesSent();
    while (true) {
      WireMessage message = destination.next(POLL_MILLIS);
      long grace =
          destination.diverged() != null
              ? REPAIR_MILLIS
              : Math.max(LEAST_GRACE_MILLIS, GRACE * options.maxDowntime().toMillis());
      if (clock.nanos() - since > grace * 1_000_000) {
        throw new ShipmentException(
            peerName()
                + ": has not come up within "
                + grace
                + " ms of the stop; the guest goes on here",
            false);
      }
      switch (message) {
        case null -> {}
        case WireMessage.Diverged d -> progress.enter(Phase.REPAIRING, 0);
        case WireMessage.Prepared p -> {
          repairedPages = desk.pages();
          pageBytes = destination.connection().bytesSent() - before;
          WireMessage.Diverged diverged = destination.diverged();
          divergence = diverged == null ? "" : diverged.what();
          return p.digest();
        }
        default -> destination.connection().send(desk.answer(message));
      }
    }
  }

  /** The decision has been made; the destination must hear of it. */
  private ShipmentResult commit(Destination destination, UUID vkernel) throws InterruptedException {
    progress.enter(Phase.COMMITTED, 0);
    String problem;
    try {
      destination.connection().send(new WireMessage.Commit());
      CrashPoint.SOURCE_COMMIT_SENT.reached();
      destination.awaitLive(LIVE_MILLIS);
      CrashPoint.SOURCE_LIVE_HEARD.reached();
      Standstill.Where where = standstill.where().getNow(null);
      downtimeNanos = where == null ? 0 : clock.nanos() - where.sinceNanos();
      transferred = destination.connection().bytesSent();
      progress.enter(Phase.DONE, 0);
      return result(true, true, "", false);
    } catch (IOException e) {
      problem = message(e);
    }
    for (int i = 0; i < RETELL_ATTEMPTS; i++) {
      if (retell(address, vkernel, transfer)) {
        return result(true, true, "", false);
      }
      Thread.sleep(RETELL_MILLIS);
    }
    return result(true, false, problem, false);
  }

  /** Tells a destination once more that a transfer was committed; true if it has heard. */
  public static boolean retell(InetSocketAddress address, UUID vkernel, UUID transfer) {
    try (Destination again = Destination.connect(address)) {
      return again.decide(vkernel, transfer, true);
    } catch (IOException e) {
      return false;
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

  private void check(Destination destination) throws IOException {
    destination.check();
    if (recorder.hasEnded()) {
      throw new ShipmentException(cargo.name() + ": the run has ended here", false);
    }
    if (clock.nanos() - started > options.timeout().toNanos()) {
      throw new ShipmentException(
          peerName()
              + ": not done within "
              + options.timeout().toSeconds()
              + " s; allow more --timeout, bandwidth or downtime",
          false);
    }
  }

  private void step(Destination destination, long total, long behind, long lagMillis)
      throws InterruptedException {
    transferred = destination.connection().bytesSent();
    progress.step(transferred, total, behind, lagMillis);
    long pause = rate.pauseMillis(transferred);
    if (pause > 0) {
      Thread.sleep(pause);
    }
  }

  /** Waits for something that the recorder's thread does, if it does anything any more. */
  private <T> T await(CompletableFuture<T> future, Destination destination)
      throws IOException, InterruptedException {
    while (true) {
      try {
        return future.get(POLL_MILLIS, TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        check(destination);
      } catch (ExecutionException e) {
        throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
      }
    }
  }

  private String peerName() {
    return address.getHostString() + ":" + address.getPort();
  }

  private ShipmentResult result(boolean migrated, boolean confirmed, String why, boolean safety) {
    Standstill.Where where = standstill.where().getNow(null);
    return new ShipmentResult(
        migrated,
        confirmed,
        why,
        safety,
        (clock.nanos() - started) / 1_000_000,
        downtimeNanos / 1_000_000,
        transferred,
        baseBytes,
        logBytes,
        pageBytes,
        digestMatch,
        divergence,
        repairedPages,
        where == null ? 0 : where.position().instructions() - baseInstructions);
  }

  private static String message(Exception e) {
    @Nullable String message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : message;
  }
}
