package org.replaymigrate.protocol.format;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;

/** What was compressed by zstd, from a peer or a file that may hold anything. */
public final class Unpacked {
  private Unpacked() {}

  /**
   * Decompresses into an array, which it must fill.
   *
   * @param what it is, for the message
   * @throws FormatException.Corrupt if it is something else
   */
  public static void into(byte[] array, byte[] packed, String what) throws FormatException.Corrupt {
    long length;
    try {
      length = Zstd.decompressByteArray(array, 0, array.length, packed, 0, packed.length);
    } catch (ZstdException e) {
      throw new FormatException.Corrupt(what + " cannot be decompressed");
    }
    if (length != array.length) {
      throw new FormatException.Corrupt(what + " cannot be decompressed");
    }
  }
}
