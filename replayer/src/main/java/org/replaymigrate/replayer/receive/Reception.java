package org.replaymigrate.replayer.receive;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.protocol.checkpoint.CheckpointFolder;
import org.replaymigrate.protocol.checkpoint.CheckpointManifest;
import org.replaymigrate.protocol.checkpoint.CheckpointReader;
import org.replaymigrate.protocol.codec.StateCodec;
import org.replaymigrate.protocol.digest.Digest128;
import org.replaymigrate.protocol.fault.BitFlip;
import org.replaymigrate.protocol.fault.CrashPoint;
import org.replaymigrate.protocol.format.FormatException;
import org.replaymigrate.protocol.home.Home;
import org.replaymigrate.protocol.home.VkernelFolder;
import org.replaymigrate.protocol.home.VkernelIdentity;
import org.replaymigrate.protocol.home.VkernelLock;
import org.replaymigrate.protocol.host.HostedMachine;
import org.replaymigrate.protocol.log.EventLogWriter;
import org.replaymigrate.protocol.log.LogHeader;
import org.replaymigrate.protocol.log.LogSegments;
import org.replaymigrate.protocol.owner.OwnerFile;
import org.replaymigrate.protocol.owner.Ownership;
import org.replaymigrate.protocol.wire.WireConnection;
import org.replaymigrate.protocol.wire.WireMessage;
import org.replaymigrate.protocol.wire.WireVersion;
import org.replaymigrate.vkernel.MachineState;
import org.replaymigrate.vkernel.port.Outputs;
import org.replaymigrate.vkernel.translate.Translation;

/**
 * One connection on which a vkernel arrives: takes the base checkpoint and the log, replays, and
 * when the source has decided, owns it. {@link #run} blocks.
 */
public final class Reception {
  private static final int HELLO_MILLIS = 10_000;

  /** The source sends something at least every few milliseconds while it is alive. */
  private static final int SILENCE_MILLIS = 60_000;

  /** How long to wait for the decision on an open connection; a broken one is noticed at once. */
  private static final int DECISION_MILLIS = 120_000;

  private final WireConnection connection;
  private final Home home;
  private final Supplier<Outputs> newOutputs;
  private final Translation translation;
  private final Consumer<String> listener;

  /** How long the source may take to hear why it was refused. */
  private static final int GOODBYE_MILLIS = 2_000;

  private @Nullable VkernelFolder folder;
  private @Nullable VkernelLock lock;
  private @Nullable HostedMachine hosted;
  private @Nullable EventLogWriter log;
  private @Nullable CatchUp catchUp;
  private boolean prepared;
  private boolean bound;
  private boolean cancelled;

  /**
   * @param newOutputs makes the outputs of a machine which is going to be replayed
   * @param translation how the machine runs its guest's code
   * @param listener told in one line what happens
   */
  public Reception(
      WireConnection connection,
      Home home,
      Supplier<Outputs> newOutputs,
      Translation translation,
      Consumer<String> listener) {
    this.connection = connection;
    this.home = home;
    this.newOutputs = newOutputs;
    this.translation = translation;
    this.listener = listener;
  }

  /**
   * Serves the connection to its end, and closes it.
   *
   * @return a vkernel that must be run now, or null if there is none
   */
  public @Nullable Received run() throws InterruptedException {
    try {
      return switch (connection.receive(HELLO_MILLIS)) {
        case WireMessage.Hello hello -> receive(hello);
        case WireMessage.Decide decide ->
            new Verdict(connection, home, newOutputs, translation, listener).take(decide);
        case WireMessage m ->
            throw new ReceptionException(
                "a conversation that begins with message " + m.id(), false);
      };
    } catch (IOException e) {
      refuse(e);
      connection.closeGently(GOODBYE_MILLIS);
      listener.accept(connection.peer() + ": " + e.getMessage());
      return null;
    } finally {
      discard();
    }
  }

  /**
   * Sends the vkernel back where it comes from, unless this side has promised to take it: then only
   * the source can tell what becomes of it. Any thread may call it.
   */
  public void cancel() {
    synchronized (this) {
      if (bound) {
        return;
      }
      cancelled = true;
    }
    refuse(new ReceptionException("cancelled there", false));
    try {
      connection.close();
    } catch (IOException e) {
      listener.accept(connection.peer() + ": " + e.getMessage());
    }
  }

  /** The last moment at which this side alone can give up. */
  private synchronized void mayPrepare() throws ReceptionException {
    if (cancelled) {
      throw new ReceptionException("cancelled here", false);
    }
    bound = true;
  }

  private Received receive(WireMessage.Hello hello) throws IOException, InterruptedException {
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
    connection.send(new WireMessage.Welcome(version));
    CrashPoint.DESTINATION_WELCOMED.reached();
    listener.accept("receiving \"" + hello.name() + "\" from " + connection.peer());

    Outputs outputs = newOutputs.get();
    base(target, identity, outputs);
    CrashPoint.DESTINATION_RESTORED.reached();
    WireMessage.Stop stop = Objects.requireNonNull(catchUp).follow(connection, SILENCE_MILLIS);
    CrashPoint.DESTINATION_STOP_HEARD.reached();
    String divergence = catchUp.finish(stop);
    CrashPoint.DESTINATION_REPLAYED.reached();
    Digest128 digest = Objects.requireNonNull(hosted).digest();
    if (!digest.equals(stop.digest())) {
      digest = correct(target, identity, stop, divergence, outputs);
    }
    EventLogWriter journal = Objects.requireNonNull(log);
    journal.sync();
    mayPrepare();
    CrashPoint.DESTINATION_BEFORE_PREPARED.reached();
    Ownership ready = receiving.prepare();
    owner.write(ready);
    prepared = true;
    CrashPoint.DESTINATION_AFTER_PREPARED.reached();
    connection.send(new WireMessage.Prepared(digest));
    CrashPoint.DESTINATION_PREPARED_SENT.reached();
    awaitCommit();
    CrashPoint.DESTINATION_BEFORE_OWNED.reached();
    owner.write(ready.commit());
    CrashPoint.DESTINATION_AFTER_OWNED.reached();
    tellLive();
    CrashPoint.DESTINATION_LIVE_SENT.reached();
    Received received =
        new Received(
            target,
            identity,
            held,
            Objects.requireNonNull(hosted),
            outputs,
            journal,
            stop.epochNanos());
    lock = null;
    hosted = null;
    log = null;
    return received;
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

  /** Receives the base checkpoint and brings up the machine. */
  private void base(VkernelFolder target, VkernelIdentity identity, Outputs outputs)
      throws IOException {
    BaseFile file = new BaseFile(new CheckpointFolder(target.checkpoints()));
    file.receive(connection, SILENCE_MILLIS);
    CrashPoint.DESTINATION_BASE_RECEIVED.reached();
    CheckpointManifest manifest;
    try (CheckpointReader reader = CheckpointReader.open(file.part())) {
      manifest = reader.manifest();
      if (!manifest.vkernel().equals(identity.id())
          || !manifest.config().equals(identity.config())) {
        throw new ReceptionException("a checkpoint of another vkernel", true);
      }
      hosted =
          HostedMachine.restore(reader, identity.disks(), target.disks(), outputs, translation);
    }
    file.become(manifest.number());
    Digest128 config = Digest128.of(new StateCodec().encode(manifest.config()));
    log =
        LogSegments.in(target.log())
            .create(
                new LogHeader(
                    identity.id(),
                    config,
                    manifest.position().segment(),
                    manifest.number(),
                    manifest.position().sequence(),
                    manifest.position().instructions()));
    BitFlip.reached(hosted.machine().ram());
    catchUp = new CatchUp(hosted, log, manifest.position().sequence(), connection);
  }

  /**
   * The replay has come to another state than the source: fetches what differs, and makes a new
   * machine of it. The recording here begins with that, since what was received does not lead to
   * it.
   */
  private Digest128 correct(
      VkernelFolder target,
      VkernelIdentity identity,
      WireMessage.Stop stop,
      String divergence,
      Outputs outputs)
      throws IOException {
    String what = divergence.isEmpty() ? "state at the stop is another" : divergence;
    connection.send(new WireMessage.Diverged(false, what));
    listener.accept("\"" + target.name() + "\": replay diverged: " + what);
    HostedMachine wrong = Objects.requireNonNull(hosted);
    Repair repair = new Repair(connection, wrong, SILENCE_MILLIS);
    MachineState state = repair.run();
    FreshStart start = new FreshStart(target, identity);
    EventLogWriter journal = Objects.requireNonNull(log);
    journal.close();
    Path checkpoint = start.checkpoint(journal.header(), stop, state, repair.contents());
    wrong.close();
    hosted = null;
    log = start.log();
    try (CheckpointReader reader = CheckpointReader.open(checkpoint)) {
      hosted =
          HostedMachine.restore(reader, identity.disks(), target.disks(), outputs, translation);
    }
    Digest128 digest = hosted.digest();
    if (!digest.equals(stop.digest())) {
      throw new ReceptionException("corrected to " + digest + ", not to " + stop.digest(), false);
    }
    listener.accept("\"" + target.name() + "\": corrected, " + repair.pages() + " pages");
    return digest;
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

  private void refuse(IOException why) {
    boolean safety = why instanceof ReceptionException r && r.isSafety();
    String reason = why.getMessage() == null ? "failed" : why.getMessage();
    try {
      connection.send(new WireMessage.Refuse(safety, reason));
    } catch (IOException ignored) {
      // The peer has gone; nothing is lost by its not knowing why.
    }
  }

  /**
   * Gives back whatever was not handed on. What is prepared stays, for the source may have decided.
   */
  private void discard() throws InterruptedException {
    try {
      connection.close();
      if (catchUp != null) {
        catchUp.close();
      }
      if (log != null) {
        log.close();
      }
      if (hosted != null) {
        hosted.close();
      }
      if (lock != null && folder != null && !prepared) {
        folder.abandon();
      }
      if (lock != null) {
        lock.close();
      }
    } catch (IOException e) {
      listener.accept("cleaning up: " + e.getMessage());
    }
  }
}
