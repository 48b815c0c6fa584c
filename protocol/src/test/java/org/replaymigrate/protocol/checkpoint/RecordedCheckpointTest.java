package org.replaymigrate.protocol.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.replaymigrate.protocol.digest.Digest128;
import org.replaymigrate.protocol.digest.StateDigest;
import org.replaymigrate.protocol.store.PageStore;
import org.replaymigrate.protocol.store.Sha256;

/** A checkpoint, and one of what changed after it, as each released version wrote them. */
class RecordedCheckpointTest {
  /** The packs of version 1 in which the checkpoints of version 2 have their pages. */
  private static final List<String> PACKS =
      List.of(
          "e627e18094cedd999d4990b6782ac3a3e952f1870f777152611a8ecfe9cc53fb",
          "f8422968a1795bab8f0a95e078c7dbc9a7f154e6c045fd0ce28ee13d9370f82a");

  @TempDir Path temp;

  private void copy(String recorded, Path to) throws IOException {
    Files.createDirectories(to.toAbsolutePath().getParent());
    try (InputStream in = getClass().getResourceAsStream("/formats/" + recorded)) {
      Files.copy(in, to);
    }
  }

  private void copyCheckpoints(int version) throws IOException {
    for (long number = 0; number < 2; number++) {
      String name = CheckpointFolder.name(number);
      copy("checkpt-" + version + "-" + name, temp.resolve(name));
    }
  }

  @Test
  void checkpointsOfVersionOneAreRestored() throws IOException {
    copyCheckpoints(1);
    for (long number = 0; number < 2; number++) {
      try (CheckpointReader reader = Checkpoints.in(temp).open(number)) {
        assertEquals(Checkpoints.head(number, number - 1), reader.manifest().with(List.of()));
      }
      assertRestores(1, number);
    }
  }

  @Test
  void checkpointsOfVersionTwoAreRestored() throws IOException {
    copyCheckpoints(2);
    for (String pack : PACKS) {
      copy("pagepack-1-" + pack + ".pack", temp.resolve("store/packs").resolve(pack + ".pack"));
    }
    for (long number = 0; number < 2; number++) {
      CheckpointManifest found;
      try (CheckpointReader reader = Checkpoints.in(temp).open(number)) {
        found = reader.manifest();
      }
      assertEquals(withoutPages(Checkpoints.head(number)), withoutPages(found));
      assertEquals(assertRestores(2, number), found.digest());
    }
  }

  private static CheckpointManifest withoutPages(CheckpointManifest manifest) {
    return manifest.with(CheckpointManifest.NO_PARENT, Digest128.NONE, List.of(), List.of());
  }

  private Digest128 assertRestores(int version, long number) throws IOException {
    try (Checkpoints restored = new Checkpoints(temp, null);
        Checkpoints expected = new Checkpoints(temp, null)) {
      restored.restore(Checkpoints.in(temp).file(number));
      first(expected);
      if (number == 1) {
        second(expected, version);
      }
      Digest128 digest = digest(expected);
      assertEquals(digest, digest(restored));
      return digest;
    }
  }

  private static Digest128 digest(Checkpoints machine) {
    try (StateDigest digest = new StateDigest(machine.spaces)) {
      return digest.of(Checkpoints.head(0).state());
    }
  }

  private static void first(Checkpoints machine) {
    for (int page = 0; page < 300; page++) {
      machine.fill(page * 13, 1 + page % 200);
    }
    machine.fillDisk(3, 4);
    machine.fillDisk(9, 0);
  }

  private static void second(Checkpoints machine, int version) {
    machine.fill(13, 0);
    machine.fill(14, 99);
    machine.fillDisk(3, 5);
    machine.disk.discard(0, 4096);
    if (version == 2) {
      machine.fill(15, 250); // which no page had before: a pack of its own
    }
  }

  /** Records the fixtures of a new version into the folder that is the only argument. */
  static final class Recorder {
    private Recorder() {}

    public static void main(String[] args) throws IOException {
      Path folder = Files.createTempDirectory("checkpoints");
      Path to = Path.of(args[0]);
      try (Checkpoints machine = new Checkpoints(folder, null)) {
        CheckpointSeries series = new CheckpointSeries(machine.spaces);
        for (long number = 0; number < 2; number++) {
          if (number == 0) {
            first(machine);
          } else {
            second(machine, 2);
          }
          Path path = machine.take(series, folder, number);
          Files.copy(path, to.resolve("checkpt-2-" + path.getFileName()));
        }
      }
      PageStore store = Checkpoints.in(folder).store();
      for (Sha256 pack : store.list()) {
        Path file = store.file(pack);
        Files.copy(file, to.resolve("pagepack-1-" + file.getFileName()));
      }
    }
  }
}
