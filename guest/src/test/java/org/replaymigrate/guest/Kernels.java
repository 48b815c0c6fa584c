package org.replaymigrate.guest;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Makes the outer forms of kernels and modules, with nothing in them. */
final class Kernels {

  private static final int SECTION_HEADER = 64;

  private Kernels() {}

  /** A RISC-V Image of the size of its header and a few bytes. */
  static byte[] image(int extra) {
    ByteBuffer image = ByteBuffer.allocate(64 + extra).order(ByteOrder.LITTLE_ENDIAN);
    image.put(0, (byte) 'M').put(1, (byte) 'Z');
    image.putLong(8, 0x200000).putLong(16, 64 + extra);
    image.put(48, "RISCV".getBytes(StandardCharsets.US_ASCII));
    image.put(56, new byte[] {'R', 'S', 'C', 5});
    for (int i = 0; i < extra; i++) {
      image.put(64 + i, (byte) i);
    }
    return image.array();
  }

  /** An EFI program around a compressed kernel. */
  static byte[] zboot(byte[] payload) {
    ByteBuffer file = ByteBuffer.allocate(128 + payload.length).order(ByteOrder.LITTLE_ENDIAN);
    file.put(0, "MZ\0\0zimg".getBytes(StandardCharsets.US_ASCII));
    file.putInt(8, 128).putInt(12, payload.length);
    file.put(128, payload);
    return file.array();
  }

  /** A module that depends on others, for a machine by its ELF number. */
  static byte[] module(int machine, String depends) {
    byte[] info =
        ("license=GPL\0depends=" + depends + "\0name=x\0").getBytes(StandardCharsets.US_ASCII);
    byte[] names = "\0.modinfo\0.shstrtab\0".getBytes(StandardCharsets.US_ASCII);
    int table = 64 + info.length + names.length;
    ByteBuffer elf = ByteBuffer.allocate(table + 3 * SECTION_HEADER).order(ByteOrder.LITTLE_ENDIAN);
    elf.putInt(0, 0x464c457f).put(4, (byte) 2).put(5, (byte) 1);
    elf.putShort(16, (short) 1).putShort(18, (short) machine);
    elf.putLong(40, table).putShort(58, (short) SECTION_HEADER);
    elf.putShort(60, (short) 3).putShort(62, (short) 2);
    elf.put(64, info).put(64 + info.length, names);
    section(elf, table + SECTION_HEADER, 1, 64, info.length);
    section(elf, table + 2 * SECTION_HEADER, 10, 64 + info.length, names.length);
    return elf.array();
  }

  /** A RISC-V module that depends on others. */
  static byte[] module(String depends) {
    return module(243, depends);
  }

  private static void section(ByteBuffer elf, int header, int name, int offset, int size) {
    elf.putInt(header, name).putLong(header + 24, offset).putLong(header + 32, size);
  }
}
