package org.replaymigrate.replayer.receive;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.protocol.fault.CrashPoint;
import org.replaymigrate.protocol.format.FormatException;
import org.replaymigrate.protocol.home.Home;
import org.replaymigrate.protocol.home.VkernelFolder;
import org.replaymigrate.protocol.home.VkernelIdentity;
import org.replaymigrate.protocol.home.VkernelLock;
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
  private final Landing.Site site;
  private final Pledge pledge;
  private final Consumer<String> listener;

  private @Nullable VkernelFolder folder;
  private @Nullable VkernelLock lock;
  private @Nullable Rebuilding rebuilding;
  private @Nullable CatchUp catchUp;
  private @Nullable Promise promise;
  private @Nullable Confirmation confirmation;
  private @Nullable Landing landing;
  private boolean prepared;
  private boolean kept;

  Arrival(
      WireConnection connection,
      Home home,
      Translation translation,
      Landing.Site site,
      Pledge pledge,
      Consumer<String> listener) {
    this.connection = connection;
    this.home = home;
    this.translation = translation;
    this.site = site;
    this.pledge = pledge;
    this.listener = listener;
  }

  /**
   * Takes it, or throws why not; {@link #discard} is called afterwards in any case.
   *
   * @return what will run it, and calls {@link #confirm} when it does; null after a rehearsal
   */
  @Nullable Landing run(WireMessage.Hello hello, Outputs outputs)
      throws IOException, InterruptedException {
    CrashPoint.DESTINATION_HELLO_HEARD.reached();
    int version = agree(hello);
    VkernelIdentity identity = identity(hello);
    VkernelFolder target = home.vkernel(hello.name());
    new Way(home).clear(target, hello, () -> !connection.isOver());
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
    Keepsakes keepsakes = Keepsakes.of(home, hello.vkernel());
    connection.send(keepsakes.holds());
    listener.accept("receiving \"" + hello.name() + "\" from " + connection.peer());

    Rebuilding machine = new Rebuilding(target, identity, outputs, translation);
    rebuilding = machine;
    new Beginning(connection, machine, keepsakes, listener, SILENCE_MILLIS).run();
    if (!prepare(machine, owner, receiving, held)) {
      return null;
    }
    awaitCommit();
    Objects.requireNonNull(confirmation).take();
    Landing begins = Objects.requireNonNull(landing);
    landing = null;
    lock = null;
    return begins;
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

  /** Replays, and promises the source to take the vkernel; false if it was only a rehearsal. */
  private boolean prepare(
      Rebuilding machine, OwnerFile owner, Ownership receiving, VkernelLock held)
      throws IOException, InterruptedException {
    Ownership ready = receiving.prepare();
    promise = new Promise(owner.stage(ready));
    confirmation = new Confirmation(connection, owner.stage(ready.commit()), listener);
    while (true) {
      try (LogKeeper keeper = new LogKeeper(machine.log())) {
        long first = machine.log().position().sequence();
        CatchUp replay = new CatchUp(machine, keeper, first, connection);
        catchUp = replay;
        CatchUp.End end = replay.follow(connection, SILENCE_MILLIS);
        machine.awaitBase();
        if (end != null) {
          Takeover takeover =
              new Takeover(connection, machine, replay, keeper, listener, SILENCE_MILLIS);
          return finish(machine, takeover, end, receiving, held);
        }
        replay.close();
      }
      new Leap(connection, machine, listener, SILENCE_MILLIS).run();
    }
  }

  private boolean finish(
      Rebuilding machine, Takeover takeover, CatchUp.End end, Ownership receiving, VkernelLock held)
      throws IOException, InterruptedException {
    Promise promised = Objects.requireNonNull(promise);
    Confirmation confirms = Objects.requireNonNull(confirmation);
    if (end.rehearsal()) {
      takeover.rehearse(end.stop(), promised);
      keep(machine, receiving, end.stop());
      return false;
    }
    takeover.reach(end.stop(), promised);
    landing = takeover.land(site, held, end.stop(), confirms);
    takeover.settle(promised, confirms);
    pledge.give();
    prepared = true;
    CrashPoint.DESTINATION_AFTER_PREPARED.reached();
    connection.send(new WireMessage.Prepared(end.stop().digest()));
    CrashPoint.DESTINATION_PREPARED_SENT.reached();
    return true;
  }

  /** What a rehearsal has built is what the vkernel begins with when it really comes. */
  private void keep(Rebuilding machine, Ownership receiving, WireMessage.Stop stop)
      throws IOException, InterruptedException {
    machine.checkpoint(stop.epochNanos(), stop.digest());
    Objects.requireNonNull(promise).close();
    Objects.requireNonNull(confirmation).close();
    machine.close();
    new Way(home).keep(machine.folder(), receiving);
    kept = true;
    listener.accept("\"" + machine.folder().name() + "\": rehearsed");
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

  /**
   * It runs, or never will: the source is told that it is owned here, and the conversation ends.
   */
  void confirm() {
    Objects.requireNonNull(confirmation).running();
  }

  /**
   * Gives back whatever was not handed on. What is prepared stays, for the source may have decided.
   */
  void discard() throws InterruptedException {
    try {
      if (catchUp != null) {
        catchUp.close();
      }
      if (landing != null) {
        landing.abandon();
      }
      if (rebuilding != null) {
        rebuilding.awaitEnd();
        rebuilding.close();
      }
      if (promise != null) {
        promise.close();
      }
      if (confirmation != null) {
        confirmation.close();
      }
      if (lock != null) {
        if (!prepared && !kept) {
          Objects.requireNonNull(folder).abandon();
        }
        lock.close();
      }
    } catch (IOException e) {
      listener.accept("cleaning up: " + e.getMessage());
    }
  }
}
