package org.replaymigrate.protocol.store;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Many who add to a store, or one who removes from it, over all processes: a lock on a file, which
 * the kernel releases when its holder dies. One object a store and JVM, since the kernel knows only
 * processes: the JVM has the file open once, for the first of its holders to the last.
 */
final class StoreLock {
  private static final long POLL_MILLIS = 20;

  private final Path file;
  private @Nullable FileChannel channel;
  private @Nullable FileLock lock;
  private int shared;

  /** Somebody of this JVM has it alone, or is trying to. */
  private boolean alone;

  StoreLock(Path file) {
    this.file = file;
  }

  /** Waits until nobody has it alone. */
  synchronized void takeShared() throws IOException {
    awaitNotAlone();
    if (shared == 0) {
      FileChannel opened = open();
      try {
        lock = opened.lock(0, Long.MAX_VALUE, true);
      } finally {
        closeIfUnlocked(opened);
      }
    }
    shared++;
  }

  synchronized void releaseShared() throws IOException {
    shared--;
    if (shared == 0) {
      close();
    }
    notifyAll();
  }

  /**
   * Takes it for one.
   *
   * @param millis for how long to wait for those who have it now
   * @return whether it was had
   */
  synchronized boolean takeAlone(long millis) throws IOException {
    long deadline = System.nanoTime() + millis * 1_000_000;
    try {
      while (alone || shared > 0 || !tryAlone()) {
        long left = (deadline - System.nanoTime()) / 1_000_000;
        if (left <= 0) {
          return false;
        }
        wait(Math.min(left, POLL_MILLIS));
      }
    } catch (InterruptedException e) {
      throw interrupted();
    }
    alone = true;
    return true;
  }

  synchronized void releaseAlone() throws IOException {
    alone = false;
    close();
    notifyAll();
  }

  private boolean tryAlone() throws IOException {
    FileChannel opened = open();
    try {
      lock = opened.tryLock();
      return lock != null;
    } finally {
      closeIfUnlocked(opened);
    }
  }

  private FileChannel open() throws IOException {
    FileChannel opened =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    channel = opened;
    return opened;
  }

  private void closeIfUnlocked(FileChannel opened) throws IOException {
    if (lock == null) {
      channel = null;
      opened.close();
    }
  }

  private void close() throws IOException {
    FileChannel open = channel;
    lock = null;
    channel = null;
    if (open != null) {
      open.close();
    }
  }

  private void awaitNotAlone() throws IOException {
    try {
      while (alone) {
        wait(POLL_MILLIS);
      }
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  private IOException interrupted() {
    Thread.currentThread().interrupt();
    return new InterruptedIOException(file + ": interrupted while waiting for it");
  }
}
