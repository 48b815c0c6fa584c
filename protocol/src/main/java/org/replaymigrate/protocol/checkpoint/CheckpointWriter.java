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
import org.replaymigrate.protocol.checkpoint.CheckpointManifest.Run;
import org.replaymigrate.protocol.checkpoint.CheckpointManifest.Space;
import org.replaymigrate.protocol.page.PagedContent;

/**
 * Writes a checkpoint file, which appears under its name when it is complete and on the disk. For
 * one thread.
 */
final class CheckpointWriter implements PageSink, Closeable {
  private static final int PAGE = PagedContent.PAGE_SIZE;
  private static final byte[] ZERO = new byte[PAGE];

  private final Path path;
  private final Path temporary;
  private final CheckpointManifest head;
  private final FileChannel file;
  private final PageHash hash = new PageHash();
  private final byte[] pages = new byte[Batch.MAX_PAGES * PAGE];
  private final MemorySegment segment = MemorySegment.ofArray(pages);
  private final int[] numbers = new int[Batch.MAX_PAGES];
  private final byte[] hashes = new byte[Batch.MAX_PAGES * PageHash.BYTES];
  private final byte[] compressed = new byte[(int) Zstd.compressBound(pages.length)];
  private final List<Space> spaces = new ArrayList<>();
  private final List<Integer> pageCounts;
  private List<Batch> batches = new ArrayList<>();
  private int[] zeroes = new int[64];
  private int zeroCount;
  private int count;
  private long written;

  /**
   * Begins a file beside {@code path}.
   *
   * @param pageCounts how many pages each space has
   */
  CheckpointWriter(Path path, CheckpointManifest head, List<Integer> pageCounts)
      throws IOException {
    this.path = path;
    this.head = head;
    this.pageCounts = pageCounts;
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
    byte[] header = CheckpointFormat.HEADER.bytes();
    write(header, header.length);
  }

  @Override
  public void nextSpace() throws IOException {
    flush();
    spaces.add(new Space(pageCounts.get(spaces.size()), zeroRuns(), batches));
    batches = new ArrayList<>();
    zeroCount = 0;
  }

  @Override
  public MemorySegment slot() {
    return segment.asSlice((long) count * PAGE, PAGE);
  }

  @Override
  public void add(int page) throws IOException {
    int at = count * PAGE;
    if (Arrays.equals(pages, at, at + PAGE, ZERO, 0, PAGE)) {
      addZero(page);
      return;
    }
    System.arraycopy(hash.of(pages, at), 0, hashes, count * PageHash.BYTES, PageHash.BYTES);
    numbers[count++] = page;
    if (count == Batch.MAX_PAGES) {
      flush();
    }
  }

  /**
   * Whoever restores RAM from nothing begins with zeroes; whoever restores anything else does not.
   */
  private void addZero(int page) {
    if (spaces.isEmpty() && head.parent() == CheckpointManifest.NO_PARENT) {
      return;
    }
    if (zeroCount == zeroes.length) {
      zeroes = Arrays.copyOf(zeroes, 2 * zeroCount);
    }
    zeroes[zeroCount++] = page;
  }

  private List<Run> zeroRuns() {
    Arrays.sort(zeroes, 0, zeroCount);
    List<Run> runs = new ArrayList<>();
    for (int i = 0; i < zeroCount; ) {
      int first = i;
      do {
        i++;
      } while (i < zeroCount && zeroes[i] == zeroes[i - 1] + 1);
      runs.add(new Run(zeroes[first], i - first));
    }
    return runs;
  }

  private void flush() throws IOException {
    if (count == 0) {
      return;
    }
    long n =
        Zstd.compressByteArray(
            compressed, 0, compressed.length, pages, 0, count * PAGE, CheckpointFormat.ZSTD_LEVEL);
    if (Zstd.isError(n)) {
      throw new IOException(path + ": cannot compress: " + Zstd.getErrorName(n));
    }
    int length = (int) n;
    batches.add(
        new Batch(
            written,
            length,
            CheckpointFormat.crc(compressed, length),
            Arrays.copyOf(numbers, count),
            Arrays.copyOf(hashes, count * PageHash.BYTES)));
    write(compressed, length);
    count = 0;
  }

  /**
   * Completes the file; all pages are in.
   *
   * @return its length in bytes
   */
  long finish() throws IOException {
    nextSpace();
    byte[] plain = new ManifestCodec(path.toString()).encode(head.with(spaces));
    byte[] packed = Zstd.compress(plain, CheckpointFormat.ZSTD_LEVEL);
    long offset = written;
    write(packed, packed.length);
    int crc = CheckpointFormat.crc(packed, packed.length);
    byte[] footer = new CheckpointFormat.Footer(offset, packed.length, plain.length, crc).bytes();
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
    }
    Files.deleteIfExists(temporary);
  }
}
