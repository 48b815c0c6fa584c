package org.replaymigrate.protocol.checkpoint;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;
import org.replaymigrate.protocol.format.FormatHeader;

/**
 * Where things lie in a checkpoint file, little-endian:
 *
 * <pre>
 *   0              24                          m              m + n             m + n + 24
 *   +--------------+--------//-----------------+------//------+-------------------+
 *   | FormatHeader | batches: zstd frames, the | manifest, a  | m u64, n u32,     |
 *   | "checkpt" 1  | manifest says where       | zstd frame   | size u32, CRC u32 |
 *   |              |                           |              | of manifest, 0 u32|
 *   +--------------+--------//-----------------+------//------+-------------------+
 * </pre>
 */
final class CheckpointFormat {
  static final FormatHeader HEADER = new FormatHeader("checkpt", 1, 1);
  static final int FOOTER_BYTES = 24;

  /** A manifest needs a little more than one byte a page; this is enough for 1 TiB of RAM. */
  static final int MAX_MANIFEST = 1 << 30;

  static final int ZSTD_LEVEL = 1;

  /** The last bytes of the file. */
  record Footer(long manifestOffset, int manifestLength, int manifestSize, int checksum) {
    byte[] bytes() {
      return ByteBuffer.allocate(FOOTER_BYTES)
          .order(ByteOrder.LITTLE_ENDIAN)
          .putLong(manifestOffset)
          .putInt(manifestLength)
          .putInt(manifestSize)
          .putInt(checksum)
          .putInt(0)
          .array();
    }

    static Footer read(byte[] bytes) {
      ByteBuffer b = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      return new Footer(b.getLong(), b.getInt(), b.getInt(), b.getInt());
    }
  }

  private CheckpointFormat() {}

  static int crc(byte[] bytes, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }
}
