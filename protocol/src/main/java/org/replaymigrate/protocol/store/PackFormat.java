package org.replaymigrate.protocol.store;

import com.github.luben.zstd.Zstd;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;
import org.replaymigrate.protocol.format.FormatException;
import org.replaymigrate.protocol.format.FormatHeader;
import org.replaymigrate.protocol.page.PagedContent;

/**
 * Where things lie in a pack, little-endian:
 *
 * <pre>
 *   0              24                       t          t + 12 b          t + 12 b + 32 n   + 24
 *   +--------------+--------//--------------+----//----+-------//-------+------------------+
 *   | FormatHeader | b batches, each one    | batches  | hashes         | footer           |
 *   | "pagepack" 1 | zstd frame             | 12 each  | 32 each        |                  |
 *   +--------------+--------//--------------+----//----+-------//-------+------------------+
 *
 *   batch                         footer
 *   0        4        8       12  0         8       12      16             20        24
 *   +--------+--------+-------+   +---------+-------+-------+--------------+---------+
 *   | length | CRC32C | pages |   | t       | b     | n     | CRC32C of    | CRC32C  |
 *   | u32    | u32    | u32   |   | u64     | u32   | u32   | t to footer  | of 0-19 |
 *   +--------+--------+-------+   +---------+-------+-------+--------------+---------+
 * </pre>
 *
 * The file is called after the SHA-256 of its hashes, so that who names a pack and an entry has
 * named the page.
 */
final class PackFormat {
  static final FormatHeader HEADER = new FormatHeader("pagepack", 1, 1);
  static final int FOOTER_BYTES = 24;
  static final int BATCH_BYTES = 12;
  static final int PAGE = PagedContent.PAGE_SIZE;

  /** Most pages that are compressed together. */
  static final int MAX_BATCH = 128;

  /** Most pages of a pack, so that no size overflows: 64 GiB of pages, and a table of 512 MiB. */
  static final int MAX_ENTRIES = 1 << 24;

  static final int MAX_COMPRESSED = (int) Zstd.compressBound((long) MAX_BATCH * PAGE);
  static final int ZSTD_LEVEL = 1;

  /** The last bytes of the file. */
  record Footer(long table, int batches, int entries, int checksum) {
    byte[] bytes() {
      ByteBuffer b = ByteBuffer.allocate(FOOTER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
      b.putLong(table).putInt(batches).putInt(entries).putInt(checksum);
      return b.putInt(crc(b.array(), FOOTER_BYTES - 4)).array();
    }

    int tableBytes() {
      return batches * BATCH_BYTES + entries * Sha256.BYTES;
    }

    /**
     * Reads the footer of a file.
     *
     * @param end where it begins, and the table must end
     */
    static Footer read(byte[] bytes, long end, String where) throws FormatException.Corrupt {
      ByteBuffer b = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      Footer footer = new Footer(b.getLong(), b.getInt(), b.getInt(), b.getInt());
      boolean possible =
          b.getInt() == crc(bytes, FOOTER_BYTES - 4)
              && footer.entries > 0
              && footer.entries <= MAX_ENTRIES
              && footer.batches > 0
              && footer.batches <= footer.entries
              && footer.table >= FormatHeader.BYTES
              && footer.table == end - footer.tableBytes();
      if (!possible) {
        throw new FormatException.Corrupt(where + ": cut short, or its end is damaged");
      }
      return footer;
    }
  }

  private PackFormat() {}

  static int crc(byte[] bytes, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }
}
