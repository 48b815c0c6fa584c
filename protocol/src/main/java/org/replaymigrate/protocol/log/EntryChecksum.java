package org.replaymigrate.protocol.log;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * The checksum of an entry: CRC32C over the vkernel's id, the segment's number and the entry's
 * body, exclusive-or the low half of the event's sequence number.
 *
 * <p>The id makes entries of other logs invalid here. The sequence number is thereby checked
 * without taking room; and because it is xored on, an entry that is met out of order, as behind a
 * damaged one, tells its number: see {@link #sequence}. For one thread at a time.
 */
final class EntryChecksum {
  static final int PREFIX = 20;

  private final CRC32C crc = new CRC32C();
  private final byte[] prefix;

  EntryChecksum(LogHeader header) {
    ByteBuffer b = ByteBuffer.allocate(PREFIX);
    b.putLong(header.vkernel().getMostSignificantBits());
    b.putLong(header.vkernel().getLeastSignificantBits());
    prefix = b.putInt(Integer.reverseBytes(header.segment())).array();
  }

  /** What the entry with this number and body carries. */
  int of(long sequence, byte[] buffer, int offset, int length) {
    return sequence(0, buffer, offset, length) ^ (int) sequence;
  }

  /** The low half of the sequence number with which this body would carry {@code checksum}. */
  int sequence(int checksum, byte[] buffer, int offset, int length) {
    crc.reset();
    crc.update(prefix);
    crc.update(buffer, offset, length);
    return (int) crc.getValue() ^ checksum;
  }

  /** Of the header entry, which nothing is known about yet. */
  static int ofHeader(byte[] buffer, int offset, int length) {
    CRC32C crc = new CRC32C();
    crc.update(buffer, offset, length);
    return (int) crc.getValue();
  }
}
