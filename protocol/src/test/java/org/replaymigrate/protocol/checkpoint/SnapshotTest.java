package org.replaymigrate.protocol.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class SnapshotTest {
  @TempDir Path temp;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void holdsTheStateWhileTheMachineWritesOn(long seed) throws Exception {
    Random random = new Random(seed);
    Path path = Checkpoints.in(temp).file(0);
    List<byte[]> expected;
    try (Checkpoints machine = new Checkpoints(temp, null)) {
      for (int i = 0; i < 3000; i++) {
        machine.fill(random.nextInt(machine.ram.pages()), 1 + random.nextInt(100));
        machine.fillDisk(random.nextInt(machine.disk.pages() - 1), 1 + random.nextInt(100));
      }
      expected = machine.content();
      Snapshot snapshot = machine.hold(0);
      CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> write(snapshot));
      while (!writing.isDone()) {
        machine.fill(random.nextInt(machine.ram.pages()), 200);
        machine.fillDisk(random.nextInt(machine.disk.pages() - 1), 200);
      }
      writing.join();
      snapshot.release();
    }
    assertRestores(expected, path);
  }

  private void write(Snapshot snapshot) {
    try {
      snapshot.write(Checkpoints.in(temp));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private void assertRestores(List<byte[]> expected, Path path) throws IOException {
    try (Checkpoints restored = new Checkpoints(temp, null)) {
      restored.restore(path);
      List<byte[]> actual = restored.content();
      for (int i = 0; i < expected.size(); i++) {
        assertArrayEquals(expected.get(i), actual.get(i), "page " + i);
      }
    }
  }

  @Test
  void everyPageChangedBeforeTheWriterBeginsIsHeld() throws IOException {
    Path path = Checkpoints.in(temp).file(0);
    List<byte[]> expected;
    try (Checkpoints machine = new Checkpoints(temp, null)) {
      for (int page = 0; page < machine.ram.pages(); page++) {
        machine.fill(page, 1 + page % 100);
      }
      expected = machine.content();
      Snapshot snapshot = machine.hold(0);
      for (int page = 0; page < machine.ram.pages(); page++) {
        machine.fill(page, 200);
      }
      snapshot.write(Checkpoints.in(temp));
      snapshot.release();
    }
    assertRestores(expected, path);
  }

  @Test
  void pagesThatDoNotFitIntoMemoryGoIntoAFileWithoutAName() throws IOException {
    MemorySegment content = MemorySegment.ofArray(new byte[4096]);
    MemorySegment taken = MemorySegment.ofArray(new byte[4096]);
    try (PagesAside aside = new PagesAside(4, temp)) {
      Set<Integer> waiting = new HashSet<>();
      Random random = new Random(1);
      for (int page = 0; page < 500; page++) {
        content.fill((byte) page);
        aside.put(page, content);
        waiting.add(page);
        if (random.nextInt(3) == 0) {
          takeOne(aside, taken, waiting);
        }
      }
      assertTrue(aside.spilled() > 100, aside.spilled() + " pages in the file");
      try (var files = Files.list(temp)) {
        assertEquals(0, files.count());
      }
      while (!waiting.isEmpty()) {
        takeOne(aside, taken, waiting);
      }
      assertEquals(-1, aside.take(taken));
    }
  }

  private static void takeOne(PagesAside aside, MemorySegment taken, Set<Integer> waiting)
      throws IOException {
    int page = aside.take(taken);
    assertTrue(waiting.remove(page), "page " + page);
    assertEquals(-1, taken.mismatch(MemorySegment.ofArray(new byte[4096]).fill((byte) page)));
  }

  @Test
  void guestGoesOnWhenThereIsNoRoomForPagesAside() throws IOException {
    try (Checkpoints machine = new Checkpoints(temp, null)) {
      for (int page = 0; page < machine.ram.pages(); page++) {
        machine.fill(page, 1);
      }
      for (int page = 0; page < machine.disk.pages() - 1; page++) {
        machine.fillDisk(page, 1);
      }
      Path nowhere = temp.resolve("nowhere");
      Snapshot snapshot = snapshotWithLittleMemory(machine, nowhere);
      for (int page = 0; page < machine.ram.pages(); page++) {
        machine.fill(page, 2);
      }
      Path path = Checkpoints.in(temp).file(0);
      var e = assertThrows(IOException.class, () -> snapshot.write(Checkpoints.in(temp)));
      assertTrue(e.getMessage().startsWith("no room to keep pages"), e.getMessage());
      snapshot.release();
      assertFalse(Files.exists(path));
      assertFalse(Files.exists(temp.resolve(CheckpointFolder.name(0) + ".part")));
    }
  }

  private static Snapshot snapshotWithLittleMemory(Checkpoints machine, Path folder) {
    HeldPages pages = new HeldPages(machine.spaces, null, folder, 8);
    return new Snapshot(Checkpoints.head(0), machine.spaces, null, pages);
  }

  @Test
  void releasedSnapshotLeavesTheMachineAlone() throws IOException {
    try (Checkpoints machine = new Checkpoints(temp, null)) {
      for (int i = 0; i < 20; i++) {
        Snapshot snapshot = machine.hold(0);
        snapshot.release();
        machine.fill(1, i);
        assertThrows(IOException.class, () -> snapshot.write(Checkpoints.in(temp)));
      }
      assertEquals(0, machine.ram.flags(1));
    }
  }

  @Test
  void interruptGivesTheCheckpointUp() throws Exception {
    try (Checkpoints machine = new Checkpoints(temp, null)) {
      Snapshot snapshot = machine.hold(0);
      CompletableFuture<Boolean> refused = new CompletableFuture<>();
      Thread writer =
          new Thread(() -> {
            Thread.currentThread().interrupt();
            try {
              snapshot.write(Checkpoints.in(temp));
              refused.complete(false);
            } catch (IOException e) {
              refused.complete(true);
            }
          });
      writer.start();
      assertTrue(refused.get(30, TimeUnit.SECONDS));
      writer.join();
      machine.fill(0, 1);
      snapshot.release();
      assertFalse(Files.exists(Checkpoints.in(temp).file(0)));
    }
  }
}
