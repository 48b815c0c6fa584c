package org.replaymigrate.vkernel.board;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The header of a RISC-V Linux {@code Image} (Documentation/arch/riscv/boot-image-header.rst):
 *
 * <pre>
 *   u32 code0, code1; u64 text_offset, image_size, flags; u32 version, res1; u64 res2;
 *   u64 magic "RISCV\0\0\0"; u32 magic2 "RSC\x05", pe_offset;
 * </pre>
 *
 * @param textOffset where it goes, from a boundary of 2 MiB
 * @param imageSize bytes of memory it takes, from its start
 */
record LinuxImage(long textOffset, long imageSize) {
  private static final int HEADER = 64;
  private static final long MAX_SIZE = 512L << 20;
  private static final int BIG_ENDIAN = 1;

  static boolean looksLike(byte[] file) {
    return FileKind.has(file, 0x38, "RSC\u0005");
  }

  static LinuxImage parse(byte[] file) {
    if (file.length < HEADER) {
      throw new LoadException("kernel: Linux image is truncated in its header");
    }
    ByteBuffer b = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    long textOffset = b.getLong(8);
    long imageSize = b.getLong(16);
    if ((b.getLong(24) & BIG_ENDIAN) != 0) {
      throw new LoadException("kernel: Linux image for a big-endian machine");
    }
    if (textOffset < 0
        || textOffset > MAX_SIZE
        || textOffset % 4096 != 0
        || imageSize < 0
        || imageSize > MAX_SIZE) {
      throw new LoadException("kernel: Linux image with an impossible header");
    }
    long expected = expectedFileSize(b);
    if (file.length < expected) {
      throw new LoadException(
          "kernel: Linux image is truncated: " + file.length + " of " + expected + " bytes");
    }
    return new LinuxImage(textOffset, Math.max(imageSize, file.length));
  }

  /**
   * The header's size includes memory that is not in the file, so only the section table which
   * kernels carry for EFI tells how long the file must be; 0 without one.
   */
  private static long expectedFileSize(ByteBuffer b) {
    long pe = Integer.toUnsignedLong(b.getInt(60));
    if (b.get(0) != 'M' || b.get(1) != 'Z' || pe < HEADER || pe > 4096) {
      return 0;
    }
    long expected = pe + 24;
    if (b.capacity() < expected || b.getInt((int) pe) != 0x4550) {
      return expected;
    }
    int sections = b.getShort((int) pe + 6) & 0xffff;
    long at = expected + (b.getShort((int) pe + 20) & 0xffff);
    expected = at + 40L * sections;
    if (b.capacity() < expected) {
      return expected;
    }
    for (; sections > 0; sections--, at += 40) {
      long size = Integer.toUnsignedLong(b.getInt((int) at + 16));
      long offset = Integer.toUnsignedLong(b.getInt((int) at + 20));
      expected = Math.max(expected, offset + size);
    }
    return expected;
  }
}
