package org.replaymigrate.protocol.checkpoint;

import com.github.luben.zstd.Zstd;
import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.replaymigrate.protocol.checkpoint.CheckpointManifest.Batch;
import org.replaymigrate.protocol.page.PagedContent;

/**
 * Writes a checkpoint file, which appears under its name when it is complete and on the disk. For one
 * thread.
 */
public final class CheckpointWriter implements Closeable {
  private static final int PAGE = PagedContent.PAGE_SIZE;
  private static final byte[] ZERO = new byte[PAGE];

  private final Path path;
  private final Path temporary;
  private final FileChannel file;
  private final List<List<Batch>> batches = new ArrayList<>();
  private final byte[] pages = new byte[Batch.MAX_PAGES * PAGE];
  private final int[] numbers = new int[Batch.MAX_PAGES];
  private final byte[] compressed = new byte[(int) Zstd.compressBound(pages.length)];
  private int count;
  private int space;
  private long written;

  /** Begins a file beside {@code path}. */
  public CheckpointWriter(Path path) throws IOException {
    this.path = path;
    this.temporary = path.resolveSibling(path.getFileName() + ".part");
    Path folder = path.toAbsolutePath().getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    this.file =
        FileChannel.open(
            temporary,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING);
    write(CheckpointFormat.HEADER.bytes(), CheckpointFormat.HEADER.bytes().length);
    batches.add(new ArrayList<>());
  }

  /** Pages of the next space follow. */
  void nextSpace() throws IOException {
    flush();
    space++;
    batches.add(new ArrayList<>());
  }

  /** Where the next page's content goes; {@link #add} says which it was. */
  MemorySegment slot() {
    return MemorySegment.ofArray(pages).asSlice((long) count * PAGE, PAGE);
  }

  /** The page in {@link #slot} has this number. A page of zeroes may be left out. */
  void add(int page, boolean keepsZeroes) throws IOException {
    int at = count * PAGE;
    if (!keepsZeroes && Arrays.equals(pages, at, at + PAGE, ZERO, 0, PAGE)) {
      return;
    }
    numbers[count++] = page;
    if (count == Batch.MAX_PAGES) {
      flush();
    }
  }

  private void flush() throws IOException {
    if (count == 0) {
      return;
    }
    int length = compress(pages, count * PAGE);
    int crc = CheckpointFormat.crc(compressed, length);
    batches.get(space).add(new Batch(written, length, crc, Arrays.copyOf(numbers, count)));
    write(compressed, length);
    count = 0;
  }

  private int compress(byte[] bytes, int length) throws IOException {
    long n =
        Zstd.compressByteArray(
            compressed, 0, compressed.length, bytes, 0, length, CheckpointFormat.ZSTD_LEVEL);
    if (Zstd.isError(n)) {
      throw new IOException(path + ": cannot compress: " + Zstd.getErrorName(n));
    }
    return (int) n;
  }

  /** The batches of each space so far, as the manifest wants them; all pages are in. */
  List<List<Batch>> batches() throws IOException {
    flush();
    return batches;
  }

  /**
   * Completes the file.
   *
   * @return its length in bytes
   */
  long finish(CheckpointManifest manifest) throws IOException {
    byte[] plain = manifest.encode();
    byte[] packed = Zstd.compress(plain, CheckpointFormat.ZSTD_LEVEL);
    long offset = written;
    write(packed, packed.length);
    int crc = CheckpointFormat.crc(packed, packed.length);
    byte[] footer =
        new CheckpointFormat.Footer(offset, packed.length, plain.length, crc).bytes();
    write(footer, footer.length);
    file.force(true);
    file.close();
    Files.move(
        temporary, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    Path folder = path.toAbsolutePath().getParent();
    if (folder != null) {
      try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
        directory.force(true);
      }
    }
    return written;
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
    if (file.isOpen()) {
      file.close();
      Files.deleteIfExists(temporary);
    }
  }
}
