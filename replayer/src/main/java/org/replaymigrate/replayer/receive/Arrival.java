package org.replaymigrate.replayer.receive;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.protocol.checkpoint.CheckpointManifest;
import org.replaymigrate.protocol.codec.StateCodec;
import org.replaymigrate.protocol.digest.Digest128;
import org.replaymigrate.protocol.fault.BitFlip;
import org.replaymigrate.protocol.fault.CrashPoint;
import org.replaymigrate.protocol.format.FormatException;
import org.replaymigrate.protocol.home.Home;
import org.replaymigrate.protocol.home.VkernelFolder;
import org.replaymigrate.protocol.home.VkernelIdentity;
import org.replaymigrate.protocol.home.VkernelLock;
import org.replaymigrate.protocol.log.LogHeader;
import org.replaymigrate.protocol.log.LogSegments;
import org.replaymigrate.protocol.owner.OwnerFile;
import org.replaymigrate.protocol.owner.Ownership;
import org.replaymigrate.protocol.wire.WireConnection;
import org.replaymigrate.protocol.wire.WireMessage;
import org.replaymigrate.protocol.wire.WireVersion;
import org.replaymigrate.vkernel.port.Outputs;
import org.replaymigrate.vkernel.translate.Translation;

/**
 * One vkernel that arrives, from the source's Hello to the moment at which it is this host's: takes
 * the base checkpoint and the log, replays ({@link CatchUp}), and owns it when the source has
 * decided. For one thread.
 */
final class Arrival {
  /** The source sends something at least every few milliseconds while it is alive. */
  private static final int SILENCE_MILLIS = 60_000;

  /** How long to wait for the decision on an open connection; a broken one is noticed at once. */
  private static final int DECISION_MILLIS = 120_000;

  private final WireConnection connection;
  private final Home home;
  private final Translation translation;
  private final Pledge pledge;
  private final Consumer<String> listener;

  private @Nullable VkernelFolder folder;
  private @Nullable VkernelLock lock;
  private @Nullable Rebuilding rebuilding;
  private @Nullable CatchUp catchUp;
  private boolean prepared;

  Arrival(
      WireConnection connection,
      Home home,
      Translation translation,
      Pledge pledge,
      Consumer<String> listener) {
    this.connection = connection;
    this.home = home;
    this.translation = translation;
    this.pledge = pledge;
    this.listener = listener;
  }

  /** Takes it, or throws why not; {@link #discard} is called afterwards in any case. */
  Received run(WireMessage.Hello hello, Outputs outputs) throws IOException, InterruptedException {
    CrashPoint.DESTINATION_HELLO_HEARD.reached();
    int version = agree(hello);
    VkernelIdentity identity = identity(hello);
    VkernelFolder target = home.vkernel(hello.name());
    new Way(home).clear(target, hello);
    VkernelLock held = target.lockForNew();
    folder = target;
    lock = held;
    OwnerFile owner = new OwnerFile(target.owner());
    Ownership receiving =
        Ownership.receiving(hello.vkernel(), hello.epoch(), hello.transfer(), connection.peer());
    owner.write(receiving);
    target.establish(identity);
    CrashPoint.DESTINATION_AFTER_RECEIVING.reached();
    connection.send(new WireMessage.Welcome(version, connection.patienceMillis()));
    CrashPoint.DESTINATION_WELCOMED.reached();
    listener.accept("receiving \"" + hello.name() + "\" from " + connection.peer());

    Rebuilding machine = new Rebuilding(target, identity, outputs, translation);
    rebuilding = machine;
    receiveBase(machine);
    WireMessage.Stop stop = follow(machine);
    Ownership ready = receiving.prepare();
    prepare(machine, owner, ready, stop.digest());
    awaitCommit();
    CrashPoint.DESTINATION_BEFORE_OWNED.reached();
    owner.write(ready.commit());
    CrashPoint.DESTINATION_AFTER_OWNED.reached();
    tellLive();
    CrashPoint.DESTINATION_LIVE_SENT.reached();
    lock = null;
    return machine.handOn(held, stop.epochNanos());
  }

  private static int agree(WireMessage.Hello hello) throws IOException {
    try {
      return WireVersion.agree(hello.minVersion(), hello.maxVersion(), "source");
    } catch (FormatException e) {
      throw new ReceptionException(e.getMessage(), true);
    }
  }

  private VkernelIdentity identity(WireMessage.Hello hello) throws IOException {
    VkernelIdentity identity =
        VkernelIdentity.parse(
            new String(hello.identity(), StandardCharsets.UTF_8), connection.peer());
    if (!identity.id().equals(hello.vkernel())) {
      throw new ReceptionException("identity of another vkernel", true);
    }
    return identity.named(hello.name());
  }

  /** Receives the base checkpoint, brings up the machine, and begins its log. */
  private void receiveBase(Rebuilding machine) throws IOException {
    VkernelFolder target = machine.folder();
    BaseFile file = new BaseFile(target.checkpoints());
    file.receive(connection, SILENCE_MILLIS);
    CrashPoint.DESTINATION_BASE_RECEIVED.reached();
    CheckpointManifest manifest = machine.restore(file.part());
    file.become();
    Digest128 config = Digest128.of(new StateCodec().encode(manifest.config()));
    machine.write(
        LogSegments.in(target.log())
            .create(
                new LogHeader(
                    machine.identity().id(),
                    config,
                    manifest.position().segment(),
                    manifest.number(),
                    manifest.position().sequence(),
                    manifest.position().instructions())));
    BitFlip.reached(machine.hosted().machine().ram());
    CrashPoint.DESTINATION_RESTORED.reached();
  }

  /** Replays until the source has stopped its guest, and comes to the same state. */
  private WireMessage.Stop follow(Rebuilding machine) throws IOException, InterruptedException {
    CatchUp replay =
        new CatchUp(
            machine.hosted(), machine.log(), machine.log().position().sequence(), connection);
    catchUp = replay;
    WireMessage.Stop stop = replay.follow(connection, SILENCE_MILLIS);
    CrashPoint.DESTINATION_STOP_HEARD.reached();
    String divergence = replay.finish(stop);
    CrashPoint.DESTINATION_REPLAYED.reached();
    if (!machine.hosted().digest().equals(stop.digest())) {
      correct(machine, stop, divergence.isEmpty() ? "state at the stop is another" : divergence);
    }
    return stop;
  }

  private void correct(Rebuilding machine, WireMessage.Stop stop, String what) throws IOException {
    String name = machine.folder().name();
    listener.accept("\"" + name + "\": replay diverged: " + what);
    long pages = new Correction(connection, machine, SILENCE_MILLIS).run(stop, what);
    listener.accept("\"" + name + "\": corrected, " + pages + " pages");
  }

  /**
   * Makes all that was received durable, and promises the source to take it.
   *
   * @param digest of the state here
   */
  private void prepare(Rebuilding machine, OwnerFile owner, Ownership ready, Digest128 digest)
      throws IOException {
    machine.log().sync();
    pledge.give();
    CrashPoint.DESTINATION_BEFORE_PREPARED.reached();
    owner.write(ready);
    prepared = true;
    CrashPoint.DESTINATION_AFTER_PREPARED.reached();
    connection.send(new WireMessage.Prepared(digest));
    CrashPoint.DESTINATION_PREPARED_SENT.reached();
  }

  private void awaitCommit() throws IOException {
    switch (connection.receive(DECISION_MILLIS)) {
      case WireMessage.Commit c -> {}
      case WireMessage.Abort a -> {
        prepared = false;
        throw new ReceptionException("the source gave up: " + a.reason(), false);
      }
      case WireMessage m ->
          throw new ReceptionException("message " + m.id() + " for a decision", false);
    }
  }

  private void tellLive() {
    try {
      connection.send(new WireMessage.Live());
    } catch (IOException e) {
      listener.accept(connection.peer() + ": did not hear that the vkernel is live here");
    }
  }

  /**
   * Gives back whatever was not handed on. What is prepared stays, for the source may have decided.
   */
  void discard() throws InterruptedException {
    try {
      if (catchUp != null) {
        catchUp.close();
      }
      if (rebuilding != null) {
        rebuilding.close();
      }
      if (lock != null) {
        if (!prepared) {
          Objects.requireNonNull(folder).abandon();
        }
        lock.close();
      }
    } catch (IOException e) {
      listener.accept("cleaning up: " + e.getMessage());
    }
  }
}
