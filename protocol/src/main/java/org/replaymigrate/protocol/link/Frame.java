package org.replaymigrate.protocol.link;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * A frame, little-endian:
 *
 * <pre>
 *   0        4        8
 *   +--------+--------+---------//---------+
 *   | length | CRC32C | message of length  |
 *   +--------+--------+---------//---------+
 * </pre>
 *
 * The checksum goes over the message and, for a numbered frame, over its number behind it (u64),
 * which is not sent: both sides count. One that comes twice, too early or too late is thus as wrong
 * as one that was damaged.
 */
public final class Frame {
  /** Bytes before the message. */
  public static final int HEADER = 8;

  /** No number. */
  public static final long UNNUMBERED = -1;

  private Frame() {}

  /**
   * A message in its frame.
   *
   * @param number from 0, or {@link #UNNUMBERED}
   */
  public static byte[] of(byte[] message, int length, long number) {
    ByteBuffer frame = ByteBuffer.allocate(HEADER + length).order(ByteOrder.LITTLE_ENDIAN);
    frame.putInt(length);
    frame.putInt(checksum(message, 0, length, number));
    frame.put(message, 0, length);
    return frame.array();
  }

  /** Whether a frame is as it was sent, with this number. */
  public static boolean isIntact(byte[] frame, long number) {
    int expected = ByteBuffer.wrap(frame).order(ByteOrder.LITTLE_ENDIAN).getInt(Integer.BYTES);
    return checksum(frame, HEADER, frame.length - HEADER, number) == expected;
  }

  private static int checksum(byte[] bytes, int from, int length, long number) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, from, length);
    if (number != UNNUMBERED) {
      crc.update(
          ByteBuffer.allocate(Long.BYTES)
              .order(ByteOrder.LITTLE_ENDIAN)
              .putLong(0, number)
              .array());
    }
    return (int) crc.getValue();
  }
}
