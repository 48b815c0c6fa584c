package org.replaymigrate.replayer.receive;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.replaymigrate.protocol.home.Home;
import org.replaymigrate.protocol.home.HomeException;
import org.replaymigrate.protocol.home.VkernelFolder;
import org.replaymigrate.protocol.home.VkernelLock;
import org.replaymigrate.protocol.owner.OwnerFile;
import org.replaymigrate.protocol.owner.Ownership;
import org.replaymigrate.protocol.wire.WireMessage;

/** Makes room for a vkernel that is about to arrive, if what is in its place may go. */
final class Way {
  /** Less than the source waits for an answer. */
  private static final long WAIT_NANOS = 10_000_000_000L;

  private final Home home;

  Way(Home home) {
    this.home = home;
  }

  /**
   * Clears the way. The rest of a transfer that was never completed goes; the recording of a
   * vkernel that comes home, or one that was prepared and then not given, is set aside.
   *
   * @param wanted asked while it waits for a process that gives the vkernel away; with false it
   *     gives up
   * @throws ReceptionException if another vkernel is there, or this one is owned here, or it is not
   *     wanted any more
   */
  @SuppressWarnings("try") // the lock is held, not used
  void clear(VkernelFolder target, WireMessage.Hello hello, BooleanSupplier wanted)
      throws IOException {
    if (!target.exists()) {
      return;
    }
    try (VkernelLock held = lock(target, wanted)) {
      Ownership there = new OwnerFile(target.owner()).read();
      if (there != null && there.state() == Ownership.State.RECEIVING) {
        target.abandon();
        return;
      }
      if (there == null || !there.vkernel().equals(hello.vkernel())) {
        throw new ReceptionException(
            "there is another vkernel \"" + target.name() + "\" here already", true);
      }
      boolean left = there.state() == Ownership.State.GIVEN && there.epoch() < hello.epoch();
      // Only an owner says Hello: so of this epoch it was never given, whatever was prepared.
      boolean neverCame =
          there.state() == Ownership.State.PREPARED && there.epoch() == hello.epoch();
      if (!left && !neverCame) {
        throw new ReceptionException("\"" + target.name() + "\" is " + there.describe(), true);
      }
      setAside(target, there);
    }
  }

  /** A process that has given the vkernel away writes down what it had before it lets go. */
  private static VkernelLock lock(VkernelFolder target, BooleanSupplier wanted) throws IOException {
    long deadline = System.nanoTime() + WAIT_NANOS;
    while (true) {
      try {
        return target.lockForRunning();
      } catch (HomeException.InUse e) {
        Ownership there = new OwnerFile(target.owner()).read();
        boolean leaving = there != null && there.state() == Ownership.State.GIVEN;
        if (!leaving || System.nanoTime() > deadline) {
          throw e;
        }
        // The source has begun anew, and waits for this one to end: it would be told that what it
        // wants to send is running here.
        if (!wanted.getAsBoolean()) {
          throw new ReceptionException("given up by the source", false);
        }
      }
    }
  }

  /**
   * Keeps what a rehearsal has left, in place of what earlier ones of this vkernel have. For the
   * holder of the lock.
   */
  void keep(VkernelFolder target, Ownership receiving) throws IOException {
    for (VkernelFolder each : recordings(home, receiving.vkernel())) {
      Ownership there = new OwnerFile(each.owner()).read();
      if (there != null && there.state() == Ownership.State.RECEIVING) {
        each.abandon();
      }
    }
    setAside(target, receiving);
  }

  /** The recordings of a vkernel that were set aside; those that cannot be read are left out. */
  static List<VkernelFolder> recordings(Home home, UUID vkernel) throws IOException {
    return home.pastFolders().stream().filter(each -> isOf(each, vkernel)).toList();
  }

  private static boolean isOf(VkernelFolder folder, UUID vkernel) {
    try {
      Ownership there = new OwnerFile(folder.owner()).read();
      return there != null && there.vkernel().equals(vkernel);
    } catch (IOException e) {
      return false;
    }
  }

  private void setAside(VkernelFolder target, Ownership there) throws IOException {
    String suffix = neverOwned(there) ? "-" + there.transfer() : "";
    Files.createDirectories(home.past());
    Path aside = home.past().resolve(target.name() + "-" + there.epoch() + suffix);
    Files.move(target.path(), aside, StandardCopyOption.ATOMIC_MOVE);
  }

  private static boolean neverOwned(Ownership there) {
    return there.state() != Ownership.State.GIVEN;
  }
}
