package org.replaymigrate.protocol.store;

import com.github.luben.zstd.Zstd;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * Writes a pack, which appears under its name when it is complete and on the disk. For one thread.
 */
final class PackWriter implements Closeable {
  private final Path folder;
  private final Path temporary;
  private final FileChannel file;
  private final byte[] compressed = new byte[PackFormat.MAX_COMPRESSED];
  private ByteBuffer batches = ByteBuffer.allocate(1 << 10).order(ByteOrder.LITTLE_ENDIAN);
  private byte[] hashes = new byte[1 << 12];
  private int batchCount;
  private int entries;
  private long written;

  /** Begins a pack in the folder of the others. */
  PackWriter(Path folder) throws IOException {
    this.folder = folder;
    this.temporary = Files.createTempFile(folder, "new", ".part");
    this.file = FileChannel.open(temporary, StandardOpenOption.WRITE);
    try {
      byte[] header = PackFormat.HEADER.bytes();
      write(header, header.length);
    } catch (IOException e) {
      close(); // the disk is full
      throw e;
    }
  }

  /** Pages that it has so far; the next one gets this number. */
  int entries() {
    return entries;
  }

  /**
   * Adds pages that are to be compressed together.
   *
   * @param pages one after the other
   * @param count of them, 1 to {@link PackFormat#MAX_BATCH}
   * @param names their hashes, one after the other
   */
  void add(byte[] pages, int count, byte[] names) throws IOException {
    long n =
        Zstd.compressByteArray(
            compressed,
            0,
            compressed.length,
            pages,
            0,
            count * PackFormat.PAGE,
            PackFormat.ZSTD_LEVEL);
    if (Zstd.isError(n)) {
      throw new IOException(temporary + ": cannot compress: " + Zstd.getErrorName(n));
    }
    addCompressed(compressed, (int) n, count, names);
  }

  /** Adds a batch that somebody else has compressed. */
  void addCompressed(byte[] batch, int length, int count, byte[] names) throws IOException {
    write(batch, length);
    if (batches.remaining() < PackFormat.BATCH_BYTES) {
      batches =
          ByteBuffer.allocate(2 * batches.capacity())
              .order(ByteOrder.LITTLE_ENDIAN)
              .put(batches.flip());
    }
    batches.putInt(length).putInt(PackFormat.crc(batch, length)).putInt(count);
    batchCount++;
    int at = entries * Sha256.BYTES;
    int more = count * Sha256.BYTES;
    if (hashes.length < at + more) {
      hashes = Arrays.copyOf(hashes, Math.max(2 * hashes.length, at + more));
    }
    System.arraycopy(names, 0, hashes, at, more);
    entries += count;
  }

  /**
   * Completes the pack, which has at least one page.
   *
   * @return its name
   */
  Sha256 finish() throws IOException {
    int hashBytes = entries * Sha256.BYTES;
    Sha256 id = Sha256.of(hashes, 0, hashBytes);
    long at = written;
    byte[] table = Arrays.copyOf(batches.array(), batches.position() + hashBytes);
    System.arraycopy(hashes, 0, table, batches.position(), hashBytes);
    write(table, table.length);
    int crc = PackFormat.crc(table, table.length);
    byte[] footer = new PackFormat.Footer(at, batchCount, entries, crc).bytes();
    write(footer, footer.length);
    file.force(true);
    file.close();
    Path path = folder.resolve(PageStore.fileName(id));
    Files.move(temporary, path, StandardCopyOption.ATOMIC_MOVE);
    try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
      directory.force(true);
    }
    return id;
  }

  private void write(byte[] bytes, int length) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes, 0, length);
    while (buffer.hasRemaining()) {
      written += file.write(buffer);
    }
  }

  /** Throws away what is not complete. */
  @Override
  public void close() throws IOException {
    file.close();
    Files.deleteIfExists(temporary);
  }
}
