package org.replaymigrate.guest;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a kernel module says of itself in its section {@code .modinfo}: strings {@code key=value},
 * each ended by a zero byte. Packages carry no {@code modules.dep}, which is made where they are
 * installed; it is made from these.
 */
final class ModuleInfo {

  private static final int EM_RISCV = 243;
  private static final int ELF64_HEADER_SIZE = 64;
  private static final int SECTION_HEADER_SIZE = 64;

  private ModuleInfo() {}

  /** A module's name from its file's: {@code virtio-rng.ko.xz} is {@code virtio_rng}. */
  static String nameOf(String file) {
    String base = file.substring(file.lastIndexOf('/') + 1);
    int suffix = base.indexOf(".ko");
    return (suffix < 0 ? base : base.substring(0, suffix))
        .replace('-', '_')
        .toLowerCase(Locale.ROOT);
  }

  /**
   * The names of the modules that must be loaded before this one.
   *
   * @param elf an ELF64 object for RISC-V
   * @param what the name to use in an error
   */
  static List<String> depends(byte[] elf, String what) throws GuestException {
    List<String> names = new ArrayList<>();
    for (String entry : strings(elf, what)) {
      if (entry.startsWith("depends=")) {
        for (String name : entry.substring("depends=".length()).split(",", -1)) {
          if (!name.isBlank()) {
            names.add(nameOf(name.strip()));
          }
        }
      }
    }
    return List.copyOf(names);
  }

  private static List<String> strings(byte[] elf, String what) throws GuestException {
    ByteBuffer in = ByteBuffer.wrap(elf).order(ByteOrder.LITTLE_ENDIAN);
    try {
      if (elf.length < ELF64_HEADER_SIZE || in.getInt(0) != 0x464c457f || in.get(4) != 2) {
        throw new GuestException(what + " is not a kernel module: no ELF64 object");
      }
      if (in.getShort(18) != EM_RISCV) {
        throw new GuestException(what + " is a module for another machine");
      }
      int table = Math.toIntExact(in.getLong(40));
      int count = Short.toUnsignedInt(in.getShort(60));
      int names = section(in, table, Short.toUnsignedInt(in.getShort(62)));
      for (int i = 0; i < count; i++) {
        int header = table + i * SECTION_HEADER_SIZE;
        if (".modinfo".equals(text(in, names + in.getInt(header)))) {
          int start = section(in, table, i);
          return split(in, start, Math.toIntExact(in.getLong(header + 32)));
        }
      }
    } catch (IndexOutOfBoundsException | ArithmeticException e) {
      throw new GuestException(what + " is not a whole kernel module", e);
    }
    throw new GuestException(what + " is not a kernel module: it has no .modinfo");
  }

  /** Where a section's bytes are in the file. */
  private static int section(ByteBuffer in, int table, int index) {
    return Math.toIntExact(in.getLong(table + index * SECTION_HEADER_SIZE + 24));
  }

  private static String text(ByteBuffer in, int start) {
    int end = start;
    while (in.get(end) != 0) {
      end++;
    }
    return string(in, start, end - start);
  }

  private static List<String> split(ByteBuffer in, int start, int size) {
    return List.of(string(in, start, size).split("\0", -1));
  }

  private static String string(ByteBuffer in, int start, int size) {
    if (size < 0 || size > in.capacity()) {
      throw new IndexOutOfBoundsException(size);
    }
    byte[] bytes = new byte[size];
    in.get(start, bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
