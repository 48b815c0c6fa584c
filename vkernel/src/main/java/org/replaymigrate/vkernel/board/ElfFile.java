package org.replaymigrate.vkernel.board;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.replaymigrate.vkernel.memory.Ram;

/**
 * The loadable part of an ELF64 executable for RISC-V. The file may be anything: whatever is read
 * of it has been checked against its length.
 *
 * @param entry guest-physical address of the first instruction
 * @param segments what to copy, within RAM each
 */
record ElfFile(long entry, List<Segment> segments) {
  private static final int HEADER = 64;
  private static final int PROGRAM_HEADER = 56;
  private static final int CLASS_64 = 2;
  private static final int LITTLE_ENDIAN = 1;
  private static final int EXECUTABLE = 2;
  private static final int POSITION_INDEPENDENT = 3;
  private static final int RISC_V = 243;
  private static final int LOAD = 1;

  /** Kernels and firmware have two to ten; a bound keeps a made-up file from copying for ever. */
  private static final int MAX_PROGRAM_HEADERS = 128;

  /**
   * A part of the file and where it goes.
   *
   * @param address guest-physical
   * @param offset in the file
   * @param fileBytes what the file holds; the rest of {@code memoryBytes} is zero
   */
  record Segment(long address, int offset, int fileBytes, long memoryBytes) {
    long end() {
      return address + memoryBytes;
    }
  }

  static boolean looksLike(byte[] file) {
    return FileKind.has(file, 0, "\u007fELF");
  }

  /**
   * Reads the headers.
   *
   * @param what the file's part in the machine, for errors
   * @param base where a position-independent file is put
   */
  static ElfFile parse(byte[] file, String what, long base, Ram ram) {
    require(file.length >= HEADER, what + ": ELF file cut off in its header");
    ByteBuffer b = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    require(b.get(5) == LITTLE_ENDIAN, what + ": ELF file for a big-endian machine");
    int machine = b.getShort(18) & 0xffff;
    require(machine == RISC_V, what + ": ELF file for " + machine(machine) + ", not RISC-V");
    require(b.get(4) == CLASS_64, what + ": ELF file for 32-bit RISC-V, not 64-bit");
    int type = b.getShort(16) & 0xffff;
    require(
        type == EXECUTABLE || type == POSITION_INDEPENDENT,
        what + ": ELF file is no executable (an object or a core file)");
    int count = b.getShort(56) & 0xffff;
    long table = b.getLong(32);
    require(
        count > 0 && count <= MAX_PROGRAM_HEADERS && (b.getShort(54) & 0xffff) == PROGRAM_HEADER,
        what + ": ELF file with odd program headers");
    require(
        within(table, (long) count * PROGRAM_HEADER, file.length),
        what + ": ELF file cut off before its program headers");
    long bias = type == POSITION_INDEPENDENT ? bias(b, (int) table, count, base, ram) : 0;
    return read(b, (int) table, count, bias, what, ram);
  }

  /** How far a position-independent file moves: not at all when it is made for RAM as it is. */
  private static long bias(ByteBuffer b, int table, int count, long base, Ram ram) {
    long lowest = Long.MAX_VALUE;
    for (int at = table; at < table + count * PROGRAM_HEADER; at += PROGRAM_HEADER) {
      if (b.getInt(at) == LOAD) {
        lowest = Math.min(lowest, b.getLong(at + 24));
      }
    }
    return ram.contains(lowest, 0) ? 0 : base - lowest;
  }

  private static ElfFile read(ByteBuffer b, int table, int count, long bias, String what, Ram ram) {
    long entry = b.getLong(24);
    long start = entry + bias;
    List<Segment> segments = new ArrayList<>();
    for (int at = table; at < table + count * PROGRAM_HEADER; at += PROGRAM_HEADER) {
      if (b.getInt(at) != LOAD || b.getLong(at + 40) == 0) {
        continue;
      }
      long offset = b.getLong(at + 8);
      long virtual = b.getLong(at + 16);
      long address = b.getLong(at + 24) + bias;
      long fileBytes = b.getLong(at + 32);
      long memoryBytes = b.getLong(at + 40);
      require(
          Long.compareUnsigned(fileBytes, memoryBytes) <= 0,
          what + ": ELF segment larger in the file than in memory");
      require(
          within(offset, fileBytes, b.capacity()),
          what + ": ELF file is truncated: it ends before its segment at 0x" + hex(address));
      require(
          ram.contains(address, memoryBytes),
          what
              + ": ELF segment at 0x"
              + hex(address)
              + " of "
              + Long.toUnsignedString(memoryBytes)
              + " bytes is outside RAM, 0x"
              + hex(Ram.BASE)
              + " to 0x"
              + hex(Ram.BASE + ram.size()));
      segments.add(new Segment(address, (int) offset, (int) fileBytes, memoryBytes));
      // Kernels are linked to high addresses: their entry is one of those.
      if (Long.compareUnsigned(entry - virtual, memoryBytes) < 0) {
        start = entry - virtual + address;
      }
    }
    require(!segments.isEmpty(), what + ": ELF file with nothing to load");
    require(
        (start & 1) == 0 && ram.contains(start, 2),
        what + ": ELF entry point 0x" + hex(start) + " is outside RAM");
    return new ElfFile(start, List.copyOf(segments));
  }

  /** First address after all segments. */
  long end() {
    return segments.stream().mapToLong(Segment::end).max().orElseThrow();
  }

  private static boolean within(long offset, long length, long size) {
    return offset >= 0 && length >= 0 && length <= size && offset <= size - length;
  }

  private static String machine(int machine) {
    return switch (machine) {
      case 3 -> "i386";
      case 8 -> "MIPS";
      case 20, 21 -> "PowerPC";
      case 22 -> "s390";
      case 40 -> "32-bit Arm";
      case 62 -> "x86-64";
      case 183 -> "arm64";
      case 258 -> "LoongArch";
      default -> "machine " + machine;
    };
  }

  private static String hex(long value) {
    return Long.toHexString(value);
  }

  private static void require(boolean valid, String message) {
    if (!valid) {
      throw new LoadException(message);
    }
  }
}
