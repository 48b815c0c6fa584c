package org.replaymigrate.protocol.home;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The right to run a vkernel on this host: locks on two bytes of a file, which the kernel releases
 * when their holder dies, however it does.
 *
 * <p>The first byte is the right itself. The second says that its holder has announced itself, in a
 * file beside this one. Those who only look try the second, so that they never stand in the way of
 * somebody who takes the right, and never believe what a process has announced that was killed.
 */
public final class VkernelLock implements AutoCloseable {
  private static final long RIGHT = 0;
  private static final long ANNOUNCED = 1;

  /**
   * Files locked by this JVM. They must not even be opened again: closing any channel of a file
   * releases every lock that the process has on it.
   */
  private static final Map<Path, VkernelLock> HELD_HERE = new HashMap<>();

  private final Path file;
  private final FileChannel channel;
  private boolean announced;

  private VkernelLock(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /** The lock on {@code file}, whose folder is there; null if somebody holds it. */
  static @Nullable VkernelLock tryTake(Path file) throws IOException {
    Path real = real(file);
    synchronized (HELD_HERE) {
      if (HELD_HERE.containsKey(real)) {
        return null;
      }
      FileChannel channel =
          FileChannel.open(real, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (!tryLock(channel, RIGHT)) {
        return null;
      }
      VkernelLock lock = new VkernelLock(real, channel);
      HELD_HERE.put(real, lock);
      return lock;
    }
  }

  /** Locks one byte, or closes the channel. */
  private static boolean tryLock(FileChannel channel, long at) throws IOException {
    FileLock lock = null;
    try {
      lock = channel.tryLock(at, 1, false);
    } catch (OverlappingFileLockException e) {
      return false; // held by this JVM, through another class loader
    } finally {
      if (lock == null) {
        channel.close();
      }
    }
    return lock != null;
  }

  private static Path real(Path file) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    return folder == null ? file : folder.toRealPath().resolve(file.getFileName());
  }

  /** Says that what has been announced is true, for as long as the lock is held. */
  void announced() throws IOException {
    synchronized (HELD_HERE) {
      if (!announced) {
        channel.lock(ANNOUNCED, 1, false); // waits for those who are just looking
        announced = true;
      }
    }
  }

  /** Whether somebody holds the lock on {@code file} and has announced itself. */
  static boolean isAnnounced(Path file) throws IOException {
    if (!Files.exists(file)) {
      return false;
    }
    Path real = real(file);
    synchronized (HELD_HERE) {
      VkernelLock here = HELD_HERE.get(real);
      if (here != null) {
        return here.announced;
      }
      try (FileChannel channel = FileChannel.open(real, StandardOpenOption.WRITE)) {
        return !tryLock(channel, ANNOUNCED);
      }
    }
  }

  /** Lets somebody else run it. */
  @Override
  public void close() throws IOException {
    synchronized (HELD_HERE) {
      if (HELD_HERE.remove(file, this)) {
        channel.close();
      }
    }
  }
}
