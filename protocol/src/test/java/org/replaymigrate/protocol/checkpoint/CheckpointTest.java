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
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.replaymigrate.protocol.digest.StateDigest;
import org.replaymigrate.protocol.disk.BaseImage;
import org.replaymigrate.protocol.format.FormatException;
import org.replaymigrate.protocol.page.ChangedPages;
import org.replaymigrate.vkernel.MachineState;

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
    }
    machine.disk.discard(random.nextInt(200) * 4096L, 4096);
    machine.disk.write(Checkpoints.DISK - 512, MemorySegment.ofArray(new byte[512]).fill((byte) 5));
  }

  private static void assertSame(List<byte[]> expected, List<byte[]> actual) {
    for (int i = 0; i < expected.size(); i++) {
      assertArrayEquals(expected.get(i), actual.get(i), "page " + i);
    }
  }

  @Test
  void manifestReadsBack() throws IOException {
    try (Checkpoints machine = new Checkpoints(temp, null)) {
      machine.fill(3, 1);
      Path path = machine.take(temp, 4, CheckpointManifest.NO_PARENT, null);
      try (CheckpointReader reader = CheckpointReader.open(path)) {
        CheckpointManifest expected = Checkpoints.head(4, CheckpointManifest.NO_PARENT);
        assertEquals(expected, reader.manifest().with(List.of()));
        assertEquals(1, reader.manifest().spaces().get(0).saved());
        assertEquals(Files.size(path), reader.bytes());
      }
      try (Stream<Path> files = Files.list(temp)) {
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
      destination.restore(source.take(temp, 0, CheckpointManifest.NO_PARENT, null));
      assertSame(source.content(), destination.content());
      MachineState state = Checkpoints.head(0, -1).state();
      try (StateDigest a = new StateDigest(source.spaces);
          StateDigest b = new StateDigest(destination.spaces)) {
        assertEquals(a.of(state), b.of(state));
      }
    }
  }

  @Test
  void zeroPagesOfRamTakeNoRoom() throws IOException {
    try (Checkpoints machine = new Checkpoints(temp, null)) {
      Path path = machine.take(temp, 0, CheckpointManifest.NO_PARENT, null);
      assertTrue(Files.size(path) < 300, Files.size(path) + " bytes");
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void chainOfChangesRestoresEachOfItsStates(long seed) throws IOException {
    Random random = new Random(seed);
    BaseImage image = image();
    List<Path> paths = new ArrayList<>();
    List<List<byte[]>> states = new ArrayList<>();
    try (Checkpoints machine = new Checkpoints(temp, image);
        ChangedPages ram = new ChangedPages(machine.spaces.get(0));
        ChangedPages disk = new ChangedPages(machine.spaces.get(1))) {
      for (int number = 0; number < 6; number++) {
        scramble(machine, random);
        List<BitSet> changed = List.of(ram.take(), disk.take());
        boolean whole = number == 0;
        paths.add(machine.take(temp, number, number - 1, whole ? null : changed));
        states.add(machine.content());
      }
    }
    for (int number = 0; number < 6; number++) {
      try (Checkpoints machine = new Checkpoints(temp, image)) {
        machine.restore(paths.get(number));
        assertSame(states.get(number), machine.content());
      }
    }
  }

  @Test
  void checkpointOfChangesHoldsOnlyThem() throws IOException {
    try (Checkpoints machine = new Checkpoints(temp, null);
        ChangedPages ram = new ChangedPages(machine.spaces.get(0));
        ChangedPages disk = new ChangedPages(machine.spaces.get(1))) {
      scramble(machine, new Random(3));
      machine.take(temp, 0, CheckpointManifest.NO_PARENT, null);
      ram.take();
      disk.take();
      machine.fill(100, 9);
      machine.fill(200, 0);
      BitSet changed = ram.take();
      ram.giveBack(changed); // as if the first attempt had failed
      Path path = machine.take(temp, 1, 0, List.of(ram.take(), disk.take()));
      try (CheckpointReader reader = CheckpointReader.open(path)) {
        var space = reader.manifest().spaces().get(0);
        assertEquals(1, space.saved());
        assertEquals(List.of(new CheckpointManifest.Run(200, 1)), space.zeroes());
        assertEquals(0, reader.manifest().spaces().get(1).saved());
        assertEquals(2, reader.files().size());
      }
    }
  }

  @Test
  void checkpointWhoseParentIsMissingOrAnotherIsRefused() throws IOException {
    try (Checkpoints machine = new Checkpoints(temp, null)) {
      Path parent = machine.take(temp, 0, CheckpointManifest.NO_PARENT, null);
      Path path = machine.take(temp, 1, 0, List.of(new BitSet(), new BitSet()));
      Path other = machine.take(temp, 2, CheckpointManifest.NO_PARENT, null);
      Files.copy(other, parent, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
      var e = assertThrows(FormatException.Corrupt.class, () -> CheckpointReader.open(path));
      assertEquals(path + ": needs checkpoint 0, but " + parent + " is another", e.getMessage());
      Files.delete(parent);
      e = assertThrows(FormatException.Corrupt.class, () -> CheckpointReader.open(path));
      assertEquals(path + ": needs checkpoint 0, which is missing", e.getMessage());
    }
  }

  @Test
  void changesNeedAParentAndAParentNeedsChanges() throws IOException {
    try (Checkpoints machine = new Checkpoints(temp, null)) {
      List<BitSet> none = List.of(new BitSet(), new BitSet());
      assertThrows(IllegalArgumentException.class, () -> machine.hold(temp, 1, -1, none));
      assertThrows(IllegalArgumentException.class, () -> machine.hold(temp, 1, 0, null));
      assertThrows(IllegalArgumentException.class, () -> machine.hold(temp, 1, 1, none));
    }
  }

  @Test
  void machineOfAnotherSizeIsRefused() throws IOException {
    try (Checkpoints machine = new Checkpoints(temp, null);
        CheckpointReader reader =
            CheckpointReader.open(machine.take(temp, 0, CheckpointManifest.NO_PARENT, null))) {
      var e = assertThrows(FormatException.Corrupt.class, () -> reader.restore(0, machine.disk));
      assertTrue(e.getMessage().contains("space 0 has 4096 pages, not 257"), e.getMessage());
    }
  }
}
