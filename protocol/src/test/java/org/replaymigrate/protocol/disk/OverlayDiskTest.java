package org.replaymigrate.protocol.disk;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.replaymigrate.protocol.digest.Digest128;
import org.replaymigrate.vkernel.port.HostFault;

class OverlayDiskTest {
  /** Neither a multiple of a page nor as long as the image. */
  private static final int SIZE = 100 * 4096 + 1536;

  @TempDir Path temp;

  private Path image(int length, long seed) throws IOException {
    byte[] content = new byte[length];
    new Random(seed).nextBytes(content);
    return Files.write(temp.resolve("image"), content);
  }

  private OverlayDisk blank() throws IOException {
    return OverlayDisk.open(SIZE, null, temp.resolve("working"));
  }

  private static byte[] read(OverlayDisk disk, long offset, int length) {
    byte[] bytes = new byte[length];
    disk.read(offset, MemorySegment.ofArray(bytes));
    return bytes;
  }

  private static byte[] bytes(int length, int value) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  private static void write(OverlayDisk disk, long offset, byte[] bytes) {
    disk.write(offset, MemorySegment.ofArray(bytes));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void behavesLikeAnArray(long seed) throws IOException {
    Random random = new Random(seed);
    int imageLength = seed % 2 == 0 ? 0 : 60 * 4096 + 700;
    byte[] model = new byte[SIZE];
    BaseImage base = null;
    if (imageLength > 0) {
      Path image = image(imageLength, seed);
      System.arraycopy(Files.readAllBytes(image), 0, model, 0, imageLength);
      base = BaseImage.identify(image);
    }
    try (OverlayDisk disk = OverlayDisk.open(SIZE, base, temp.resolve("working"))) {
      for (int i = 0; i < 1500; i++) {
        int offset = random.nextInt(SIZE / 512) * 512;
        int length = Math.min((1 + random.nextInt(40)) * 512, SIZE - offset);
        switch (random.nextInt(4)) {
          case 0 -> {
            disk.discard(offset, length);
            Arrays.fill(model, offset, offset + length, (byte) 0);
          }
          case 1 -> {
            byte[] content = new byte[length];
            random.nextBytes(content);
            write(disk, offset, content);
            System.arraycopy(content, 0, model, offset, length);
          }
          default ->
              assertArrayEquals(
                  Arrays.copyOfRange(model, offset, offset + length), read(disk, offset, length));
        }
      }
      assertArrayEquals(model, read(disk, 0, SIZE));
      MemorySegment scratch = MemorySegment.ofArray(new byte[4096]);
      for (int p = 0; p < disk.pages(); p++) {
        byte[] page =
            Arrays.copyOf(
                Arrays.copyOfRange(model, p * 4096, Math.min(SIZE, (p + 1) * 4096)), 4096);
        assertEquals(-1, disk.page(p, scratch).mismatch(MemorySegment.ofArray(page)), "page " + p);
      }
    }
  }

  @Test
  void imageIsNeverWritten() throws IOException {
    Path image = image(SIZE, 5);
    byte[] before = Files.readAllBytes(image);
    assertTrue(image.toFile().setReadOnly());
    try (OverlayDisk disk =
        OverlayDisk.open(SIZE, BaseImage.identify(image), temp.resolve("working"))) {
      write(disk, 0, bytes(SIZE, 7));
      disk.discard(0, 8192);
      disk.flush();
    }
    assertArrayEquals(before, Files.readAllBytes(image));
  }

  @Test
  void watchIsToldOncePerArmingAndBeforeTheChange() throws IOException {
    try (OverlayDisk disk = blank()) {
      write(disk, 4096, bytes(4096, 1));
      List<Integer> told = new ArrayList<>();
      List<Byte> old = new ArrayList<>();
      int handle =
          disk.watch(page -> {
            told.add(page);
            old.add(read(disk, page * 4096L, 512)[0]);
          });
      assertTrue(disk.unchanged(handle, 1));
      write(disk, 4096 + 512, bytes(4096, 2));
      write(disk, 4096, bytes(512, 3));
      disk.discard(3 * 4096, 512);
      assertEquals(List.of(1, 2, 3), told);
      assertEquals(List.of((byte) 1, (byte) 0, (byte) 0), old);
      assertFalse(disk.unchanged(handle, 1));
      disk.rearm(handle);
      assertTrue(disk.unchanged(handle, 1));
      write(disk, 4096, bytes(512, 4));
      assertEquals(List.of(1, 2, 3, 1), told);
      disk.unwatch(handle);
      write(disk, 0, bytes(512, 4));
      assertEquals(4, told.size());
    }
  }

  @Test
  void handleIsUsedAgainAndAlwaysArmed() throws IOException {
    try (OverlayDisk disk = blank()) {
      int first = disk.watch(page -> {});
      write(disk, 0, bytes(512, 1));
      disk.unwatch(first);
      int second = disk.watch(page -> {});
      assertEquals(first, second);
      assertTrue(disk.unchanged(second, 0));
      for (int i = 1; i < 6; i++) {
        disk.watch(page -> {});
      }
      assertThrows(IllegalStateException.class, () -> disk.watch(page -> {}));
    }
  }

  @Test
  void failingWatchLeavesTheDiskAsItWas() throws IOException {
    try (OverlayDisk disk = blank()) {
      int[] calls = {0};
      disk.watch(page -> {
        if (calls[0]++ == 0) {
          throw new HostFault("no room", new IOException());
        }
      });
      assertThrows(HostFault.class, () -> write(disk, 0, bytes(512, 1)));
      assertEquals(0, read(disk, 0, 512)[0]);
      write(disk, 0, bytes(512, 1));
      assertEquals(2, calls[0]);
    }
  }

  @Test
  void touchedPagesAreFoundAcrossALargeDisk() throws IOException {
    long size = 8L << 40;
    try (OverlayDisk disk = OverlayDisk.open(size - 4096, null, temp.resolve("working"))) {
      int far = disk.pages() - 1;
      assertEquals(disk.pages(), disk.nextTouched(0));
      write(disk, 7 * 4096L, bytes(512, 1));
      disk.discard((long) far * 4096, 4096);
      assertEquals(7, disk.nextTouched(0));
      assertEquals(far, disk.nextTouched(8));
      assertEquals(disk.pages(), disk.nextTouched(far + 1));
    }
  }

  @Test
  void restoredPagesReadBackAndTellNobody() throws IOException {
    Path image = image(SIZE, 6);
    try (OverlayDisk disk =
        OverlayDisk.open(SIZE, BaseImage.identify(image), temp.resolve("working"))) {
      disk.watch(page -> assertEquals(-1, page, "nobody is to be told"));
      disk.restorePage(2, MemorySegment.ofArray(bytes(4096, 9)));
      disk.restorePage(
          disk.pages() - 1, MemorySegment.ofArray(Arrays.copyOf(bytes(1536, 8), 4096)));
      disk.restoreZero(3);
      assertArrayEquals(bytes(4096, 9), read(disk, 2 * 4096, 4096));
      assertArrayEquals(bytes(4096, 0), read(disk, 3 * 4096, 4096));
      assertArrayEquals(bytes(1536, 8), read(disk, SIZE - 1536, 1536));
    }
  }

  @Test
  void imageThatIsMissingShrunkOrChangedIsRefused() throws IOException {
    Path file = image(SIZE, 7);
    BaseImage image = BaseImage.identify(file);
    byte[] content = Files.readAllBytes(file);

    Files.write(file, Arrays.copyOf(content, SIZE - 512));
    assertEquals(
        file + ": the disk image has shrunk from " + SIZE + " to " + (SIZE - 512) + " bytes",
        refusal(image));
    Files.write(file, Arrays.copyOf(content, SIZE + 512));
    assertEquals(file + ": the disk image has changed since the recording began", refusal(image));
    content[0] ^= 1;
    Files.write(file, content);
    assertEquals(file + ": the disk image has changed since the recording began", refusal(image));
    Files.delete(file);
    assertEquals(file + ": the disk image is missing; put it back", refusal(image));
  }

  private String refusal(BaseImage image) {
    Path working = temp.resolve("working");
    var e = assertThrows(IOException.class, () -> OverlayDisk.open(SIZE, image, working));
    return e.getMessage();
  }

  @Test
  void copyOfTheImageWithAnotherDatePasses() throws IOException {
    Path file = image(SIZE, 8);
    BaseImage image = BaseImage.identify(file);
    Files.setLastModifiedTime(file, FileTime.fromMillis(1000));
    image.verify();
    assertNotEquals(Digest128.NONE, image.probe());
  }

  @Test
  void imageThatShrinksUnderARunningGuestIsAHostFault() throws IOException {
    Path file = image(SIZE, 9);
    try (OverlayDisk disk =
        OverlayDisk.open(SIZE, BaseImage.identify(file), temp.resolve("working"))) {
      Files.write(file, new byte[4096]);
      var e = assertThrows(HostFault.class, () -> read(disk, 8192, 512));
      assertTrue(
          e.getMessage().startsWith(file + ": cannot read: ends before byte"), e.getMessage());
    }
  }

  @Test
  void interruptCostsNoRequest() throws IOException {
    try (OverlayDisk disk = blank()) {
      write(disk, 0, bytes(4096, 1));
      Thread.currentThread().interrupt();
      byte[] content = read(disk, 0, 4096);
      assertTrue(Thread.interrupted());
      assertArrayEquals(bytes(4096, 1), content);
    }
  }

  @Test
  void impossibleSizesAreRefused() {
    for (long size : new long[] {0, 100, 513, 8L << 40, Long.MAX_VALUE & -512}) {
      assertThrows(
          IllegalArgumentException.class,
          () -> OverlayDisk.open(size, null, temp.resolve("working")));
    }
    assertFalse(Files.exists(temp.resolve("working")));
  }
}
