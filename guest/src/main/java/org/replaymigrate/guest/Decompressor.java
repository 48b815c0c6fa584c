package org.replaymigrate.guest;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import org.tukaani.xz.XZInputStream;

/** Undoes the compressions that kernels and modules come in, told apart by their first bytes. */
final class Decompressor {

  private static final byte[] GZIP = {0x1f, (byte) 0x8b};
  private static final byte[] XZ = {(byte) 0xfd, '7', 'z', 'X', 'Z', 0};
  private static final byte[] ZSTD = {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd};

  private Decompressor() {}

  /**
   * The bytes as they were before compression; the same array when they are not compressed.
   *
   * @param what the name to use in an error
   * @param limit most bytes to return, because a few compressed ones can stand for any number
   */
  static byte[] decompress(byte[] bytes, String what, int limit) throws IOException {
    if (startsWith(bytes, ZSTD)) {
      throw new GuestException(what + " is compressed with zstd, which is not read here");
    }
    if (!startsWith(bytes, GZIP) && !startsWith(bytes, XZ)) {
      return bytes;
    }
    try (InputStream in = open(bytes)) {
      byte[] plain = in.readNBytes(limit);
      if (in.read() >= 0) {
        throw new GuestException(what + " is larger than " + limit + " bytes");
      }
      return plain;
    } catch (GuestException e) {
      throw e;
    } catch (IOException e) {
      throw new GuestException(what + " cannot be decompressed: " + e.getMessage(), e);
    }
  }

  private static InputStream open(byte[] bytes) throws IOException {
    InputStream in = new ByteArrayInputStream(bytes);
    return startsWith(bytes, GZIP) ? new GZIPInputStream(in, 1 << 16) : new XZInputStream(in);
  }

  private static boolean startsWith(byte[] bytes, byte[] prefix) {
    if (bytes.length < prefix.length) {
      return false;
    }
    for (int i = 0; i < prefix.length; i++) {
      if (bytes[i] != prefix[i]) {
        return false;
      }
    }
    return true;
  }
}
