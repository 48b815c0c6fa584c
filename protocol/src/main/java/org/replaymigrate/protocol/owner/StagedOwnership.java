package org.replaymigrate.protocol.owner;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * A change of the owner file of which everything is on the disk but its name. {@link #put} makes it
 * true for every process, {@link #sync} for a host that loses power after it. Closing it before it
 * was put takes it back. For one thread at a time.
 */
public final class StagedOwnership implements AutoCloseable {
  private final Path staged;
  private final Path target;
  private final FileChannel directory;
  private boolean put;

  StagedOwnership(Path staged, Path target) throws IOException {
    this.staged = staged;
    this.target = target;
    Path folder = target.toAbsolutePath().getParent();
    if (folder == null) {
      throw new IOException(target + ": not a file");
    }
    this.directory = FileChannel.open(folder, StandardOpenOption.READ);
  }

  /** The owner file says it from now on, in one step. */
  public void put() throws IOException {
    Files.move(staged, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    put = true;
  }

  /** It is on the disk when this returns. */
  public void sync() throws IOException {
    directory.force(true);
  }

  /**
   * Costs what {@link #put} and {@link #sync} would cost, and changes nothing; only before them.
   */
  public void rehearse() throws IOException {
    Path other = target.resolveSibling(target.getFileName() + ".rehearsed");
    Files.move(staged, other, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    directory.force(true);
    Files.move(other, staged, StandardCopyOption.ATOMIC_MOVE);
  }

  @Override
  public void close() throws IOException {
    directory.close();
    if (!put) {
      Files.deleteIfExists(staged);
    }
  }
}
