package org.replaymigrate.replayer.receive;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.protocol.checkpoint.CheckpointFolder;
import org.replaymigrate.protocol.checkpoint.CheckpointManifest;
import org.replaymigrate.protocol.checkpoint.CheckpointReader;
import org.replaymigrate.protocol.codec.StateCodec;
import org.replaymigrate.protocol.digest.Digest128;
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
import org.replaymigrate.vkernel.port.Outputs;

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
  private final Consumer<String> listener;

  private @Nullable VkernelFolder folder;
  private @Nullable VkernelLock lock;
  private @Nullable HostedMachine hosted;
  private @Nullable EventLogWriter log;
  private @Nullable CatchUp catchUp;
  private boolean prepared;

  /**
   * @param newOutputs makes the outputs of a machine which is going to be replayed
   * @param listener told in one line what happens
   */
  public Reception(
      WireConnection connection,
      Home home,
      Supplier<Outputs> newOutputs,
      Consumer<String> listener) {
    this.connection = connection;
    this.home = home;
    this.newOutputs = newOutputs;
    this.listener = listener;
  }

  /**
   * Serves the connection to its end, and closes it.
   *
   * @return a vkernel that must be run now, or null if there is none
   */
  public @Nullable Received run() throws InterruptedException {
    try (connection) {
      return switch (connection.receive(HELLO_MILLIS)) {
        case WireMessage.Hello hello -> receive(hello);
        case WireMessage.Decide decide -> {
          decide(decide);
          yield null;
        }
        case WireMessage m ->
            throw new ReceptionException(
                "a conversation that begins with message " + m.id(), false);
      };
    } catch (IOException e) {
      refuse(e);
      listener.accept(connection.peer() + ": " + e.getMessage());
      return null;
    } finally {
      discard();
    }
  }

  private Received receive(WireMessage.Hello hello) throws IOException, InterruptedException {
    int version = agree(hello);
    VkernelIdentity identity = identity(hello);
    VkernelFolder target = home.vkernel(hello.name());
    makeWay(target, hello);
    VkernelLock held = target.lockForNew();
    folder = target;
    lock = held;
    OwnerFile owner = new OwnerFile(target.owner());
    Ownership receiving =
        Ownership.receiving(hello.vkernel(), hello.epoch(), hello.transfer(), connection.peer());
    owner.write(receiving);
    connection.send(new WireMessage.Welcome(version));
    CrashPoint.DESTINATION_WELCOMED.reached();
    listener.accept("receiving \"" + hello.name() + "\" from " + connection.peer());

    Outputs outputs = newOutputs.get();
    CheckpointManifest base = base(target, identity, outputs);
    CrashPoint.DESTINATION_BASE_RECEIVED.reached();
    WireMessage.Stop stop = Objects.requireNonNull(catchUp).follow(connection, SILENCE_MILLIS);
    Digest128 digest = catchUp.finish(stop);
    CrashPoint.DESTINATION_REPLAYED.reached();
    if (!digest.equals(stop.digest())) {
      throw new ReceptionException(
          "replayed to " + digest + ", not to the source's " + stop.digest(), false);
    }
    EventLogWriter journal = Objects.requireNonNull(log);
    journal.sync();
    target.establish(identity);
    CrashPoint.DESTINATION_BEFORE_PREPARED.reached();
    Ownership ready = receiving.prepare();
    owner.write(ready);
    prepared = true;
    CrashPoint.DESTINATION_AFTER_PREPARED.reached();
    connection.send(new WireMessage.Prepared(digest));
    awaitCommit();
    CrashPoint.DESTINATION_BEFORE_OWNED.reached();
    owner.write(ready.commit());
    CrashPoint.DESTINATION_AFTER_OWNED.reached();
    tellLive();
    Received received =
        new Received(
            target,
            identity,
            held,
            Objects.requireNonNull(hosted),
            outputs,
            journal,
            base.number());
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

  /** A vkernel that comes home finds its own old recording: that goes aside. */
  @SuppressWarnings("try") // the lock is held, not used
  private void makeWay(VkernelFolder target, WireMessage.Hello hello) throws IOException {
    if (!target.exists()) {
      return;
    }
    Ownership there = new OwnerFile(target.owner()).read();
    if (there == null || !there.vkernel().equals(hello.vkernel())) {
      throw new ReceptionException(
          "there is another vkernel \"" + target.name() + "\" here already", true);
    }
    if (there.state() != Ownership.State.GIVEN || there.epoch() >= hello.epoch()) {
      throw new ReceptionException("\"" + target.name() + "\" is " + there.describe(), true);
    }
    Path past = home.path().resolve("past").resolve(target.name() + "-" + there.epoch());
    try (VkernelLock held = target.lockForRunning()) {
      Files.createDirectories(past.getParent());
      Files.move(target.path(), past, StandardCopyOption.ATOMIC_MOVE);
    }
  }

  /** Receives the base checkpoint and brings up the machine. */
  private CheckpointManifest base(VkernelFolder target, VkernelIdentity identity, Outputs outputs)
      throws IOException {
    CheckpointFolder checkpoints = new CheckpointFolder(target.checkpoints());
    Files.createDirectories(checkpoints.path());
    Path part = checkpoints.path().resolve("base.part");
    receiveFile(part);
    CheckpointManifest manifest;
    try (CheckpointReader reader = CheckpointReader.open(part)) {
      manifest = reader.manifest();
      if (!manifest.vkernel().equals(identity.id())
          || !manifest.config().equals(identity.config())) {
        throw new ReceptionException("a checkpoint of another vkernel", true);
      }
      hosted = HostedMachine.restore(reader, identity.disks(), target.disks(), outputs);
    }
    Files.move(part, checkpoints.file(manifest.number()), StandardCopyOption.ATOMIC_MOVE);
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
    catchUp = new CatchUp(hosted, log, manifest.position().sequence(), connection);
    return manifest;
  }

  private void receiveFile(Path part) throws IOException {
    long received = 0;
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(part), 1 << 20)) {
      while (true) {
        switch (connection.receive(SILENCE_MILLIS)) {
          case WireMessage.CheckpointPart p -> {
            out.write(p.bytes());
            received += p.bytes().length;
          }
          case WireMessage.CheckpointEnd end -> {
            if (end.bytes() != received) {
              throw new ReceptionException(
                  received + " bytes of a checkpoint of " + end.bytes(), false);
            }
            return;
          }
          case WireMessage.Abort a ->
              throw new ReceptionException("the source gave up: " + a.reason(), false);
          case WireMessage m ->
              throw new ReceptionException("message " + m.id() + " within a checkpoint", false);
        }
      }
    }
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

  /** Takes the outcome of an earlier transfer. */
  @SuppressWarnings("try") // the lock is held, not used
  private void decide(WireMessage.Decide decide) throws IOException {
    VkernelFolder target = find(decide.vkernel());
    OwnerFile owner = new OwnerFile(target.owner());
    Ownership there = Objects.requireNonNull(owner.read());
    if (there.isOwner() && decide.commit()) {
      connection.send(new WireMessage.Live());
      return;
    }
    if (there.state() != Ownership.State.PREPARED || !decide.transfer().equals(there.transfer())) {
      throw new ReceptionException("\"" + target.name() + "\" is " + there.describe(), true);
    }
    try (VkernelLock held = target.lockForRunning()) {
      if (decide.commit()) {
        owner.write(there.commit());
        listener.accept("\"" + target.name() + "\" is owned here now: `resume` starts it");
      } else {
        target.abandon();
      }
    }
    connection.send(new WireMessage.Live());
  }

  private VkernelFolder find(UUID vkernel) throws IOException {
    for (VkernelFolder candidate : home.list()) {
      Ownership there = new OwnerFile(candidate.owner()).read();
      if (there != null && there.vkernel().equals(vkernel)) {
        return candidate;
      }
    }
    throw new ReceptionException("no vkernel " + vkernel + " here", true);
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
