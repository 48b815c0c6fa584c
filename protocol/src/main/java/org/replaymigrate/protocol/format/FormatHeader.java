package org.replaymigrate.protocol.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * The first (and, in files that end with an index, also the last) bytes of every format. All
 * numbers are little-endian.
 *
 * <pre>
 *   0        8                16       18       20       24
 *   +--------+----------------+--------+--------+--------+
 *   | magic  | name, ASCII,   | version| 0      | CRC32C |
 *   | 8 bytes| zero-padded, 8 | u16    | u16    | of 0-19|
 *   +--------+----------------+--------+--------+--------+
 * </pre>
 *
 * The magic begins with a byte above 127 and holds both kinds of line end, so that a transfer as
 * text is noticed.
 *
 * @param name of the format, 1 to 8 printable ASCII characters
 * @param oldest the oldest version that is understood, at least 1
 * @param newest the version that is written, and the newest that is understood
 */
public record FormatHeader(String name, int oldest, int newest) {
  public static final int BYTES = 24;

  private static final byte[] MAGIC = {(byte) 0x89, 'R', 'M', 'I', 'G', '\r', '\n', 0x1a};

  public FormatHeader {
    if (name.isEmpty()
        || name.length() > 8
        || !name.chars().allMatch(c -> c > 32 && c < 127)
        || oldest < 1
        || newest < oldest
        || newest > 0xffff) {
      throw new IllegalArgumentException(name + " " + oldest + ".." + newest);
    }
  }

  /** The header of the newest version. */
  public byte[] bytes() {
    return bytes(newest);
  }

  /** The header of a version between {@link #oldest} and {@link #newest}. */
  public byte[] bytes(int version) {
    ByteBuffer b = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
    b.put(MAGIC).put(padded()).putShort((short) version).putShort((short) 0);
    return b.putInt(checksum(b.array(), 0)).array();
  }

  /**
   * Checks the header at {@code offset} of {@code bytes}.
   *
   * @param where what the bytes are, for messages: a file's name, a peer's address
   * @return the version, between {@link #oldest} and {@link #newest}
   */
  public int check(byte[] bytes, int offset, String where) throws FormatException {
    if (bytes.length - offset < BYTES) {
      throw new FormatException.Corrupt(where + ": cut short within its header");
    }
    ByteBuffer b = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    if (!isMagic(bytes, offset)) {
      throw new FormatException.Corrupt(where + ": not a file of this program");
    }
    if (b.getInt(offset + 20) != checksum(bytes, offset)) {
      throw new FormatException.Corrupt(where + ": header does not match its checksum");
    }
    if (!Arrays.equals(bytes, offset + 8, offset + 16, padded(), 0, 8)) {
      throw new FormatException.Corrupt(where + ": not of format \"" + name + "\"");
    }
    int version = b.getShort(offset + 16) & 0xffff;
    if (version < oldest) {
      throw new FormatException.TooOld(
          where + ": " + name + " format " + version + ", this program reads from " + oldest);
    }
    if (version > newest) {
      throw new FormatException.TooNew(
          where + ": " + name + " format " + version + ", this program reads up to " + newest);
    }
    return version;
  }

  /** Whether the eight bytes at {@code offset} are those that every header begins with. */
  public static boolean isMagic(byte[] bytes, int offset) {
    return Arrays.equals(bytes, offset, offset + MAGIC.length, MAGIC, 0, MAGIC.length);
  }

  private byte[] padded() {
    return Arrays.copyOf(name.getBytes(StandardCharsets.US_ASCII), 8);
  }

  private static int checksum(byte[] bytes, int offset) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, offset, 20);
    return (int) crc.getValue();
  }
}
