package org.replaymigrate.replayer.receive;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.replaymigrate.protocol.home.Home;
import org.replaymigrate.protocol.home.VkernelFolder;
import org.replaymigrate.protocol.home.VkernelLock;
import org.replaymigrate.protocol.owner.OwnerFile;
import org.replaymigrate.protocol.owner.Ownership;
import org.replaymigrate.protocol.wire.WireMessage;

/** Makes room for a vkernel that is about to arrive, if what is in its place may go. */
final class Way {
  private final Home home;

  Way(Home home) {
    this.home = home;
  }

  /**
   * Clears the way. The rest of a transfer that was never completed goes; the recording of a
   * vkernel that comes home, or one that was prepared and then not given, is set aside.
   *
   * @throws ReceptionException if another vkernel is there, or this one is owned here
   */
  @SuppressWarnings("try") // the lock is held, not used
  void clear(VkernelFolder target, WireMessage.Hello hello) throws IOException {
    if (!target.exists()) {
      return;
    }
    try (VkernelLock held = target.lockForRunning()) {
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

  private void setAside(VkernelFolder target, Ownership there) throws IOException {
    String suffix = neverOwned(there) ? "-" + there.transfer() : "";
    Path past = home.path().resolve("past").resolve(target.name() + "-" + there.epoch() + suffix);
    Files.createDirectories(past.getParent());
    Files.move(target.path(), past, StandardCopyOption.ATOMIC_MOVE);
  }

  private static boolean neverOwned(Ownership there) {
    return there.state() == Ownership.State.PREPARED;
  }
}
