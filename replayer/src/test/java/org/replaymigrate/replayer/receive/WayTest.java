package org.replaymigrate.replayer.receive;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.replaymigrate.protocol.home.Home;
import org.replaymigrate.protocol.home.HomeException;
import org.replaymigrate.protocol.home.VkernelFolder;
import org.replaymigrate.protocol.home.VkernelLock;
import org.replaymigrate.protocol.owner.OwnerFile;
import org.replaymigrate.protocol.owner.Ownership;
import org.replaymigrate.protocol.wire.WireMessage;

/** A vkernel comes home to a process that has not yet written down what it gave away. */
class WayTest {
  private static final UUID VKERNEL = new UUID(1, 2);

  @TempDir Path temp;

  private VkernelFolder folder() throws IOException {
    return new Home(temp).vkernel("hop");
  }

  private static WireMessage.Hello hello() {
    return new WireMessage.Hello(1, 1, VKERNEL, new UUID(3, 4), 2, "hop", new byte[0]);
  }

  private static VkernelLock leaving(VkernelFolder folder) throws IOException {
    VkernelLock lock = folder.lockForNew();
    Files.createFile(folder.path().resolve("identity"));
    assertTrue(folder.exists());
    new OwnerFile(folder.owner()).write(Ownership.created(VKERNEL).give(new UUID(5, 6), "there"));
    return lock;
  }

  @Test
  @SuppressWarnings("try") // the lock is held, not used
  void oneThatIsNotWantedAnyMoreStopsWaiting() throws IOException {
    VkernelFolder folder = folder();
    try (VkernelLock held = leaving(folder)) {
      Way way = new Way(new Home(temp));
      assertThrows(ReceptionException.class, () -> way.clear(folder, hello(), () -> false));
      assertThrows(HomeException.InUse.class, folder::lockForRunning);
    }
  }

  @Test
  void oneThatIsWantedWaitsForTheLock() throws IOException {
    VkernelFolder folder = folder();
    VkernelLock held = leaving(folder);
    new Way(new Home(temp))
        .clear(
            folder,
            hello(),
            () -> {
              close(held);
              return true;
            });
    assertFalse(folder.exists());
  }

  private static void close(VkernelLock lock) {
    try {
      lock.close();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
