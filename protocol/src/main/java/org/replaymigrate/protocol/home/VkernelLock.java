package org.replaymigrate.protocol.home;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The right to run a vkernel on this host: a lock on a file, which the kernel releases when its
 * holder dies, however it does.
 */
public final class VkernelLock implements AutoCloseable {
  /**
   * Files locked by this JVM. They must not even be opened again: closing any channel of a file
   * releases every lock that the process has on it.
   */
  private static final Set<Path> HELD_HERE = new HashSet<>();

  private final Path file;
  private final FileChannel channel;
  private boolean held = true;

  private VkernelLock(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /** The lock on {@code file}, whose folder is there; null if somebody holds it. */
  static @Nullable VkernelLock tryTake(Path file) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    Path real = folder == null ? file : folder.toRealPath().resolve(file.getFileName());
    synchronized (HELD_HERE) {
      if (HELD_HERE.contains(real)) {
        return null;
      }
      FileChannel channel =
          FileChannel.open(real, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock lock = null;
      try {
        lock = channel.tryLock();
      } catch (OverlappingFileLockException e) {
        return null; // held by this JVM, through another class loader
      } finally {
        if (lock == null) {
          channel.close();
        }
      }
      if (lock == null) {
        return null;
      }
      HELD_HERE.add(real);
      return new VkernelLock(real, channel);
    }
  }

  /** Whether somebody holds the lock on {@code file}. Holds it for an instant if nobody does. */
  static boolean isHeld(Path file) throws IOException {
    if (!Files.exists(file)) {
      return false;
    }
    try (VkernelLock lock = tryTake(file)) {
      return lock == null;
    }
  }

  /** Lets somebody else run it. */
  @Override
  public void close() throws IOException {
    synchronized (HELD_HERE) {
      if (held) {
        held = false;
        HELD_HERE.remove(file);
        channel.close();
      }
    }
  }
}
