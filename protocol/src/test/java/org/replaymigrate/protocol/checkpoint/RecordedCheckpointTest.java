package org.replaymigrate.protocol.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.replaymigrate.protocol.digest.StateDigest;
import org.replaymigrate.protocol.page.ChangedPages;

/** A checkpoint, and one of what changed after it, as each released version wrote them. */
class RecordedCheckpointTest {
  private static final String VERSION_1 = "/formats/checkpt-1-";

  @TempDir Path temp;

  @Test
  void checkpointsOfVersionOneAreRestored() throws IOException {
    for (long number = 0; number < 2; number++) {
      String name = CheckpointFolder.name(number);
      try (InputStream in = getClass().getResourceAsStream(VERSION_1 + name)) {
        Files.copy(in, temp.resolve(name));
      }
    }
    for (long number = 0; number < 2; number++) {
      Path path = temp.resolve(CheckpointFolder.name(number));
      try (CheckpointReader reader = CheckpointReader.open(path);
          Checkpoints restored = new Checkpoints(temp, null);
          Checkpoints expected = new Checkpoints(temp, null)) {
        assertEquals(Checkpoints.head(number, number - 1), reader.manifest().with(List.of()));
        restored.restore(path);
        first(expected);
        if (number == 1) {
          second(expected);
        }
        assertEquals(digest(expected), digest(restored));
      }
    }
  }

  private static String digest(Checkpoints machine) {
    try (StateDigest digest = new StateDigest(machine.spaces)) {
      return digest.of(Checkpoints.head(0, -1).state()).toString();
    }
  }

  private static void first(Checkpoints machine) {
    for (int page = 0; page < 300; page++) {
      machine.fill(page * 13, 1 + page % 200);
    }
    machine.fillDisk(3, 4);
    machine.fillDisk(9, 0);
  }

  private static void second(Checkpoints machine) {
    machine.fill(13, 0);
    machine.fill(14, 99);
    machine.fillDisk(3, 5);
    machine.disk.discard(0, 4096);
  }

  /** Records the fixtures of a new version: the prefix of their names is the only argument. */
  static final class Recorder {
    private Recorder() {}

    public static void main(String[] args) throws IOException {
      Path folder = Files.createTempDirectory("checkpoints");
      try (Checkpoints machine = new Checkpoints(folder, null)) {
        first(machine);
        Files.copy(machine.take(folder, 0, -1, null), Path.of(args[0] + CheckpointFolder.name(0)));
        try (ChangedPages ram = new ChangedPages(machine.spaces.get(0));
            ChangedPages disk = new ChangedPages(machine.spaces.get(1))) {
          second(machine);
          Path path = machine.take(folder, 1, 0, List.of(ram.take(), disk.take()));
          Files.copy(path, Path.of(args[0] + CheckpointFolder.name(1)));
        }
      }
    }
  }
}
