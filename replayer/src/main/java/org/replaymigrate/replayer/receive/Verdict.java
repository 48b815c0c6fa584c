package org.replaymigrate.replayer.receive;

import java.io.IOException;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.protocol.home.Home;
import org.replaymigrate.protocol.home.VkernelFolder;
import org.replaymigrate.protocol.home.VkernelLock;
import org.replaymigrate.protocol.owner.OwnerFile;
import org.replaymigrate.protocol.owner.Ownership;
import org.replaymigrate.protocol.wire.WireConnection;
import org.replaymigrate.protocol.wire.WireMessage;
import org.replaymigrate.replayer.Restore;
import org.replaymigrate.replayer.Restored;
import org.replaymigrate.vkernel.port.Outputs;
import org.replaymigrate.vkernel.translate.Translation;

/** Takes the outcome of a transfer whose connection broke before it could be told. */
final class Verdict {
  private final WireConnection connection;
  private final Home home;
  private final Supplier<Outputs> newOutputs;
  private final Translation translation;
  private final Consumer<String> listener;

  Verdict(
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
   * Does what was decided, and answers.
   *
   * @return the vkernel, if it has just become this host's
   */
  @Nullable Received take(WireMessage.Decide decide) throws IOException, InterruptedException {
    VkernelFolder target = find(decide.vkernel());
    OwnerFile owner = new OwnerFile(target.owner());
    Ownership there = Objects.requireNonNull(owner.read());
    if (there.isOwner() && decide.commit()) {
      connection.send(new WireMessage.Live());
      return null;
    }
    if (there.state() != Ownership.State.PREPARED || !decide.transfer().equals(there.transfer())) {
      throw new ReceptionException("\"" + target.name() + "\" is " + there.describe(), true);
    }
    VkernelLock lock = target.lockForRunning();
    try {
      if (!decide.commit()) {
        target.abandon();
        connection.send(new WireMessage.Live());
        lock.close();
        return null;
      }
      owner.write(there.commit());
      connection.send(new WireMessage.Live());
      listener.accept("\"" + target.name() + "\" is owned here now");
      return restore(target, lock);
    } catch (IOException | InterruptedException | RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  private Received restore(VkernelFolder target, VkernelLock lock)
      throws IOException, InterruptedException {
    Outputs outputs = newOutputs.get();
    Restore restore = new Restore(target, target.disks(), outputs).translation(translation);
    Restored restored = restore.toTheEnd(true, true, p -> {});
    return new Received(
        target,
        target.identity(),
        lock,
        restored.hosted(),
        outputs,
        restore.beginSegment(restored),
        restored.epochNanos(),
        () -> {});
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
}
