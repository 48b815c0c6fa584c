package org.replaymigrate.protocol.log;

import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * The file of a Chronicle Queue as bytes. It is a sequence of documents, each at a multiple of 4:
 *
 * <pre>
 *   +0                                     +4            +4+length   next multiple of 4
 *   +--------------------------------------+-------------+-----------+
 *   | u32: bit 31 still being written      | length bytes| padding   |
 *   |      bit 30 Chronicle's own          |             |           |
 *   |      bit 29..0 length                |             |           |
 *   +--------------------------------------+-------------+-----------+
 * </pre>
 *
 * A word of zero ends the sequence: nothing has been written there yet. The word gets its final
 * value last, so that a document which is not marked as being written is whole.
 *
 * <p>Reads through a buffer, which may be older than the file; {@link #refresh} forgets it. Plain
 * reads, not a mapping: a file that shrinks under a mapping takes the JVM with it.
 */
final class QueueFile implements Closeable {
  static final String NAME = "19700101L.cq4";

  static final int UNFINISHED = 1 << 31;
  static final int INTERNAL = 1 << 30;
  static final int LENGTH = INTERNAL - 1;

  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int BUFFER = 256 << 10;
  private static final int PAGE = 4 << 10;

  private final RandomAccessFile file;
  private final byte[] buffer = new byte[BUFFER];
  private long start;
  private int filled;

  /**
   * How much to read at a time: little where a writer is being followed, more and more elsewhere.
   */
  private int ahead = PAGE;

  QueueFile(Path directory) throws IOException {
    file = new RandomAccessFile(directory.resolve(NAME).toFile(), "r");
  }

  long size() throws IOException {
    return file.length();
  }

  /** Forgets what was read ahead. */
  void refresh() {
    filled = 0;
    ahead = PAGE;
  }

  /** Where the next document is. */
  static long next(long offset, int length) {
    return (offset + 4 + length + 3) & ~3L;
  }

  /** The word at {@code offset}; 0 behind the end of the file. */
  int word(long offset) throws IOException {
    return has(offset, 4) ? (int) INT.get(buffer, at(offset)) : 0;
  }

  /** Whether the file has these bytes; if so they are in {@link #buffer} from {@link #at}. */
  boolean has(long offset, int length) throws IOException {
    if (offset < start || offset + length > start + filled) {
      fill(offset, length);
    }
    return offset + length <= start + filled;
  }

  byte[] buffer() {
    return buffer;
  }

  int at(long offset) {
    return (int) (offset - start);
  }

  byte[] copy(long offset, int length) {
    return Arrays.copyOfRange(buffer, at(offset), at(offset) + length);
  }

  private void fill(long offset, int length) throws IOException {
    if (length > buffer.length) {
      throw new IllegalArgumentException(length + " bytes");
    }
    file.seek(offset);
    start = offset;
    filled = 0;
    int wanted = Math.max(length, ahead);
    ahead = Math.min(2 * wanted, BUFFER);
    while (filled < length) {
      int n = file.read(buffer, filled, wanted - filled);
      if (n < 0) {
        return;
      }
      filled += n;
    }
  }

  /** The last multiple of 4 from {@code offset} on at which there is something, or -1. */
  long lastWritten(long offset) throws IOException {
    long last = -1;
    long size = size();
    for (long o = offset; o < size; o += 4) {
      if (word(o) != 0) {
        last = o;
      }
    }
    return last;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
