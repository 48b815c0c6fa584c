package org.replaymigrate.cli.process;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/** What time, disks and other releases do to files. Formats are those of {@code docs/formats}. */
final class Damage {
  private static final int INTERNAL = 1 << 30;
  private static final int UNFINISHED = 1 << 31;
  private static final int VERSION_AT = 16;
  private static final int HEADER_CHECKSUM_AT = 20;

  private Damage() {}

  /** Flips one bit. */
  static void flipBit(Path file, long offset) throws IOException {
    try (RandomAccessFile f = new RandomAccessFile(file.toFile(), "rw")) {
      f.seek(offset);
      int old = f.read();
      f.seek(offset);
      f.write(old ^ 0x10);
    }
  }

  /** Makes a binary file one of another version of its format, with the right checksum. */
  static void setVersion(Path file, int version) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    ByteBuffer b = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    b.putShort(VERSION_AT, (short) version);
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, HEADER_CHECKSUM_AT);
    b.putInt(HEADER_CHECKSUM_AT, (int) crc.getValue());
    Files.write(file, bytes);
  }

  /** Flips a bit within an event of a log's segment; events count from 0 there. */
  static void flipBitOfEvent(Path segment, int event) throws IOException {
    long[] entry = entries(segment).get(event + 1); // behind the header
    flipBit(file(segment), entry[0] + 4 + entry[1] / 2);
  }

  /** As if power had failed while an entry was being written behind the last. */
  static void tearTail(Path segment) throws IOException {
    long[] last = entries(segment).getLast();
    ByteBuffer torn = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    torn.putInt(UNFINISHED | 40).putInt(0x1234_5678).putInt(0x0bad_cafe);
    try (RandomAccessFile f = new RandomAccessFile(file(segment).toFile(), "rw")) {
      f.seek((last[0] + 4 + last[1] + 3) & ~3L);
      f.write(torn.array());
    }
  }

  private static Path file(Path segment) {
    return segment.resolve("19700101L.cq4");
  }

  /** Offset and length of each entry, the header first. */
  private static List<long[]> entries(Path segment) throws IOException {
    ByteBuffer b = ByteBuffer.wrap(Files.readAllBytes(file(segment)));
    b.order(ByteOrder.LITTLE_ENDIAN);
    List<long[]> entries = new ArrayList<>();
    int at = 0;
    int word = b.getInt(at);
    while (word != 0 && (word & UNFINISHED) == 0) {
      int length = word & (INTERNAL - 1);
      if ((word & INTERNAL) == 0) {
        entries.add(new long[] {at, length});
      }
      at = (at + 4 + length + 3) & ~3;
      word = b.getInt(at);
    }
    return entries;
  }
}
