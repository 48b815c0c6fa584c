package org.replaymigrate.protocol.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.replaymigrate.protocol.digest.Digest128;
import org.replaymigrate.protocol.digest.StateDigest;
import org.replaymigrate.protocol.disk.BaseImage;
import org.replaymigrate.protocol.format.FormatException;
import org.replaymigrate.protocol.store.PageStore;
import org.replaymigrate.protocol.store.Sha256;
import org.replaymigrate.vkernel.memory.Ram;

class CheckpointTest {
  @TempDir Path temp;

  private BaseImage image() throws IOException {
    byte[] content = new byte[Checkpoints.DISK];
    new Random(1).nextBytes(content);
    return BaseImage.identify(Files.write(temp.resolve("image"), content));
  }

  private static void scramble(Checkpoints machine, Random random) {
    for (int i = 0; i < 300; i++) {
      machine.fill(random.nextInt(machine.ram.pages()), random.nextInt(3));
      machine.fillDisk(random.nextInt(machine.disk.pages() - 1), random.nextInt(3));
      machine.fill(random.nextInt(machine.ram.pages()), random.nextInt());
    }
    machine.disk.discard(random.nextInt(200) * 4096L, 4096);
    machine.disk.write(Checkpoints.DISK - 512, MemorySegment.ofArray(new byte[512]).fill((byte) 5));
  }

  private static void assertSame(List<byte[]> expected, List<byte[]> actual) {
    for (int i = 0; i < expected.size(); i++) {
      assertArrayEquals(expected.get(i), actual.get(i), "page " + i);
    }
  }

  private static Digest128 digest(Checkpoints machine) {
    try (StateDigest digest = new StateDigest(machine.spaces)) {
      return digest.of(Checkpoints.head(0).state());
    }
  }

  private CheckpointManifest manifest(long number) throws IOException {
    try (CheckpointReader reader = Checkpoints.in(temp).open(number)) {
      return reader.manifest();
    }
  }

  private long packBytes() throws IOException {
    PageStore store = Checkpoints.in(temp).store();
    long bytes = 0;
    for (Sha256 pack : store.list()) {
      bytes += Files.size(store.file(pack));
    }
    return bytes;
  }

  @Test
  void manifestReadsBack() throws IOException {
    try (Checkpoints machine = new Checkpoints(temp, null)) {
      machine.fill(3, 1);
      Path path = machine.take(temp, 4);
      CheckpointManifest manifest = manifest(4);
      CheckpointManifest head = Checkpoints.head(4);
      assertEquals(head, manifest.with(-1, head.digest(), List.of(), List.of()));
      assertEquals(digest(machine), manifest.digest());
      assertEquals(1, manifest.spaces().get(0).saved());
      assertEquals(1, manifest.packs().size());
      assertTrue(Files.size(path) < 300, Files.size(path) + " bytes");
      try (Stream<Path> files = Files.walk(temp)) {
        assertEquals(0, files.filter(f -> f.toString().endsWith(".part")).count());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void everythingIsRestored(boolean withImage) throws IOException {
    BaseImage image = withImage ? image() : null;
    try (Checkpoints source = new Checkpoints(temp, image);
        Checkpoints destination = new Checkpoints(temp, image)) {
      scramble(source, new Random(2));
      destination.restore(source.take(temp, 0));
      assertSame(source.content(), destination.content());
      assertEquals(digest(source), digest(destination));
      assertEquals(digest(source), manifest(0).digest());
    }
  }

  @Test
  void zeroPagesOfRamTakeNoRoom() throws IOException {
    try (Checkpoints machine = new Checkpoints(temp, null)) {
      Path path = machine.take(temp, 0);
      assertTrue(Files.size(path) < 300, Files.size(path) + " bytes");
      assertEquals(0, packBytes());
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void everyCheckpointOfASeriesRestoresItsState(long seed) throws IOException {
    Random random = new Random(seed);
    BaseImage image = image();
    List<Path> paths = new ArrayList<>();
    List<Digest128> states = new ArrayList<>();
    try (Checkpoints machine = new Checkpoints(temp, image)) {
      CheckpointSeries series = new CheckpointSeries(machine.spaces);
      for (int number = 0; number < 40; number++) {
        if (number % 10 == 0) {
          scramble(machine, random);
        }
        machine.fill(random.nextInt(machine.ram.pages()), random.nextInt(100));
        machine.fillDisk(random.nextInt(machine.disk.pages() - 1), random.nextInt(100));
        paths.add(machine.take(series, temp, number));
        states.add(digest(machine));
        assertEquals(digest(machine), manifest(number).digest(), "checkpoint " + number);
      }
    }
    for (int number = 0; number < 40; number++) {
      try (Checkpoints machine = new Checkpoints(temp, image)) {
        machine.restore(paths.get(number));
        assertEquals(states.get(number), digest(machine), "checkpoint " + number);
      }
    }
  }

  @Test
  void aCheckpointOfASeriesCostsWhatHasChanged() throws IOException {
    try (Checkpoints machine = new Checkpoints(temp, null)) {
      CheckpointSeries series = new CheckpointSeries(machine.spaces);
      Random random = new Random(3);
      for (int page = 0; page < machine.ram.pages(); page++) {
        byte[] content = new byte[4096];
        random.nextBytes(content);
        machine.ram.write(Ram.BASE + page * 4096L, content, 0, 4096);
      }
      machine.take(series, temp, 0);
      long before = packBytes();
      assertTrue(before > Checkpoints.RAM, before + " bytes");
      machine.fill(100, 9);
      machine.fill(200, 0);
      Path path = machine.take(series, temp, 1);
      assertTrue(packBytes() < before + 200, packBytes() - before + " bytes more");
      assertTrue(Files.size(path) < 500, Files.size(path) + " bytes");
      assertEquals(machine.ram.pages() - 1, manifest(1).spaces().get(0).saved());
    }
  }

  @Test
  void pagesThatAnotherVkernelHasStoredAreNotStoredAgain() throws IOException {
    PageStore store = PageStore.at(temp.resolve("store"));
    CheckpointFolder other = new CheckpointFolder(temp.resolve("other"), store);
    try (Checkpoints machine = new Checkpoints(temp, null)) {
      scramble(machine, new Random(4));
      machine.take(temp, 0);
      long before = packBytes();
      Snapshot snapshot = machine.hold(7);
      snapshot.write(other);
      snapshot.release();
      assertEquals(before, packBytes());
      try (Checkpoints restored = new Checkpoints(temp, null)) {
        restored.restore(other, other.file(7));
        assertSame(machine.content(), restored.content());
      }
    }
  }

  @Test
  void packsOfWhichLittleIsNeededAreLeftBehind() throws IOException {
    try (Checkpoints machine = new Checkpoints(temp, null)) {
      CheckpointSeries series = new CheckpointSeries(machine.spaces);
      for (int number = 0; number < 200; number++) {
        machine.fill(number, 1000 + number);
        machine.take(series, temp, number);
      }
      int packs = manifest(199).packs().size();
      assertTrue(packs <= 33, packs + " packs");
      try (Checkpoints restored = new Checkpoints(temp, null)) {
        restored.restore(Checkpoints.in(temp).file(199));
        assertSame(machine.content(), restored.content());
      }
    }
  }

  @Test
  void aCheckpointTakenWhileAnotherIsBeingWrittenIsWhole() throws IOException {
    try (Checkpoints machine = new Checkpoints(temp, null);
        Checkpoints restored = new Checkpoints(temp, null)) {
      CheckpointSeries series = new CheckpointSeries(machine.spaces);
      machine.fill(1, 1);
      machine.take(series, temp, 0);
      machine.fill(2, 2);
      Snapshot first = series.hold(Checkpoints.head(1));
      machine.fill(3, 3);
      Snapshot second = series.hold(Checkpoints.head(2));
      machine.fill(4, 4);
      second.write(Checkpoints.in(temp));
      series.release(second);
      first.write(Checkpoints.in(temp));
      series.release(first);
      Path path = machine.take(series, temp, 3);
      restored.restore(path);
      assertSame(machine.content(), restored.content());
      assertEquals(2, manifest(1).spaces().get(0).saved());
      assertEquals(3, manifest(2).spaces().get(0).saved());
    }
  }

  @Test
  void behindACheckpointThatFailedTheNextOneIsWhole() throws IOException {
    try (Checkpoints machine = new Checkpoints(temp, null);
        Checkpoints restored = new Checkpoints(temp, null)) {
      CheckpointSeries series = new CheckpointSeries(machine.spaces);
      machine.fill(1, 1);
      machine.take(series, temp, 0);
      machine.fill(2, 2);
      Snapshot given = series.hold(Checkpoints.head(1));
      series.release(given);
      assertThrows(IOException.class, () -> given.write(Checkpoints.in(temp)));
      machine.fill(3, 3);
      restored.restore(machine.take(series, temp, 2));
      assertSame(machine.content(), restored.content());
    }
  }

  @Test
  void aCheckpointWhosePacksAreGoneSaysWhich() throws IOException {
    try (Checkpoints machine = new Checkpoints(temp, null)) {
      machine.fill(1, 1);
      Path path = machine.take(temp, 0);
      PageStore store = Checkpoints.in(temp).store();
      Path pack = store.file(store.list().iterator().next());
      Files.delete(pack);
      var e = assertThrows(FormatException.Corrupt.class, () -> Checkpoints.in(temp).open(path));
      assertEquals(path + ": needs " + pack + ", which is missing", e.getMessage());
    }
  }

  @Test
  void machineOfAnotherSizeIsRefused() throws IOException {
    try (Checkpoints machine = new Checkpoints(temp, null)) {
      machine.take(temp, 0);
      try (CheckpointReader reader = Checkpoints.in(temp).open(0)) {
        var e = assertThrows(FormatException.Corrupt.class, () -> reader.restore(0, machine.disk));
        assertTrue(e.getMessage().contains("space 0 has 4096 pages, not 257"), e.getMessage());
      }
    }
  }
}
