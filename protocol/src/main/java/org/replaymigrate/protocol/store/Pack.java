package org.replaymigrate.protocol.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.replaymigrate.protocol.format.Extract;
import org.replaymigrate.protocol.format.FormatException;
import org.replaymigrate.protocol.format.Unpacked;

/** A pack, open for reading: it stays readable when it is removed. For any thread. */
public final class Pack implements Closeable {
  private final Path path;
  private final FileChannel file;
  private final PackTable table;

  private Pack(Path path, FileChannel file, PackTable table) {
    this.path = path;
    this.file = file;
    this.table = table;
  }

  /**
   * Opens a pack and reads its table.
   *
   * @throws FormatException if it is damaged, cut short, or of another version
   */
  static Pack open(Path path, Sha256 id) throws IOException {
    FileChannel file = FileChannel.open(path, StandardOpenOption.READ);
    try {
      return new Pack(path, file, PackTable.read(file, id, path.toString()));
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /** Opens a pack whose table has been read before. */
  static Pack open(Path path, PackTable table) throws IOException {
    FileChannel file = FileChannel.open(path, StandardOpenOption.READ);
    try {
      if (file.size() != table.bytes()) {
        throw new FormatException.Corrupt(path + ": not as long as it was");
      }
      return new Pack(path, file, table);
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  public PackTable table() {
    return table;
  }

  public Path path() {
    return path;
  }

  /** A batch as it is stored, found to match its checksum. */
  public byte[] compressed(int batch) throws IOException {
    String where = where(batch);
    byte[] packed = Extract.of(file, table.offset(batch), table.length(batch), where);
    if (PackFormat.crc(packed, packed.length) != table.checksum(batch)) {
      throw new FormatException.Corrupt(where + ": does not match its checksum");
    }
    return packed;
  }

  /**
   * The pages of a batch, one after the other, whose content nobody has compared with its name: see
   * {@link #verify}.
   */
  public byte[] batch(int batch) throws IOException {
    byte[] packed = compressed(batch);
    int size = (table.first(batch + 1) - table.first(batch)) * PackFormat.PAGE;
    byte[] pages = new byte[size];
    Unpacked.into(pages, packed, where(batch) + ": pages");
    return pages;
  }

  /**
   * Compares a page with its name.
   *
   * @param pages what {@link #batch} gave for the entry's batch
   */
  public void verify(byte[] pages, int entry, Sha256.Hasher hasher) throws FormatException.Corrupt {
    int at = (entry - table.first(table.batchOf(entry))) * PackFormat.PAGE;
    byte[] found = new byte[Sha256.BYTES];
    hasher.hash(pages, at, PackFormat.PAGE, found, 0);
    int named = entry * Sha256.BYTES;
    if (!Arrays.equals(found, 0, found.length, table.hashes(), named, named + Sha256.BYTES)) {
      throw new FormatException.Corrupt(path + ": entry " + entry + " does not match its hash");
    }
  }

  private String where(int batch) {
    return path + ": batch " + batch;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
