package org.replaymigrate.protocol.digest;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import net.openhft.hashing.LongTupleHashFunction;

/**
 * An XXH3-128 hash with seed 0. It tells states apart that differ by accident; it is no proof
 * against somebody who builds two states with one digest.
 *
 * @param high upper 64 bits
 * @param low lower 64 bits
 */
public record Digest128(long high, long low) {
  /** Size in every format: low, then high, each little-endian. */
  public static final int BYTES = 16;

  /** Marks what has never been touched; no bytes are known to have this hash. */
  public static final Digest128 NONE = new Digest128(0, 0);

  private static final LongTupleHashFunction XXH3 = LongTupleHashFunction.xx128();

  /** The hash of an array's bytes. */
  public static Digest128 of(byte[] bytes) {
    long[] result = new long[2];
    XXH3.hashBytes(bytes, result);
    return new Digest128(result[1], result[0]);
  }

  /** Appends the {@value #BYTES} bytes of this digest. */
  public void put(ByteBuffer buffer) {
    buffer.order(ByteOrder.LITTLE_ENDIAN).putLong(low).putLong(high);
  }

  /** Takes a digest from a buffer that holds one. */
  public static Digest128 get(ByteBuffer buffer) {
    long low = buffer.order(ByteOrder.LITTLE_ENDIAN).getLong();
    return new Digest128(buffer.getLong(), low);
  }

  /** The usual notation: 32 hexadecimal digits, the most significant first. */
  @Override
  public String toString() {
    return String.format("%016x%016x", high, low);
  }
}
