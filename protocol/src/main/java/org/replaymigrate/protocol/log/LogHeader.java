package org.replaymigrate.protocol.log;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.UUID;
import org.replaymigrate.protocol.digest.Digest128;
import org.replaymigrate.protocol.format.FormatException;
import org.replaymigrate.protocol.format.FormatHeader;

/**
 * The first entry of every segment, little-endian:
 *
 * <pre>
 *   0         24        40        56      60        68        76        84
 *   +---------+---------+---------+-------+---------+---------+---------+
 *   | Format- | vkernel | config  |segment| base    | first   | first   |
 *   | Header  | UUID    | digest  | u32   | checkp. | sequence| instr.  |
 *   +---------+---------+---------+-------+---------+---------+---------+
 * </pre>
 *
 * @param vkernel whose recording it is
 * @param config digest of the encoded configuration
 * @param segment number of the segment, from 0
 * @param baseCheckpoint the checkpoint from which the machine was brought up for this segment
 * @param firstSequence of the segment's first event
 * @param firstInstructions count from which the first event's is measured
 */
public record LogHeader(
    UUID vkernel,
    Digest128 config,
    int segment,
    long baseCheckpoint,
    long firstSequence,
    long firstInstructions) {
  static final FormatHeader FORMAT = new FormatHeader("log", 1, 1);
  static final int BYTES = FormatHeader.BYTES + 60;

  public LogHeader {
    if (segment < 0 || baseCheckpoint < 0 || firstSequence < 0 || firstInstructions < 0) {
      throw new IllegalArgumentException("a negative number in a log header");
    }
  }

  byte[] bytes() {
    ByteBuffer b = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
    b.put(FORMAT.bytes());
    b.order(ByteOrder.BIG_ENDIAN);
    b.putLong(vkernel.getMostSignificantBits()).putLong(vkernel.getLeastSignificantBits());
    config.put(b);
    b.putInt(segment).putLong(baseCheckpoint).putLong(firstSequence).putLong(firstInstructions);
    return b.array();
  }

  /** Reads a header whose checksum has been found right. */
  static LogHeader read(byte[] bytes, String where) throws FormatException {
    FORMAT.check(bytes, 0, where);
    if (bytes.length != BYTES) {
      throw new FormatException.Corrupt(where + ": log header of " + bytes.length + " bytes");
    }
    ByteBuffer b = ByteBuffer.wrap(bytes).position(FormatHeader.BYTES);
    UUID vkernel = new UUID(b.getLong(), b.getLong());
    Digest128 config = Digest128.get(b);
    try {
      return new LogHeader(vkernel, config, b.getInt(), b.getLong(), b.getLong(), b.getLong());
    } catch (IllegalArgumentException e) {
      throw new FormatException.Corrupt(where + ": " + e.getMessage());
    }
  }
}
