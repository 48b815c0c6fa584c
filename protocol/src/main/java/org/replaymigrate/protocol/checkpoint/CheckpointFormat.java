package org.replaymigrate.protocol.checkpoint;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;
import org.replaymigrate.protocol.format.FormatException;
import org.replaymigrate.protocol.format.FormatHeader;

/**
 * Where things lie in a checkpoint file, little-endian. In format 2 there are no batches, because
 * the pages are in the store:
 *
 * <pre>
 *   0              24                          m              m + n             m + n + 24
 *   +--------------+--------//-----------------+------//------+-------------------+
 *   | FormatHeader | batches: zstd frames, the | manifest, a  | Footer            |
 *   | "checkpt"    | manifest says where       | zstd frame   |                   |
 *   +--------------+--------//-----------------+------//------+-------------------+
 *
 *   Footer
 *   0         8       12       16       20       24
 *   +---------+-------+--------+--------+--------+
 *   | m       | n     | size   | CRC32C | CRC32C |
 *   | u64     | u32   | u32    | of n   | of 0-19|
 *   +---------+-------+--------+--------+--------+
 * </pre>
 *
 * n counts the compressed bytes of the manifest, size the bytes they decompress to.
 */
final class CheckpointFormat {
  static final FormatHeader HEADER = new FormatHeader("checkpt", 1, 2);
  static final int FOOTER_BYTES = 24;

  /**
   * No manifest needs more: a page takes some 34 bytes, most of them a hash that does not compress.
   */
  private static final int MAX_MANIFEST = 1 << 30;

  private static final int MANIFEST_MARGIN = 16 << 20;
  private static final int MOST_COMPRESSION = 64;

  static final int ZSTD_LEVEL = 1;

  /** Parents of parents; whoever writes incremental checkpoints begins anew long before. */
  static final int MAX_CHAIN = 1000;

  /** The last bytes of the file. */
  record Footer(long manifestOffset, int manifestLength, int manifestSize, int checksum) {
    byte[] bytes() {
      ByteBuffer b = ByteBuffer.allocate(FOOTER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
      b.putLong(manifestOffset).putInt(manifestLength).putInt(manifestSize).putInt(checksum);
      return b.putInt(crc(b.array(), FOOTER_BYTES - 4)).array();
    }

    /**
     * Reads the footer of a file.
     *
     * @param end where the footer begins, and the manifest must end
     */
    static Footer read(byte[] bytes, long end, String where) throws FormatException.Corrupt {
      ByteBuffer b = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      Footer footer = new Footer(b.getLong(), b.getInt(), b.getInt(), b.getInt());
      boolean possible =
          b.getInt() == crc(bytes, FOOTER_BYTES - 4)
              && footer.manifestOffset >= FormatHeader.BYTES
              && footer.manifestLength > 0
              && footer.manifestOffset == end - footer.manifestLength
              && footer.manifestSize > 0
              && footer.manifestSize <= MAX_MANIFEST
              && footer.manifestSize
                  <= MANIFEST_MARGIN + (long) MOST_COMPRESSION * footer.manifestLength;
      if (!possible) {
        throw new FormatException.Corrupt(where + ": cut short, or its end is damaged");
      }
      return footer;
    }
  }

  private CheckpointFormat() {}

  static int crc(byte[] bytes, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }
}
