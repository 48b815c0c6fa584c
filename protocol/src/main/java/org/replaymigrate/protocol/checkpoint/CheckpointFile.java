package org.replaymigrate.protocol.checkpoint;

import com.github.luben.zstd.Zstd;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.replaymigrate.protocol.checkpoint.CheckpointManifest.Batch;
import org.replaymigrate.protocol.format.Extract;
import org.replaymigrate.protocol.format.FormatException;
import org.replaymigrate.protocol.format.FormatHeader;
import org.replaymigrate.protocol.format.Unpacked;
import org.replaymigrate.protocol.page.PagedContent;
import org.replaymigrate.protocol.store.Sha256;

/** One checkpoint file, none of which is believed before its checksum was right. For any thread. */
final class CheckpointFile implements Closeable {
  private static final int PAGE = PagedContent.PAGE_SIZE;
  private static final int MAX_COMPRESSED = (int) Zstd.compressBound(Batch.MAX_PAGES * PAGE);

  private final Path path;
  private final FileChannel file;
  private final CheckpointManifest manifest;

  private CheckpointFile(Path path, FileChannel file) throws IOException {
    this.path = path;
    this.file = file;
    this.manifest = readManifest();
  }

  static CheckpointFile open(Path path) throws IOException {
    FileChannel file = FileChannel.open(path, StandardOpenOption.READ);
    try {
      return new CheckpointFile(path, file);
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  Path path() {
    return path;
  }

  CheckpointManifest manifest() {
    return manifest;
  }

  long bytes() throws IOException {
    return file.size();
  }

  private CheckpointManifest readManifest() throws IOException {
    String where = path.toString();
    long end = file.size() - CheckpointFormat.FOOTER_BYTES;
    if (end < FormatHeader.BYTES) {
      throw new FormatException.Corrupt(where + ": cut short");
    }
    int version =
        CheckpointFormat.HEADER.check(Extract.of(file, 0, FormatHeader.BYTES, where), 0, where);
    CheckpointFormat.Footer footer =
        CheckpointFormat.Footer.read(
            Extract.of(file, end, CheckpointFormat.FOOTER_BYTES, where), end, where);
    byte[] packed = Extract.of(file, footer.manifestOffset(), footer.manifestLength(), where);
    if (CheckpointFormat.crc(packed, packed.length) != footer.checksum()) {
      throw new FormatException.Corrupt(where + ": manifest does not match its checksum");
    }
    byte[] plain = new byte[footer.manifestSize()];
    Unpacked.into(plain, packed, where + ": manifest");
    return new ManifestCodec(where).decode(plain, version);
  }

  /** A batch as it is stored, found to match its checksum. */
  byte[] compressed(Batch batch) throws IOException {
    String where = where(batch);
    if (batch.length() < 1 || batch.length() > MAX_COMPRESSED) {
      throw new FormatException.Corrupt(where + ": " + batch.length() + " compressed bytes");
    }
    byte[] packed = Extract.of(file, batch.offset(), batch.length(), where);
    if (CheckpointFormat.crc(packed, packed.length) != batch.checksum()) {
      throw new FormatException.Corrupt(where + ": do not match their checksum");
    }
    return packed;
  }

  private String where(Batch batch) {
    int[] numbers = batch.pages();
    int first = Arrays.stream(numbers).min().orElse(0);
    return path + ": pages " + first + " and " + (numbers.length - 1) + " more";
  }

  /** The pages of a batch, one after the other, each found to be what its hash says. */
  byte[] read(Batch batch) throws IOException {
    byte[] packed = compressed(batch);
    int[] numbers = batch.pages();
    byte[] pages = new byte[numbers.length * PAGE];
    Unpacked.into(pages, packed, where(batch));
    Sha256.Hasher hasher = new Sha256.Hasher();
    byte[] found = new byte[Sha256.BYTES];
    for (int i = 0; i < numbers.length; i++) {
      hasher.hash(pages, i * PAGE, PAGE, found, 0);
      int at = i * Sha256.BYTES;
      if (!Arrays.equals(found, 0, Sha256.BYTES, batch.hashes(), at, at + Sha256.BYTES)) {
        throw new FormatException.Corrupt(
            path + ": page " + numbers[i] + ": content does not match its hash");
      }
    }
    return pages;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
