package org.replaymigrate.protocol.disk;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.replaymigrate.vkernel.port.HostFault;

/**
 * A file read and written at offsets, by any thread. Failures are {@link HostFault}s. An interrupt
 * closes the channel of whoever uses it at the moment; the file is then opened again, so that it
 * costs no request.
 */
final class DiskFile implements Closeable {
  private final Path path;
  private final boolean writable;
  private FileChannel channel;
  private boolean closed;

  private DiskFile(Path path, boolean writable, FileChannel channel) {
    this.path = path;
    this.writable = writable;
    this.channel = channel;
  }

  static DiskFile readOnly(Path path) throws IOException {
    return new DiskFile(path, false, FileChannel.open(path, StandardOpenOption.READ));
  }

  /** An empty sparse file; one that is there already is emptied. */
  static DiskFile create(Path path) throws IOException {
    FileChannel channel =
        FileChannel.open(
            path,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.SPARSE);
    return new DiskFile(path, true, channel);
  }

  /** Fills what remains of {@code destination}. */
  void read(long position, ByteBuffer destination) {
    long begin = position - destination.position();
    retrying(
        "read",
        c -> {
          while (destination.hasRemaining()) {
            if (c.read(destination, begin + destination.position()) < 0) {
              throw new EOFException("ends before byte " + (begin + destination.limit()));
            }
          }
        });
  }

  /** Writes what remains of {@code source}. */
  void write(long position, ByteBuffer source) {
    long begin = position - source.position();
    retrying(
        "write",
        c -> {
          while (source.hasRemaining()) {
            c.write(source, begin + source.position());
          }
        });
  }

  private interface Transfer {
    void run(FileChannel channel) throws IOException;
  }

  private void retrying(String what, Transfer transfer) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          transfer.run(channel());
          return;
        } catch (ClosedChannelException e) {
          interrupted |= Thread.interrupted();
          reopen();
        }
      }
    } catch (IOException e) {
      throw new HostFault(path + ": cannot " + what + ": " + e.getMessage(), e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private synchronized FileChannel channel() {
    return channel;
  }

  private synchronized void reopen() throws IOException {
    if (closed) {
      throw new IOException("it is closed");
    }
    if (!channel.isOpen()) {
      channel =
          writable
              ? FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)
              : FileChannel.open(path, StandardOpenOption.READ);
    }
  }

  @Override
  public synchronized void close() throws IOException {
    closed = true;
    channel.close();
  }
}
