package org.replaymigrate.protocol.digest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.replaymigrate.protocol.disk.BaseImage;
import org.replaymigrate.protocol.disk.OverlayDisk;
import org.replaymigrate.protocol.page.RamPages;
import org.replaymigrate.vkernel.MachineState;
import org.replaymigrate.vkernel.memory.Ram;

class StateDigestTest {
  private static final long RAM = 16L << 20;
  private static final int DISK = 1 << 20;

  @TempDir Path temp;
  private final Arena arena = Arena.ofConfined();

  @AfterEach
  void free() {
    arena.close();
  }

  private Ram ram() {
    return new Ram(arena.allocate(RAM, 4096));
  }

  private static MachineState state(long instructions) {
    return new MachineState(instructions, 0, 0, 0, 0, 0, 0, List.of(), List.of());
  }

  private static Digest128 fresh(Ram ram, OverlayDisk... disks) {
    List<org.replaymigrate.protocol.page.PagedContent> all = new java.util.ArrayList<>();
    all.add(new RamPages(ram));
    all.addAll(List.of(disks));
    try (StateDigest digest = new StateDigest(all)) {
      return digest.of(state(1));
    }
  }

  private OverlayDisk disk(String name, BaseImage image) throws IOException {
    return OverlayDisk.open(DISK, image, temp.resolve(name));
  }

  @Test
  void updatedDigestIsThatOfAFreshStart() throws IOException {
    Ram ram = ram();
    try (OverlayDisk disk = disk("a", null);
        StateDigest digest = new StateDigest(List.of(new RamPages(ram), disk))) {
      Random random = new Random(1);
      for (int round = 0; round < 20; round++) {
        for (int i = 0; i < 50; i++) {
          ram.putLong(Ram.BASE + (random.nextLong(RAM) & ~7L), random.nextInt(3));
          disk.write(
              random.nextInt(DISK / 512) * 512L,
              MemorySegment.ofArray(new byte[512]).fill((byte) random.nextInt(3)));
        }
        disk.discard(random.nextInt(DISK / 4096) * 4096L, 4096);
        assertEquals(fresh(ram, disk), digest.of(state(1)));
      }
    }
  }

  @Test
  void everyPartCounts() throws IOException {
    Ram ram = ram();
    try (OverlayDisk a = disk("a", null);
        OverlayDisk b = disk("b", null);
        StateDigest digest = new StateDigest(List.of(new RamPages(ram), a, b))) {
      Set<Digest128> seen = new HashSet<>();
      seen.add(digest.of(state(1)));
      seen.add(digest.of(state(2)));
      ram.putByte(Ram.BASE + RAM - 1, (byte) 1);
      seen.add(digest.of(state(1)));
      a.write(0, MemorySegment.ofArray(new byte[512]).fill((byte) 1));
      seen.add(digest.of(state(1)));
      a.discard(0, 4096);
      b.write(0, MemorySegment.ofArray(new byte[512]).fill((byte) 1));
      seen.add(digest.of(state(1)));
      assertEquals(5, seen.size());
    }
  }

  @Test
  void onlyChangedPagesAreHashedAgain() {
    Ram ram = ram();
    try (ContentDigest digest = new ContentDigest(new RamPages(ram))) {
      assertEquals(ram.pages(), digest.stalePages());
      digest.root();
      assertEquals(0, digest.stalePages());
      ram.putByte(Ram.BASE + 5 * 4096, (byte) 1);
      ram.putByte(Ram.BASE + 5 * 4096 + 1, (byte) 1);
      ram.putByte(Ram.BASE + 9 * 4096, (byte) 1);
      assertEquals(2, digest.stalePages());
    }
  }

  @Test
  void zeroPageHasTheHashOfItsBytes() {
    Ram ram = ram();
    try (ContentDigest digest = new ContentDigest(new RamPages(ram))) {
      ram.putByte(Ram.BASE, (byte) 1);
      digest.root();
      byte[] page = new byte[4096];
      assertEquals(Digest128.of(page), digest.tree().leaf(1));
      page[0] = 1;
      assertEquals(Digest128.of(page), digest.tree().leaf(0));
    }
  }

  @Test
  void memoryOnTheHeapHasTheSameDigest() {
    byte[] content = new byte[(int) RAM];
    new Random(2).nextBytes(content);
    Ram nativeRam = ram();
    nativeRam.write(Ram.BASE, content, 0, content.length);
    assertEquals(fresh(new Ram(MemorySegment.ofArray(content))), fresh(nativeRam));
  }

  @Test
  void disksOverDifferentImagesDiffer() throws IOException {
    Path one = Files.write(temp.resolve("one"), new byte[] {1});
    Path two = Files.write(temp.resolve("two"), new byte[] {2});
    Ram ram = ram();
    try (OverlayDisk a = disk("a", BaseImage.identify(one));
        OverlayDisk b = disk("b", BaseImage.identify(two));
        OverlayDisk c = disk("c", null)) {
      assertNotEquals(fresh(ram, a), fresh(ram, b));
      assertNotEquals(fresh(ram, a), fresh(ram, c));
    }
  }

  @Test
  void digestNeverChangesFromReleaseToRelease() {
    assertEquals("f00e96baf855cd0deb66eb39bf7284ef", fresh(ram()).toString());
  }
}
