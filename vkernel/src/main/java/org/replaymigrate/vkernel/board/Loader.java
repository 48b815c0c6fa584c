package org.replaymigrate.vkernel.board;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.vkernel.MachineConfig;
import org.replaymigrate.vkernel.memory.Ram;

/**
 * Puts a guest into RAM the way QEMU's {@code virt} does:
 *
 * <pre>
 *   0x80000000             firmware, if the guest brings its own
 *   0x80200000             kernel: a Linux Image, or an ELF where it wants to be
 *   kernel + 128 MiB       initrd (kernel + half of RAM when that is less)
 *   end of RAM or of the   device tree, at a multiple of 2 MiB; 64 KiB above it what fw_dynamic
 *     third GiB            firmware wants to know
 * </pre>
 *
 * Files may be anything; one that cannot be loaded is a {@link LoadException}.
 */
public final class Loader {
  private static final long MIB = 1 << 20;
  private static final long HUGE_PAGE = 2 * MIB;
  private static final long INITRD_DISTANCE = 128 * MIB;

  /** A kernel early in its boot, when little is mapped, must reach the tree. */
  private static final long DEVICE_TREE_LIMIT = 0xc000_0000L;

  private static final int DEVICE_TREE_BYTES = 64 << 10;

  /** Firmware makes the tree longer in place. */
  private static final int DEVICE_TREE_ROOM = 2 * DEVICE_TREE_BYTES;

  private static final long FW_DYNAMIC_MAGIC = 0x4942_534f; // "OSBI"
  private static final long FW_DYNAMIC_VERSION = 2;
  private static final long NEXT_MODE_S = 1;

  private final Ram ram;
  private final List<Region> regions = new ArrayList<>();

  /** A taken part of RAM. */
  private record Region(String what, long start, long end) {}

  /**
   * How the harts begin: in S-mode with the built-in firmware, else in M-mode. a0 is the hart's
   * number.
   *
   * @param pc first instruction
   * @param deviceTree address of the device tree, for a1
   * @param firmwareInfo address of {@code struct fw_dynamic_info}, for a2; 0 with the built-in
   *     firmware
   */
  public record Start(long pc, long deviceTree, long firmwareInfo) {}

  private Loader(Ram ram) {
    this.ram = ram;
  }

  /**
   * Loads everything into zero-filled RAM.
   *
   * @throws LoadException if a file is not what it should be, or RAM is too small
   */
  public static Start load(Ram ram, BootImage image, MachineConfig config) {
    if (config.builtinFirmware() && image.firmware() != null) {
      throw new LoadException("firmware: the machine has its own");
    }
    if (!config.builtinFirmware() && image.firmware() == null) {
      throw new LoadException("firmware: the machine has none of its own, and none is given");
    }
    if (config.builtinFirmware() && image.kernel() == null) {
      throw new LoadException("kernel: none is given");
    }
    return new Loader(ram).load(image, config);
  }

  private Start load(BootImage image, MachineConfig config) {
    long end = Ram.BASE + ram.size();
    long tree = down(Math.min(end, DEVICE_TREE_LIMIT) - DEVICE_TREE_ROOM, HUGE_PAGE);
    take("device tree", tree, DEVICE_TREE_ROOM);
    long firmware = image.firmware() == null ? 0 : firmware(image.firmware());
    long kernel = image.kernel() == null ? 0 : kernel(image.kernel());
    long initrd = image.initrd() == null ? 0 : initrd(image.initrd(), kernel, tree);
    long initrdEnd = image.initrd() == null ? 0 : initrd + image.initrd().length;

    byte[] blob = blob(config, image, initrd, initrdEnd);
    ram.write(tree, blob, 0, blob.length);
    if (config.builtinFirmware()) {
      return new Start(kernel, tree, 0);
    }
    byte[] info = firmwareInfo(kernel);
    ram.write(tree + DEVICE_TREE_BYTES, info, 0, info.length);
    return new Start(firmware, tree, tree + DEVICE_TREE_BYTES);
  }

  private static byte[] blob(MachineConfig config, BootImage image, long initrd, long initrdEnd) {
    if (image.commandLine().indexOf(0) >= 0) {
      throw new LoadException("command line: holds a NUL");
    }
    byte[] blob =
        VirtDeviceTree.build(config, image.commandLine(), initrd, initrdEnd, image.seed());
    if (blob.length > DEVICE_TREE_BYTES) {
      throw new LoadException(
          "command line: too long (" + image.commandLine().length() + " characters)");
    }
    return blob;
  }

  /** {@code struct fw_dynamic_info} of OpenSBI, six words of 8 bytes. */
  private static byte[] firmwareInfo(long kernel) {
    return ByteBuffer.allocate(48)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(FW_DYNAMIC_MAGIC)
        .putLong(FW_DYNAMIC_VERSION)
        .putLong(kernel)
        .putLong(NEXT_MODE_S)
        .putLong(0) // options
        .putLong(0) // boot hart
        .array();
  }

  /** Returns the entry point. */
  private long firmware(byte[] file) {
    if (ElfFile.looksLike(file)) {
      return elf(ElfFile.parse(file, "firmware", Ram.BASE, ram), file, "firmware");
    }
    String kind = FileKind.of(file);
    if (kind != null) {
      throw new LoadException("firmware: want an ELF or a flat image, this is " + kind);
    }
    place("firmware", Ram.BASE, file.length, file);
    return Ram.BASE;
  }

  /** Returns the entry point. */
  private long kernel(byte[] file) {
    if (ElfFile.looksLike(file)) {
      ElfFile elf = ElfFile.parse(file, "kernel", Ram.BASE + HUGE_PAGE, ram);
      return elf(elf, file, "kernel");
    }
    if (!LinuxImage.looksLike(file)) {
      String kind = FileKind.of(file);
      throw new LoadException(
          "kernel: want a RISC-V Linux Image or ELF, this is "
              + (kind == null ? "nothing known" : kind));
    }
    LinuxImage header = LinuxImage.parse(file);
    // Past the firmware, whoever brings it: nothing is below the first huge page of a kernel.
    long start = up(Math.max(firmwareEnd(), Ram.BASE + 1), HUGE_PAGE) + header.textOffset();
    if (header.textOffset() >= HUGE_PAGE) {
      start -= HUGE_PAGE;
    }
    place("kernel", start, header.imageSize(), file);
    return start;
  }

  private long firmwareEnd() {
    return regions.stream()
        .filter(r -> r.what.equals("firmware"))
        .mapToLong(Region::end)
        .max()
        .orElse(Ram.BASE);
  }

  private long elf(ElfFile elf, byte[] file, String what) {
    for (ElfFile.Segment s : elf.segments()) {
      take(what, s.address(), s.memoryBytes());
      ram.write(s.address(), file, s.offset(), s.fileBytes());
    }
    return elf.entry();
  }

  /** Where QEMU would put it if it fits there, else as high as it fits. */
  private long initrd(byte[] file, long kernel, long tree) {
    long distance = Math.min(ram.size() / 2, INITRD_DISTANCE);
    long[] candidates = {
      up(kernel + distance, Ram.PAGE_SIZE),
      down(tree - file.length, Ram.PAGE_SIZE),
      down(Ram.BASE + ram.size() - file.length, Ram.PAGE_SIZE),
    };
    for (long start : candidates) {
      if (free(start, file.length) == null) {
        place("initrd", start, file.length, file);
        return start;
      }
    }
    throw tooSmall(file.length);
  }

  private void place(String what, long start, long bytes, byte[] file) {
    take(what, start, bytes);
    ram.write(start, file, 0, file.length);
  }

  private void take(String what, long start, long bytes) {
    String problem = free(start, bytes);
    if (problem != null) {
      if (start + bytes > Ram.BASE + ram.size() || problem.equals("device tree")) {
        regions.add(new Region(what, start, start + bytes));
        throw tooSmall(0);
      }
      throw new LoadException(
          what + ": lies over the " + problem + " at 0x" + Long.toHexString(start));
    }
    regions.add(new Region(what, start, start + bytes));
  }

  /** Null if nothing is there and all of it is RAM; else what is in the way. */
  private @Nullable String free(long start, long bytes) {
    if (!ram.contains(start, bytes)) {
      return "end of RAM";
    }
    for (Region r : regions) {
      if (start < r.end && r.start < start + bytes) {
        return r.what;
      }
    }
    return null;
  }

  /** What is below the device tree, the tree, and {@code more} bytes. */
  private LoadException tooSmall(long more) {
    long below =
        regions.stream()
            .filter(r -> !r.what.equals("device tree"))
            .mapToLong(Region::end)
            .max()
            .orElse(Ram.BASE);
    long need = up(up(below, Ram.PAGE_SIZE) - Ram.BASE + more, HUGE_PAGE) + HUGE_PAGE;
    return new LoadException(
        "memory: this guest needs at least "
            + need / MIB
            + " MiB, the machine has "
            + ram.size() / MIB
            + " MiB");
  }

  private static long up(long value, long unit) {
    return (value + unit - 1) & -unit;
  }

  private static long down(long value, long unit) {
    return value & -unit;
  }
}
