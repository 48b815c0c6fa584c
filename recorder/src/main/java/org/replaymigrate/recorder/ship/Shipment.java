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
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.protocol.digest.Digest128;
import org.replaymigrate.protocol.fault.CrashPoint;
import org.replaymigrate.protocol.log.Event;
import org.replaymigrate.protocol.log.LogReader;
import org.replaymigrate.protocol.log.LogSegments;
import org.replaymigrate.protocol.owner.OwnerFile;
import org.replaymigrate.protocol.owner.Ownership;
import org.replaymigrate.protocol.wire.EventBatch;
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
   */
  public record Cargo(
      String name, byte[] identity, OwnerFile owner, LogSegments log, Checkpointer checkpointer) {}

  /**
   * How it is moved.
   *
   * @param maxDowntime how far behind the destination may be when the guest is stopped
   */
  public record Options(Duration maxDowntime) {
    public static final Options DEFAULT = new Options(Duration.ofMillis(300));
  }

  private static final int PART = 128 << 10;
  private static final long POLL_MILLIS = 10;
  private static final long PROGRESS_MILLIS = 200;

  /** Catching up that gets nowhere for so long ends in the hand-over, however long that takes. */
  private static final long PATIENCE_MILLIS = 20_000;

  private static final long PREPARE_MILLIS = 120_000;
  private static final long LIVE_MILLIS = 20_000;
  private static final int RETELL_ATTEMPTS = 20;
  private static final long RETELL_MILLIS = 500;

  private final Recorder recorder;
  private final Cargo cargo;
  private final InetSocketAddress address;
  private final Options options;
  private final HostClock clock;
  private final Consumer<ShipmentProgress> listener;
  private final UUID transfer = UUID.randomUUID();
  private final AtomicBoolean cancelled = new AtomicBoolean();
  private final Standstill standstill;
  private final LagMeter lag = new LagMeter();

  private Phase phase = Phase.CONNECTING;
  private long started;
  private long lastProgress;
  private long baseBytes;
  private long logBytes;
  private long baseInstructions;
  private long transferred;
  private long downtimeNanos;
  private boolean digestMatch;

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
    this.listener = listener;
    this.standstill = new Standstill(clock);
  }

  /** Gives up, if it is not too late; the guest runs on here. Any thread may call it. */
  public void cancel() {
    cancelled.set(true);
  }

  /** Does it all. Never throws for what the network or the peer does: the result says it. */
  public ShipmentResult run() throws InterruptedException {
    started = clock.nanos();
    boolean given = false;
    try {
      Ownership ownership = ownership();
      try (Destination destination = Destination.connect(address)) {
        enter(Phase.CONNECTING, destination, 0);
        destination.open(
            new WireMessage.Hello(
                WireVersion.MIN,
                WireVersion.MAX,
                ownership.vkernel(),
                transfer,
                ownership.epoch(),
                cargo.name(),
                cargo.identity()));
        CrashPoint.SOURCE_CONNECTED.reached();
        try {
          LogReader log = sendBase(destination);
          try (log) {
            Standstill.Where where = catchUp(destination, log);
            prepare(destination, log, where);
          }
          checkCancelled();
          CrashPoint.SOURCE_BEFORE_GIVEN.reached();
          String doubt = give(ownership);
          given = true;
          if (!doubt.isEmpty()) {
            standstill.give();
            return result(true, false, doubt, false);
          }
        } catch (IOException | RuntimeException e) {
          abort(destination, e);
          throw e;
        }
        CrashPoint.SOURCE_AFTER_GIVEN.reached();
        standstill.give();
        return commit(destination, ownership.vkernel());
      }
    } catch (IOException e) {
      standstill.goOn();
      boolean safety = e instanceof ShipmentException s && s.isSafety();
      return result(given, false, message(e), safety);
    } finally {
      if (!given) {
        standstill.goOn();
      }
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

  /**
   * Makes the decision. A write that fails may yet have replaced the file, and then the guest must
   * not go on here; nor may the destination be told of a decision that a power cut could take back.
   *
   * @return what leaves the decision in doubt, or nothing
   * @throws IOException if the file says still that the owner is here
   */
  private String give(Ownership ownership) throws IOException {
    try {
      cargo.owner().write(ownership.give(transfer, peerName()));
      return "";
    } catch (IOException e) {
      boolean stillHere;
      try {
        stillHere = ownership.equals(cargo.owner().read());
      } catch (IOException unreadable) {
        e.addSuppressed(unreadable);
        stillHere = false;
      }
      if (stillHere) {
        throw e;
      }
      return message(e);
    }
  }

  /** Sends a checkpoint of the running guest; returns the log from there on. */
  private LogReader sendBase(Destination destination) throws IOException, InterruptedException {
    enter(Phase.CHECKPOINT, destination, 0);
    CompletableFuture<Checkpointer.Taken> begun = new CompletableFuture<>();
    recorder.post(r -> begun.complete(cargo.checkpointer().take(r)));
    Checkpointer.Taken taken = get(begun);
    Path file = get(taken.file());
    baseInstructions = taken.position().instructions();
    long size = Files.size(file);
    enter(Phase.BASE, destination, size);
    long before = destination.connection().bytesSent();
    try (InputStream in = Files.newInputStream(file)) {
      byte[] part = in.readNBytes(PART);
      while (part.length > 0) {
        check(destination);
        destination.connection().send(new WireMessage.CheckpointPart(part), false);
        progress(destination, size, 0);
        part = in.readNBytes(PART);
      }
    }
    destination.connection().send(new WireMessage.CheckpointEnd(size));
    baseBytes = destination.connection().bytesSent() - before;
    CrashPoint.SOURCE_BASE_SENT.reached();
    return cargo.log().read(taken.position());
  }

  /** Sends the log as it grows until the destination is close behind; then stops the guest. */
  private Standstill.Where catchUp(Destination destination, LogReader log)
      throws IOException, InterruptedException {
    enter(Phase.CATCHING_UP, destination, 0);
    EventBatch batch = new EventBatch();
    // From here on digests cost what has changed: the one at the hand-over must not cost all of
    // RAM.
    recorder.post(Recorder::recordDigest);
    long leastLag = Long.MAX_VALUE;
    long leastLagAt = clock.nanos();
    while (true) {
      check(destination);
      long reached = recorder.figures().instructions();
      sendEvents(destination, log, batch, Long.MAX_VALUE);
      // Whatever has not been sent now comes at neither of these counts before.
      long horizon = Math.max(reached, log.position().instructions());
      destination.connection().send(new WireMessage.Horizon(horizon));
      WireMessage.Applied report = destination.applied();
      long applied = report == null ? baseInstructions : report.instructions();
      long behind = horizon - applied;
      lag.report(clock.nanos(), applied, behind > 0);
      progress(destination, 0, behind);
      if (behind < leastLag) {
        leastLag = behind;
        leastLagAt = clock.nanos();
      }
      boolean close =
          report != null
              && lag.millisFor(behind) <= Math.max(1, options.maxDowntime().toMillis() / 4);
      boolean stuck = clock.nanos() - leastLagAt > PATIENCE_MILLIS * 1_000_000;
      if (close || stuck) {
        return stop(destination);
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  private Standstill.Where stop(Destination destination) throws IOException, InterruptedException {
    enter(Phase.HANDING_OVER, destination, 0);
    recorder.post(standstill);
    Standstill.Where where = get(standstill.where());
    CrashPoint.SOURCE_STOPPED.reached();
    return where;
  }

  /** Sends the rest, and waits until both sides are in the same state. */
  private void prepare(Destination destination, LogReader log, Standstill.Where where)
      throws IOException, InterruptedException {
    long sequence = where.position().sequence();
    long instructions = where.position().instructions();
    sendEvents(destination, log, new EventBatch(), sequence);
    destination.connection().send(new WireMessage.Stop(sequence, instructions, where.digest()));
    CrashPoint.SOURCE_STOP_SENT.reached();
    Digest128 there = destination.awaitPrepared(PREPARE_MILLIS);
    digestMatch = there.equals(where.digest());
    if (!digestMatch) {
      throw new ShipmentException(
          peerName() + ": its state " + there + " differs from " + where.digest() + " here", false);
    }
  }

  /** Sends what the log holds, up to an event that is sure to come if one is named. */
  private void sendEvents(Destination destination, LogReader log, EventBatch batch, long until)
      throws IOException {
    long before = destination.connection().bytesSent();
    Event event = log.position().sequence() < until ? log.next() : null;
    while (event != null) {
      batch.add(event);
      if (!batch.hasRoom()) {
        destination.connection().send(batch.take(), false);
      }
      event = log.position().sequence() < until ? log.next() : null;
    }
    if (!batch.isEmpty()) {
      destination.connection().send(batch.take());
    }
    if (until != Long.MAX_VALUE && log.position().sequence() != until) {
      throw new IOException("the log ends before event " + until);
    }
    logBytes += destination.connection().bytesSent() - before;
  }

  /** The decision has been made; the destination must hear of it. */
  private ShipmentResult commit(Destination destination, UUID vkernel) throws InterruptedException {
    enter(Phase.COMMITTED, destination, 0);
    String problem;
    try {
      destination.connection().send(new WireMessage.Commit());
      CrashPoint.SOURCE_COMMIT_SENT.reached();
      destination.awaitLive(LIVE_MILLIS);
      Standstill.Where where = standstill.where().getNow(null);
      downtimeNanos = where == null ? 0 : clock.nanos() - where.sinceNanos();
      enter(Phase.DONE, destination, 0);
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

  private void abort(Destination destination, Exception why) {
    standstill.goOn();
    try {
      destination.connection().send(new WireMessage.Abort(message(why)));
    } catch (IOException ignored) {
      // It will notice that the connection has gone.
    }
  }

  private void check(Destination destination) throws IOException {
    destination.check();
    checkCancelled();
  }

  private void checkCancelled() throws IOException {
    if (cancelled.get()) {
      throw new ShipmentException("cancelled", false);
    }
  }

  private void enter(Phase next, Destination destination, long total) {
    phase = next;
    lastProgress = 0;
    progress(destination, total, 0);
  }

  private void progress(Destination destination, long total, long behind) {
    transferred = destination.connection().bytesSent();
    long now = clock.nanos();
    if (lastProgress == 0 || now - lastProgress >= PROGRESS_MILLIS * 1_000_000) {
      lastProgress = now;
      long remaining = phase == Phase.CATCHING_UP ? lag.millisFor(behind) : -1;
      if (phase == Phase.BASE && transferred > 0) {
        double rate = transferred / Math.max(1.0, (now - started) / 1e6);
        remaining = Math.round((total - transferred) / Math.max(1e-3, rate));
      }
      listener.accept(new ShipmentProgress(phase, transferred, total, behind, remaining));
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
        digestMatch,
        where == null ? 0 : where.position().instructions() - baseInstructions);
  }

  private static String message(Exception e) {
    @Nullable String message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : message;
  }

  private static <T> T get(CompletableFuture<T> future) throws IOException, InterruptedException {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
    }
  }
}
