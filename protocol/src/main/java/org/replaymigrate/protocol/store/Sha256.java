package org.replaymigrate.protocol.store;

import java.nio.ByteBuffer;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A SHA-256: what a page, or a list of pages, is known by. Its 32 bytes as four big-endian words.
 */
public record Sha256(long a, long b, long c, long d) {
  public static final int BYTES = 32;

  /** The one that stands at {@code offset} of {@code bytes}. */
  public static Sha256 at(byte[] bytes, int offset) {
    ByteBuffer from = ByteBuffer.wrap(bytes, offset, BYTES);
    return new Sha256(from.getLong(), from.getLong(), from.getLong(), from.getLong());
  }

  /** That of {@code length} bytes. */
  public static Sha256 of(byte[] bytes, int offset, int length) {
    byte[] hash = new byte[BYTES];
    new Hasher().hash(bytes, offset, length, hash, 0);
    return at(hash, 0);
  }

  /** Its bytes. */
  public byte[] bytes() {
    return ByteBuffer.allocate(BYTES).putLong(a).putLong(b).putLong(c).putLong(d).array();
  }

  /** As 64 hexadecimal digits. */
  @Override
  public String toString() {
    return HexFormat.of().formatHex(bytes());
  }

  /**
   * What {@link #toString} gave.
   *
   * @throws IllegalArgumentException if it is anything else
   */
  public static Sha256 parse(String text) {
    if (text.length() != 2 * BYTES) {
      throw new IllegalArgumentException(text + ": not 64 hexadecimal digits");
    }
    return at(HexFormat.of().parseHex(text), 0);
  }

  /** Makes many without garbage. For one thread at a time. */
  public static final class Hasher {
    private final MessageDigest sha256;

    public Hasher() {
      try {
        sha256 = MessageDigest.getInstance("SHA-256");
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every Java platform has SHA-256", e);
      }
    }

    /** Puts the hash of some bytes at {@code at} of {@code into}. */
    public void hash(byte[] bytes, int offset, int length, byte[] into, int at) {
      sha256.update(bytes, offset, length);
      try {
        sha256.digest(into, at, BYTES);
      } catch (DigestException e) {
        throw new IllegalArgumentException("no room for a hash at " + at, e);
      }
    }
  }
}
