package org.replaymigrate.protocol.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.Arrays;
import org.replaymigrate.protocol.format.Extract;
import org.replaymigrate.protocol.format.FormatException;
import org.replaymigrate.protocol.format.FormatHeader;

/**
 * What a pack says of itself: which pages it has, and where their batches lie. Found to be whole,
 * and to be what the pack is called after. Immutable; 32 bytes of memory a page.
 */
public final class PackTable {
  private final Sha256 id;
  private final int[] lengths;
  private final int[] checksums;

  /** Where each batch begins in the file, and, at the end, where the last one ends. */
  private final long[] offsets;

  /** The first entry of each batch, and, at the end, the number of entries. */
  private final int[] firsts;

  private final byte[] hashes;

  private PackTable(
      Sha256 id, int[] lengths, int[] checksums, long[] offsets, int[] firsts, byte[] hashes) {
    this.id = id;
    this.lengths = lengths;
    this.checksums = checksums;
    this.offsets = offsets;
    this.firsts = firsts;
    this.hashes = hashes;
  }

  /**
   * Reads the table of a pack. Allocates no more than the file is long.
   *
   * @param id what the file is called
   */
  static PackTable read(FileChannel file, Sha256 id, String where) throws IOException {
    long end = file.size() - PackFormat.FOOTER_BYTES;
    if (end < FormatHeader.BYTES) {
      throw new FormatException.Corrupt(where + ": cut short");
    }
    PackFormat.HEADER.check(Extract.of(file, 0, FormatHeader.BYTES, where), 0, where);
    PackFormat.Footer footer =
        PackFormat.Footer.read(Extract.of(file, end, PackFormat.FOOTER_BYTES, where), end, where);
    byte[] table = Extract.of(file, footer.table(), footer.tableBytes(), where);
    if (PackFormat.crc(table, table.length) != footer.checksum()) {
      throw new FormatException.Corrupt(where + ": table does not match its checksum");
    }
    PackTable read = decode(table, footer, id, where);
    if (!Sha256.of(read.hashes, 0, read.hashes.length).equals(id)) {
      throw new FormatException.Corrupt(where + ": not the pack that it is called after");
    }
    return read;
  }

  private static PackTable decode(byte[] table, PackFormat.Footer footer, Sha256 id, String where)
      throws FormatException.Corrupt {
    int batches = footer.batches();
    int[] lengths = new int[batches];
    int[] checksums = new int[batches];
    long[] offsets = new long[batches + 1];
    int[] firsts = new int[batches + 1];
    offsets[0] = FormatHeader.BYTES;
    ByteBuffer in = ByteBuffer.wrap(table).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < batches; i++) {
      lengths[i] = in.getInt();
      checksums[i] = in.getInt();
      int pages = in.getInt();
      if (lengths[i] < 1
          || lengths[i] > PackFormat.MAX_COMPRESSED
          || pages < 1
          || pages > PackFormat.MAX_BATCH) {
        throw new FormatException.Corrupt(where + ": batch " + i + " cannot be");
      }
      offsets[i + 1] = offsets[i] + lengths[i];
      firsts[i + 1] = firsts[i] + pages;
    }
    if (offsets[batches] != footer.table() || firsts[batches] != footer.entries()) {
      throw new FormatException.Corrupt(where + ": its batches are not where it says");
    }
    byte[] hashes = Arrays.copyOfRange(table, batches * PackFormat.BATCH_BYTES, table.length);
    return new PackTable(id, lengths, checksums, offsets, firsts, hashes);
  }

  /** What the pack is called. */
  public Sha256 id() {
    return id;
  }

  /** How many pages it has; they are numbered from 0. */
  public int entries() {
    return firsts[firsts.length - 1];
  }

  /** How many batches it has. */
  public int batches() {
    return lengths.length;
  }

  /** The batch that holds an entry. */
  public int batchOf(int entry) {
    int found = Arrays.binarySearch(firsts, entry);
    return found >= 0 ? found : -found - 2;
  }

  /** The first entry of a batch; of the one behind the last, the number of entries. */
  public int first(int batch) {
    return firsts[batch];
  }

  /** The name of an entry. */
  public Sha256 hash(int entry) {
    return Sha256.at(hashes, entry * Sha256.BYTES);
  }

  /** Bytes of the file. */
  public long bytes() {
    return offsets[lengths.length]
        + (long) lengths.length * PackFormat.BATCH_BYTES
        + hashes.length
        + PackFormat.FOOTER_BYTES;
  }

  long offset(int batch) {
    return offsets[batch];
  }

  /** Compressed bytes of a batch. */
  public int length(int batch) {
    return lengths[batch];
  }

  int checksum(int batch) {
    return checksums[batch];
  }

  byte[] hashes() {
    return hashes;
  }
}
