package org.replaymigrate.guest;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Brings a kernel file to the plain RISC-V {@code Image} that a boot loader copies to memory
 * (Linux, Documentation/arch/riscv/boot-image-header.rst). Distributions ship it as it is, which is
 * a PE/COFF executable at the same time, or compressed as a whole, or inside an EFI program that
 * decompresses it ({@code zboot}).
 */
final class KernelImage {

  /*
   * struct riscv_image_header {   // all little-endian
   *   u32 code0, code1;           //  0
   *   u64 text_offset;            //  8
   *   u64 image_size;             // 16  with bss
   *   u64 flags;                  // 24
   *   u32 version;  u32 res1;     // 32
   *   u64 res2;                   // 40
   *   u64 magic;                  // 48  "RISCV\0\0\0", deprecated
   *   u32 magic2;  u32 res3;      // 56  "RSC\5"
   * };
   */
  private static final int HEADER_SIZE = 64;
  private static final int MAGIC2_OFFSET = 56;
  private static final int MAGIC2 = 0x05435352;

  /*
   * struct linux_efi_zboot_header {
   *   u32 mz_magic;               //  0  "MZ\0\0"
   *   u32 image_type;             //  4  "zimg"
   *   u32 payload_offset;         //  8
   *   u32 payload_size;           // 12
   *   u32 reserved[2];            // 16
   *   char comp_type[];           // 24
   * };
   */
  private static final int ZBOOT_TYPE_OFFSET = 4;
  private static final int ZBOOT_TYPE = 0x676d697a;
  private static final int ZBOOT_PAYLOAD_OFFSET = 8;
  private static final int ZBOOT_PAYLOAD_SIZE = 12;

  private static final int ELF_MAGIC = 0x464c457f;

  /** Debian's are 30 to 40 MB. */
  private static final int LIMIT = 512 << 20;

  private KernelImage() {}

  /**
   * The plain Image in a kernel file.
   *
   * @param what the name to use in an error
   * @throws GuestException when there is none in it
   */
  static byte[] plain(byte[] file, String what) throws IOException {
    byte[] image = Decompressor.decompress(file, what, LIMIT);
    if (isZboot(image)) {
      image = Decompressor.decompress(zbootPayload(image, what), what, LIMIT);
    }
    if (!isImage(image)) {
      boolean elf = image.length >= 4 && littleEndian(image).getInt(0) == ELF_MAGIC;
      throw new GuestException(
          what + " is " + (elf ? "an ELF file" : "not a kernel") + ", not a RISC-V Image");
    }
    return image;
  }

  static boolean isImage(byte[] bytes) {
    return bytes.length >= HEADER_SIZE && littleEndian(bytes).getInt(MAGIC2_OFFSET) == MAGIC2;
  }

  private static boolean isZboot(byte[] bytes) {
    return bytes.length >= HEADER_SIZE
        && bytes[0] == 'M'
        && bytes[1] == 'Z'
        && littleEndian(bytes).getInt(ZBOOT_TYPE_OFFSET) == ZBOOT_TYPE;
  }

  private static byte[] zbootPayload(byte[] bytes, String what) throws GuestException {
    long offset = Integer.toUnsignedLong(littleEndian(bytes).getInt(ZBOOT_PAYLOAD_OFFSET));
    long size = Integer.toUnsignedLong(littleEndian(bytes).getInt(ZBOOT_PAYLOAD_SIZE));
    if (offset + size > bytes.length) {
      throw new GuestException(what + " is cut short");
    }
    return Arrays.copyOfRange(bytes, (int) offset, (int) (offset + size));
  }

  private static ByteBuffer littleEndian(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
