package org.replaymigrate.vkernel.board;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.replaymigrate.vkernel.MachineConfig;
import org.replaymigrate.vkernel.board.Loader.Start;
import org.replaymigrate.vkernel.memory.Ram;

class LoaderTest {
  private static final int MIB = 1 << 20;
  private Ram ram = ram(64);

  private static Ram ram(int mib) {
    return new Ram(MemorySegment.ofArray(new byte[mib * MIB]));
  }

  private Start load(byte[] kernel, byte[] initrd, byte[] firmware) {
    MachineConfig config =
        new MachineConfig(ram.size(), 1, List.of(), firmware == null, 100, 20_000);
    return Loader.load(ram, new BootImage(kernel, initrd, firmware, "quiet", new byte[32]), config);
  }

  private String refusal(byte[] kernel, byte[] initrd, byte[] firmware) {
    String message =
        assertThrows(LoadException.class, () -> load(kernel, initrd, firmware)).getMessage();
    assertFalse(message.contains("\n"), message);
    return message;
  }

  private byte[] read(long address, int length) {
    byte[] bytes = new byte[length];
    ram.read(address, bytes, 0, length);
    return bytes;
  }

  private static byte[] linux(int fileBytes, long imageSize) {
    ByteBuffer b = ByteBuffer.allocate(fileBytes).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 64; i < fileBytes; i += 97) {
      b.put(i, (byte) i);
    }
    b.putLong(8, 2 * MIB);
    b.putLong(16, imageSize);
    b.putInt(32, 2);
    b.put(48, "RISCV\0\0\0".getBytes(ISO_8859_1));
    b.put(56, "RSC\5".getBytes(ISO_8859_1));
    return b.array();
  }

  /** A Linux image that carries EFI's section table, saying how long the file is. */
  private static byte[] efiLinux(int fileBytes) {
    byte[] file = linux(fileBytes, fileBytes);
    ByteBuffer b = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    b.put(0, (byte) 'M').put(1, (byte) 'Z').putInt(60, 64);
    b.putInt(64, 0x4550).putShort(70, (short) 2).putShort(84, (short) 160);
    b.putInt(64 + 24 + 160 + 16, 512).putInt(64 + 24 + 160 + 20, 512);
    b.putInt(64 + 24 + 200 + 16, fileBytes - 1024).putInt(64 + 24 + 200 + 20, 1024);
    return file;
  }

  private static final int ELF_CODE = 176;

  /** An ELF with one segment of 64 bytes of file. */
  private static byte[] elf(int type, long entry, long virtual, long physical, long memory) {
    ByteBuffer b = ByteBuffer.allocate(ELF_CODE + 64).order(ByteOrder.LITTLE_ENDIAN);
    b.put("\u007fELF\2\1\1".getBytes(ISO_8859_1));
    b.putShort(16, (short) type).putShort(18, (short) 243).putInt(20, 1);
    b.putLong(24, entry).putLong(32, 64);
    b.putShort(52, (short) 64).putShort(54, (short) 56).putShort(56, (short) 2);
    // The first header is not one to load.
    b.putInt(64, 4).putLong(64 + 8, -1).putLong(64 + 32, -1);
    b.putInt(120, 1).putLong(120 + 8, ELF_CODE).putLong(120 + 16, virtual);
    b.putLong(120 + 24, physical).putLong(120 + 32, 64).putLong(120 + 40, memory);
    for (int i = 0; i < 64; i++) {
      b.put(ELF_CODE + i, (byte) (i + 1));
    }
    return b.array();
  }

  private static byte[] patched(byte[] file, int at, int size, long value) {
    for (int i = 0; i < size; i++) {
      file[at + i] = (byte) (value >>> (8 * i));
    }
    return file;
  }

  @Test
  void aLinuxImageGoesTwoMebibytesIntoRam() {
    byte[] kernel = linux(100_000, 3 * MIB);
    Start start = load(kernel, null, null);
    assertEquals(0x8020_0000L, start.pc());
    assertArrayEquals(kernel, read(0x8020_0000L, kernel.length));
    assertEquals(0x83e0_0000L, start.deviceTree());
    assertEquals(0, start.firmwareInfo());
  }

  @Test
  void theDeviceTreeTellsOfTheInitrd() {
    byte[] initrd = new byte[5 * MIB + 3];
    Arrays.fill(initrd, (byte) 7);
    Start start = load(linux(4096, MIB), initrd, null);
    ParsedTree tree = tree(start);
    assertEquals(0x8220_0000L, tree.number("/chosen/linux,initrd-start"), "half of RAM further");
    assertEquals(0x8220_0000L + initrd.length, tree.number("/chosen/linux,initrd-end"));
    assertEquals("quiet", tree.text("/chosen/bootargs"));
    assertArrayEquals(initrd, read(0x8220_0000L, initrd.length));
  }

  private ParsedTree tree(Start start) {
    return new ParsedTree(
        read(start.deviceTree(), Integer.reverseBytes(ram.getInt(start.deviceTree() + 4))));
  }

  @Test
  void anInitrdTooLongForItsPlaceGoesAsHighAsItFits() {
    byte[] initrd = new byte[40 * MIB + 1];
    Start start = load(linux(4096, MIB), initrd, null);
    long at = tree(start).number("/chosen/linux,initrd-start");
    assertEquals(start.deviceTree() - 40 * MIB - 4096, at);
  }

  @Test
  void withMuchMemoryTheInitrdIs128MebibytesAboveTheKernel() {
    ram = ram(512);
    Start start = load(linux(4096, MIB), new byte[1], null);
    assertEquals(0x8820_0000L, tree(start).number("/chosen/linux,initrd-start"));
  }

  @Test
  void anElfKernelIsEnteredAtThePhysicalPlaceOfItsEntry() {
    byte[] elf = elf(2, 0xffff_ffff_8000_0010L, 0xffff_ffff_8000_0000L, 0x8030_0000L, 4096);
    Start start = load(elf, null, null);
    assertEquals(0x8030_0010L, start.pc());
    assertArrayEquals(Arrays.copyOfRange(elf, ELF_CODE, ELF_CODE + 64), read(0x8030_0000L, 64));
    assertEquals(0, ram.getByte(0x8030_0040L));
  }

  @Test
  void positionIndependentFirmwareGoesToTheStartOfRam() {
    Start start = load(null, null, elf(3, 4, 0, 0, 64));
    assertEquals(0x8000_0004L, start.pc());
    assertEquals(1, ram.getByte(0x8000_0000L));
  }

  @Test
  void flatFirmwareIsToldWhereTheKernelIs() {
    byte[] firmware = new byte[200_000];
    Arrays.fill(firmware, (byte) 0x13);
    Start start = load(linux(4096, MIB), null, firmware);
    assertEquals(0x8000_0000L, start.pc());
    assertArrayEquals(firmware, read(0x8000_0000L, firmware.length));
    long info = start.firmwareInfo();
    assertEquals(0x4942_534f, ram.getLong(info));
    assertEquals(2, ram.getLong(info + 8));
    assertEquals(0x8020_0000L, ram.getLong(info + 16));
    assertEquals(1, ram.getLong(info + 24), "S-mode");
    assertTrue(info - start.deviceTree() >= 65536, "room for the tree to grow");
    assertTrue(tree(start).has("/soc/clint@2000000/"));
  }

  @Test
  void aKernelMakesWayForLargeFirmware() {
    load(linux(4096, MIB), null, new byte[2 * MIB + 1]);
    assertEquals('R', ram.getByte(0x8040_0000L + 48));
  }

  @Test
  void aKernelOverTheFirmwareIsRefused() {
    String message =
        refusal(elf(2, 0x8000_1000L, 0x8000_1000L, 0x8000_1000L, 64), null, new byte[8192]);
    assertEquals("kernel: lies over the firmware at 0x80001000", message);
  }

  @Test
  void tooLittleMemorySaysHowMuchIsNeeded() {
    String message = refusal(linux(4096, 63 * MIB), null, null);
    assertEquals("memory: this guest needs at least 68 MiB, the machine has 64 MiB", message);
    ram = ram(68);
    load(linux(4096, 63 * MIB), null, null);

    byte[] initrd = new byte[20 * MIB];
    ram = ram(48);
    message = refusal(linux(4096, 30 * MIB), initrd, null);
    assertEquals("memory: this guest needs at least 54 MiB, the machine has 48 MiB", message);
    ram = ram(52);
    refusal(linux(4096, 30 * MIB), initrd, null);
    ram = ram(54);
    load(linux(4096, 30 * MIB), initrd, null);
  }

  @ParameterizedTest
  @CsvSource({
    "1f8b0800, gzip",
    "fd377a585a00, xz",
    "28b52ffd, zstd",
    "27051956, U-Boot",
    "d00dfeed, device tree",
    "30373037303131, cpio",
    "213c617263683e0a, Debian package",
    "23212f62696e, script",
    "4d5a0000, EFI",
    "4d5a00007a696d67, zboot",
    "00000000, nothing known",
  })
  void whatIsNoKernelIsNamed(String hex, String kind) {
    byte[] file = Arrays.copyOf(java.util.HexFormat.of().parseHex(hex), 1024);
    String message = refusal(file, null, null);
    assertTrue(message.startsWith("kernel: want a RISC-V Linux Image or ELF, "), message);
    assertTrue(message.contains(kind), message);
  }

  @Test
  void otherMachinesKernelsAreNamed() {
    byte[] bzImage = new byte[1024];
    System.arraycopy("HdrS".getBytes(ISO_8859_1), 0, bzImage, 0x202, 4);
    assertTrue(refusal(bzImage, null, null).contains("x86 Linux kernel (bzImage)"));
    byte[] arm = new byte[1024];
    System.arraycopy("ARMd".getBytes(ISO_8859_1), 0, arm, 0x38, 4);
    assertTrue(refusal(arm, null, null).contains("arm64 Linux kernel"));
    assertTrue(refusal(new byte[0], null, null).contains("an empty file"));
    byte[] elf = elf(2, 0x8020_0000L, 0x8020_0000L, 0x8020_0000L, 64);
    patched(elf, 18, 2, 62);
    assertEquals("kernel: ELF file for x86-64, not RISC-V", refusal(elf, null, null));
    patched(patched(elf, 18, 2, 243), 4, 1, 1);
    assertTrue(refusal(elf, null, null).contains("32-bit"));
  }

  @Test
  void aTruncatedImageIsRefused() {
    byte[] whole = efiLinux(8192);
    load(whole, null, null);
    assertEquals(
        "kernel: Linux image is truncated: 8191 of 8192 bytes",
        refusal(Arrays.copyOf(whole, 8191), null, null));
    assertTrue(refusal(Arrays.copyOf(whole, 70), null, null).contains("truncated"));
    assertTrue(refusal(Arrays.copyOf(whole, 60), null, null).contains("truncated"));
    byte[] elf = elf(2, 0x8020_0000L, 0x8020_0000L, 0x8020_0000L, 64);
    load(elf, null, null);
    assertTrue(refusal(Arrays.copyOf(elf, elf.length - 1), null, null).contains("truncated"));
    assertTrue(refusal(Arrays.copyOf(elf, 100), null, null).contains("cut off"));
    assertTrue(refusal(Arrays.copyOf(elf, 30), null, null).contains("cut off"));
  }

  @Test
  void impossibleHeadersAreRefused() {
    refusal(linux(4096, -1), null, null);
    refusal(linux(4096, Long.MAX_VALUE), null, null);
    byte[] odd = linux(4096, MIB);
    ByteBuffer.wrap(odd).order(ByteOrder.LITTLE_ENDIAN).putLong(8, -4096);
    refusal(odd, null, null);
    long base = 0x8020_0000L;
    refusal(elf(2, base, base, 0, 64), null, null);
    refusal(elf(2, base, base, -64, 128), null, null);
    refusal(elf(2, base, base, base, 63), null, null);
    refusal(elf(2, base, base, base, -1), null, null);
    refusal(elf(2, base, base, base, 64 * MIB), null, null);
    refusal(elf(2, 0x1000, base, base, 64), null, null);
    refusal(elf(2, base + 1, base, base, 64), null, null);
    refusal(elf(1, base, base, base, 64), null, null);
    refusal(patched(elf(2, base, base, base, 64), 32, 8, -1), null, null);
    refusal(patched(elf(2, base, base, base, 64), 32, 8, Long.MAX_VALUE), null, null);
    refusal(patched(elf(2, base, base, base, 64), 56, 2, 0), null, null);
    refusal(patched(elf(2, base, base, base, 64), 56, 2, -1), null, null);
    refusal(patched(elf(2, base, base, base, 64), 54, 2, 32), null, null);
    refusal(patched(elf(2, base, base, base, 64), 128, 8, Long.MAX_VALUE), null, null);
    refusal(patched(elf(2, base, base, base, 64), 5, 1, 2), null, null);
    refusal(patched(elf(2, base, base, base, 64), 120, 4, 0), null, null);
  }

  @Test
  void randomDamageToHeadersNeverEscapesAsAnotherError() {
    long seed = 20260101;
    Random random = new Random(seed);
    byte[][] originals = {efiLinux(8192), elf(3, 0, 0, 0, 64), elf(2, Ram.BASE, 0, Ram.BASE, 64)};
    ram = ram(16);
    for (int i = 0; i < 3_000; i++) {
      byte[] file = originals[i % originals.length].clone();
      for (int n = random.nextInt(4); n >= 0; n--) {
        file[random.nextInt(Math.min(file.length, 400))] = (byte) random.nextInt();
      }
      try {
        Start start = load(file, null, null);
        assertTrue(ram.contains(start.pc(), 2), "seed " + seed + ", case " + i);
      } catch (LoadException expected) {
        assertFalse(expected.getMessage().isEmpty());
      }
    }
  }

  @Test
  void firmwareAndConfigurationMustAgree() {
    BootImage none = new BootImage(null, null, null, "", new byte[0]);
    BootImage both = new BootImage(linux(4096, 4096), null, new byte[4], "", new byte[0]);
    MachineConfig builtin = MachineConfig.of(ram.size(), 1, List.of());
    MachineConfig own = new MachineConfig(ram.size(), 1, List.of(), false, 100, 20_000);
    assertThrows(LoadException.class, () -> Loader.load(ram, none, builtin));
    assertThrows(LoadException.class, () -> Loader.load(ram, none, own));
    assertThrows(LoadException.class, () -> Loader.load(ram, both, builtin));
    Loader.load(ram, both, own);
  }

  @Test
  void aLinuxKernelIsNoFirmware() {
    assertTrue(refusal(null, null, linux(4096, 4096)).contains("a RISC-V Linux kernel"));
  }

  @Test
  void anUnusableCommandLineIsRefused() {
    MachineConfig config = MachineConfig.of(ram.size(), 1, List.of());
    for (String commandLine : List.of("a\0b", "x".repeat(70_000))) {
      BootImage image = new BootImage(linux(4096, 4096), null, null, commandLine, new byte[32]);
      String message =
          assertThrows(LoadException.class, () -> Loader.load(ram, image, config)).getMessage();
      assertTrue(message.startsWith("command line: "), message);
    }
  }
}
