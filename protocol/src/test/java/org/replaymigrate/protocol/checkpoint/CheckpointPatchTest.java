package org.replaymigrate.protocol.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.replaymigrate.protocol.format.FormatException;

class CheckpointPatchTest {
  @TempDir private Path temp;

  private static MemorySegment page(int value) {
    byte[] content = new byte[4096];
    Arrays.fill(content, (byte) value);
    return MemorySegment.ofArray(content);
  }

  @Test
  void pagesThatWereGivenStandInTheOlderCheckpointsPlace() throws IOException {
    List<byte[]> expected;
    try (Checkpoints machine = new Checkpoints(temp, null)) {
      for (int page = 0; page < 300; page++) {
        machine.fill(page, 1 + page % 100);
      }
      machine.fillDisk(5, 7);
      machine.take(temp, 0);
      machine.fill(17, 101);
      machine.fill(18, 0);
      machine.fill(4000, 102);
      machine.fillDisk(5, 0);
      machine.fillDisk(6, 103);
      expected = machine.content();
    }
    CheckpointFolder folder = Checkpoints.in(temp);
    try (CheckpointPatch patch = CheckpointPatch.of(folder, 0)) {
      patch.add(0, 4000, page(102)); // in any order
      patch.add(0, 18, page(0));
      patch.add(1, 6, page(103));
      patch.add(0, 17, page(101));
      patch.add(1, 5, page(0));
      assertEquals(folder.file(1), patch.finish(Checkpoints.head(1)));
    }
    Files.delete(folder.file(0)); // nothing of it is needed but its pages
    assertEquals(Checkpoints.head(1).digest(), folder.manifest(1).digest());
    try (Checkpoints restored = new Checkpoints(temp, null)) {
      restored.restore(folder.file(1));
      List<byte[]> actual = restored.content();
      for (int i = 0; i < expected.size(); i++) {
        assertArrayEquals(expected.get(i), actual.get(i), "page " + i);
      }
    }
  }

  @Test
  void pagesThatCannotBeAreRefused() throws IOException {
    CheckpointFolder folder = Checkpoints.in(temp);
    try (Checkpoints machine = new Checkpoints(temp, null)) {
      machine.take(temp, 0);
      try (CheckpointPatch patch = CheckpointPatch.of(folder, 0)) {
        int pages = machine.ram.pages();
        patch.add(0, 3, page(1));
        assertThrows(FormatException.Corrupt.class, () -> patch.add(0, 3, page(1)));
        assertThrows(FormatException.Corrupt.class, () -> patch.add(0, pages, page(1)));
        assertThrows(FormatException.Corrupt.class, () -> patch.add(0, -1, page(1)));
        assertThrows(FormatException.Corrupt.class, () -> patch.add(2, 0, page(1)));
        assertThrows(FormatException.Corrupt.class, () -> patch.add(-1, 0, page(1)));
      }
    }
    assertFalse(Files.exists(folder.file(1)));
  }
}
