package org.replaymigrate.protocol.checkpoint;

import com.github.luben.zstd.Zstd;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.replaymigrate.protocol.checkpoint.CheckpointManifest.Batch;
import org.replaymigrate.protocol.checkpoint.CheckpointManifest.Space;
import org.replaymigrate.protocol.format.FormatException;
import org.replaymigrate.protocol.page.PagedContent;

/** Reads a checkpoint file, believing none of it before its checksum was right. */
public final class CheckpointReader implements Closeable {
  private static final int PAGE = PagedContent.PAGE_SIZE;
  private static final int MAX_COMPRESSED = (int) Zstd.compressBound(Batch.MAX_PAGES * PAGE);

  private final Path path;
  private final FileChannel file;
  private final CheckpointManifest manifest;

  private CheckpointReader(Path path, FileChannel file) throws IOException {
    this.path = path;
    this.file = file;
    this.manifest = readManifest();
  }

  /**
   * Opens a file and reads its manifest.
   *
   * @throws FormatException if it is damaged, cut short, or of another version
   */
  public static CheckpointReader open(Path path) throws IOException {
    FileChannel file = FileChannel.open(path, StandardOpenOption.READ);
    try {
      return new CheckpointReader(path, file);
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  public CheckpointManifest manifest() {
    return manifest;
  }

  /** Bytes of the file. */
  public long bytes() throws IOException {
    return file.size();
  }

  /** Takes a page. */
  @FunctionalInterface
  public interface Sink {
    /** The content is good until this returns. */
    void put(int page, MemorySegment content);
  }

  /**
   * Copies the saved pages of RAM to where they belong; the others are left alone, as they are zero.
   * Several threads decompress.
   *
   * @param memory as long as the machine's RAM
   * @throws FormatException.Corrupt if a page is damaged or missing
   */
  public void restoreRam(MemorySegment memory) throws IOException {
    Space saved = space(0, (int) (memory.byteSize() / PAGE));
    Sink sink =
        (page, content) -> MemorySegment.copy(content, 0, memory, (long) page * PAGE, PAGE);
    try {
      saved.batches().parallelStream().forEach(batch -> put(batch, sink));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /**
   * Hands over the saved pages of a disk, one after the other.
   *
   * @param disk from 0
   * @param pages how many the disk has
   * @throws FormatException.Corrupt if a page is damaged or missing
   */
  public void restoreDisk(int disk, int pages, Sink sink) throws IOException {
    try {
      space(1 + disk, pages).batches().forEach(batch -> put(batch, sink));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private Space space(int index, int pages) throws FormatException.Corrupt {
    if (index >= manifest.spaces().size() || manifest.spaces().get(index).pages() != pages) {
      throw new FormatException.Corrupt(path + ": no space " + index + " with " + pages + " pages");
    }
    return manifest.spaces().get(index);
  }

  private void put(Batch batch, Sink sink) {
    try {
      MemorySegment all = MemorySegment.ofArray(decompress(batch));
      for (int i = 0; i < batch.pages().length; i++) {
        sink.put(batch.pages()[i], all.asSlice((long) i * PAGE, PAGE));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private byte[] decompress(Batch batch) throws IOException {
    int size = batch.pages().length * PAGE;
    String where = path + ": page " + batch.pages()[0] + " and " + (batch.pages().length - 1) + " more";
    if (batch.length() < 1 || batch.length() > MAX_COMPRESSED) {
      throw new FormatException.Corrupt(where + ": " + batch.length() + " compressed bytes");
    }
    byte[] packed = read(batch.offset(), batch.length(), where);
    if (CheckpointFormat.crc(packed, packed.length) != batch.checksum()) {
      throw new FormatException.Corrupt(where + ": do not match their checksum");
    }
    byte[] pages = new byte[size];
    long n = Zstd.decompressByteArray(pages, 0, size, packed, 0, packed.length);
    if (Zstd.isError(n) || n != size) {
      throw new FormatException.Corrupt(where + ": missing from their batch");
    }
    return pages;
  }

  private CheckpointManifest readManifest() throws IOException {
    String where = path.toString();
    int headerBytes = CheckpointFormat.HEADER.bytes().length;
    if (file.size() < headerBytes) {
      throw new FormatException.Corrupt(where + ": cut short");
    }
    CheckpointFormat.HEADER.check(read(0, headerBytes, where), 0, where);
    long end = file.size() - CheckpointFormat.FOOTER_BYTES;
    if (end < headerBytes) {
      throw new FormatException.Corrupt(where + ": cut short");
    }
    CheckpointFormat.Footer footer =
        CheckpointFormat.Footer.read(read(end, CheckpointFormat.FOOTER_BYTES, where));
    boolean possible =
        footer.manifestOffset() >= headerBytes
            && footer.manifestLength() > 0
            && footer.manifestOffset() + footer.manifestLength() == end
            && footer.manifestSize() > 0
            && footer.manifestSize() <= CheckpointFormat.MAX_MANIFEST;
    if (!possible) {
      throw new FormatException.Corrupt(where + ": cut short, or its end is damaged");
    }
    byte[] packed = read(footer.manifestOffset(), footer.manifestLength(), where);
    if (CheckpointFormat.crc(packed, packed.length) != footer.checksum()) {
      throw new FormatException.Corrupt(where + ": manifest does not match its checksum");
    }
    byte[] plain = new byte[footer.manifestSize()];
    long n = Zstd.decompressByteArray(plain, 0, plain.length, packed, 0, packed.length);
    if (Zstd.isError(n) || n != plain.length) {
      throw new FormatException.Corrupt(where + ": manifest cannot be decompressed");
    }
    return CheckpointManifest.decode(plain, where);
  }

  private byte[] read(long offset, int length, String where) throws IOException {
    if (offset < 0 || offset > file.size() - length) {
      throw new FormatException.Corrupt(where + ": missing, the file is cut short");
    }
    ByteBuffer buffer = ByteBuffer.allocate(length);
    while (buffer.hasRemaining()) {
      if (file.read(buffer, offset + buffer.position()) < 0) {
        throw new FormatException.Corrupt(where + ": missing, the file is cut short");
      }
    }
    return buffer.array();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
