package org.replaymigrate.protocol.log;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;

/** Where the entries of a segment go, in the order in which they are appended. */
interface EntrySink extends Closeable {
  /**
   * Appends an entry.
   *
   * @throws IOException if there is no room; nothing has been written, and it can be tried again
   */
  void append(int checksum, byte[] buffer, int offset, int length) throws IOException;

  /** Makes what was appended durable. May be called on another thread than {@link #append}. */
  void sync() throws IOException;

  /**
   * Drops everything, which is what recording is compared with to see what it costs: a process that
   * was started with {@code -Dreplay-migrate.log=nowhere} writes no log. Its vkernel cannot be
   * replayed, moved or resumed.
   */
  EntrySink NOWHERE =
      new EntrySink() {
        @Override
        public void append(int checksum, byte[] buffer, int offset, int length) {}

        @Override
        public void sync() {}

        @Override
        public void close() {}
      };

  /** Begins a segment's queue in {@code directory}, unless this process has no log. */
  static EntrySink begin(Path directory, int checksum, byte[] header) throws IOException {
    return "nowhere".equals(System.getProperty("replay-migrate.log"))
        ? NOWHERE
        : new QueueWriter(directory, checksum, header);
  }
}
