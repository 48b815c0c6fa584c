package org.replaymigrate.protocol.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.replaymigrate.protocol.format.FormatException;

class CheckpointExportTest {
  @TempDir Path temp;

  private Path there() {
    return temp.resolve("there");
  }

  private static void scramble(Checkpoints machine, Random random) {
    for (int i = 0; i < 300; i++) {
      machine.fill(random.nextInt(machine.ram.pages()), random.nextInt(3));
      machine.fill(random.nextInt(machine.ram.pages()), random.nextInt());
      machine.fillDisk(random.nextInt(machine.disk.pages() - 1), random.nextInt(3));
    }
  }

  private byte[] exported(long number) throws IOException {
    try (CheckpointExport export = CheckpointExport.open(Checkpoints.in(temp), number)) {
      return export.readAllBytes();
    }
  }

  private byte[] since(long older, long number) throws IOException {
    try (CheckpointExport export = CheckpointExport.since(Checkpoints.in(temp), older, number)) {
      return export.readAllBytes();
    }
  }

  /** Takes it in at the other side. */
  private Path take(byte[] bytes) throws IOException {
    Files.createDirectories(there());
    Path part = Files.write(there().resolve("base.part"), bytes);
    try (CheckpointReader reader = Checkpoints.in(there()).open(part)) {
      return CheckpointImport.take(reader, Checkpoints.in(there()));
    } finally {
      Files.delete(part);
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

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void whatIsReadOutIsTheSameCheckpointElsewhere(long seed) throws IOException {
    Random random = new Random(seed);
    try (Checkpoints machine = new Checkpoints(temp, null)) {
      CheckpointSeries series = new CheckpointSeries(machine.spaces);
      for (int number = 0; number < 4; number++) {
        scramble(machine, random);
        machine.take(series, temp, number);
        Path path = take(exported(number));
        assertRestores(machine.content(), path);
        try (CheckpointReader here = Checkpoints.in(temp).open(number);
            CheckpointReader there = Checkpoints.in(there()).open(number)) {
          assertEquals(here.manifest().digest(), there.manifest().digest());
          assertEquals(here.manifest().position(), there.manifest().position());
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void whatHasChangedIsEnoughForWhoHasTheOlderOne(long seed) throws IOException {
    Random random = new Random(seed);
    try (Checkpoints machine = new Checkpoints(temp, null)) {
      CheckpointSeries series = new CheckpointSeries(machine.spaces);
      scramble(machine, random);
      machine.take(series, temp, 0);
      take(exported(0));
      machine.fill(7, 77);
      machine.fill(8, 0);
      machine.fillDisk(9, 99);
      machine.fillDisk(10, 0);
      machine.take(series, temp, 1);
      scramble(machine, random);
      machine.fill(8, 0);
      machine.take(series, temp, 2);
      byte[] changes = since(0, 2);
      assertTrue(changes.length < exported(2).length, changes.length + " bytes");
      assertRestores(machine.content(), take(changes));
    }
  }

  @Test
  void whatHasChangedIsRefusedByWhoDoesNotHaveTheOlderOne() throws IOException {
    try (Checkpoints machine = new Checkpoints(temp, null)) {
      machine.fill(1, 1);
      machine.take(temp, 0);
      machine.fill(2, 2);
      machine.take(temp, 1);
      byte[] changes = since(0, 1);
      var e = assertThrows(FormatException.Corrupt.class, () -> take(changes));
      assertTrue(e.getMessage().endsWith("needs checkpoint 0, which is missing"), e.getMessage());
    }
  }

  @Test
  void pagesThatDifferAreNamed() throws IOException {
    try (Checkpoints machine = new Checkpoints(temp, null)) {
      machine.fill(1, 1);
      machine.fill(2, 2);
      machine.fill(3, 3);
      machine.take(temp, 0);
      machine.fill(1, 0);
      machine.fill(2, 5);
      machine.fill(4, 3);
      machine.take(temp, 1);
      try (CheckpointReader before = Checkpoints.in(temp).open(0);
          CheckpointReader after = Checkpoints.in(temp).open(1)) {
        PageNames names = PageNames.of(after, 0);
        assertEquals("{1, 2, 4}", names.differing(PageNames.of(before, 0)).toString());
        assertEquals("{2, 3, 4}", names.saved().toString());
        assertEquals(names.name(3), names.name(4));
        assertEquals(null, names.name(1));
      }
    }
  }

  @Test
  void batchesThatAreWantedWholeTravelAsTheyAre() throws IOException {
    try (Checkpoints machine = new Checkpoints(temp, null)) {
      for (int page = 0; page < 128; page++) {
        machine.fill(page, page + 1);
      }
      machine.take(temp, 0);
      Path there = take(exported(0));
      try (CheckpointReader here = Checkpoints.in(temp).open(0);
          CheckpointReader copy = Checkpoints.in(there()).open(there)) {
        assertEquals(here.manifest().packs(), copy.manifest().packs());
      }
    }
  }
}
