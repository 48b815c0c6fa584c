package org.replaymigrate.protocol.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.replaymigrate.protocol.digest.StateDigest;
import org.replaymigrate.protocol.format.FormatException;
import org.replaymigrate.protocol.home.Home;
import org.replaymigrate.protocol.store.PageStore;
import org.replaymigrate.protocol.store.Sha256;
import org.replaymigrate.protocol.upkeep.HomeCheck;
import org.replaymigrate.protocol.upkeep.Sweep;
import org.replaymigrate.protocol.upkeep.Thinning;

/** What may be removed from a home, and what {@code fsck} finds. */
class UpkeepTest {
  @TempDir Path temp;

  private Home home;
  private Checkpoints machine;
  private CheckpointSeries series;

  @BeforeEach
  void begin() throws IOException {
    home = new Home(temp.resolve("home"));
    machine = new Checkpoints(temp, null);
    series = new CheckpointSeries(machine.spaces);
  }

  @AfterEach
  void end() throws IOException {
    machine.close();
  }

  private CheckpointFolder folder(String vkernel) throws IOException {
    return home.vkernel(vkernel).checkpoints();
  }

  private void take(String vkernel, long number, boolean automatic) throws IOException {
    CheckpointManifest head = Checkpoints.head(number);
    Snapshot snapshot = series.hold(automatic ? head.automatically() : head);
    try {
      snapshot.write(folder(vkernel));
    } finally {
      series.release(snapshot);
    }
  }

  /** Each with a page that no other has, and one that all have. */
  private void takeMany(String vkernel, int many) throws IOException {
    machine.fill(1, 1);
    for (int number = 0; number < many; number++) {
      machine.fill(0, 100 + number);
      take(vkernel, number, number % 2 == 1);
    }
  }

  private HomeCheck.Report check() throws IOException {
    return new HomeCheck(home).run();
  }

  private void assertNewestIsWhole(String vkernel) throws IOException {
    CheckpointFolder folder = folder(vkernel);
    try (Checkpoints restored = new Checkpoints(temp, null);
        CheckpointReader reader = folder.open(folder.numbers().getLast())) {
      restored.restore(folder, folder.file(folder.numbers().getLast()));
      try (StateDigest digest = new StateDigest(restored.spaces)) {
        assertEquals(reader.manifest().digest(), digest.of(Checkpoints.head(0).state()));
      }
    }
  }

  @Test
  void theNewestAndTheFirstStay() throws IOException {
    takeMany("box", 10);
    assertEquals(
        List.of(7L, 6L, 5L, 4L, 3L, 2L, 1L), new Thinning(2, false, false).thin(folder("box")));
    assertEquals(List.of(0L, 8L, 9L), folder("box").numbers());
    assertEquals(List.of(0L), new Thinning(2, false, true).thin(folder("box")));
    assertEquals(List.of(8L, 9L), folder("box").numbers());
    assertNewestIsWhole("box");
  }

  @Test
  void thoseThatSomebodyAskedForStayIfOnlyAutomaticOnesMayGo() throws IOException {
    takeMany("box", 10);
    new Thinning(2, true, false).thin(folder("box"));
    assertEquals(List.of(0L, 2L, 4L, 6L, 8L, 9L), folder("box").numbers());
  }

  @Test
  void aCheckpointThatCannotBeUsedDoesNotCountAsOneThatIsKept() throws IOException {
    takeMany("box", 5);
    Files.write(folder("box").file(4), new byte[10]);
    new Thinning(1, false, false).thin(folder("box"));
    assertEquals(List.of(0L, 3L, 4L), folder("box").numbers());
  }

  @Test
  void whatNoCheckpointNeedsIsSwept() throws IOException {
    takeMany("box", 10);
    new Thinning(1, false, true).thin(folder("box"));
    HomeCheck.Report garbage = check();
    assertEquals(List.of(), garbage.faults());
    Sweep sweep = new Sweep(home);
    assertTrue(sweep.run(1000));
    assertEquals(8, sweep.packs()); // the first and the last are needed
    assertEquals(garbage.unreferencedPacks(), sweep.packs());
    assertEquals(garbage.unreferencedBytes(), sweep.bytes());
    assertEquals(0, check().unreferencedPacks());
    assertEquals(List.of(), check().faults());
    assertNewestIsWhole("box");
    take("box", 10, false); // builds on what was kept
    assertNewestIsWhole("box");
  }

  @Test
  void pagesThatAnotherVkernelNeedsStay() throws IOException {
    takeMany("box", 3);
    Files.createDirectories(home.vkernel("clone").path());
    CheckpointImport.take(folder("box").open(1), folder("clone"));
    for (long number : folder("box").numbers()) {
      Files.delete(folder("box").file(number));
    }
    assertTrue(new Sweep(home).run(1000));
    assertEquals(List.of(), check().faults());
    assertNewestIsWhole("clone");
  }

  @Test
  void nothingIsSweptWhileACheckpointCannotBeRead() throws IOException {
    takeMany("box", 3);
    Files.delete(folder("box").file(0));
    Files.write(folder("box").file(1), new byte[100]);
    int packs = home.store().list().size();
    assertThrows(FormatException.class, () -> new Sweep(home).run(1000));
    assertEquals(packs, home.store().list().size());
  }

  @Test
  void whatAKilledWriterLeftIsSwept() throws IOException {
    takeMany("box", 1);
    Path left = home.store().folder().resolve("packs/new123.part");
    Files.write(left, new byte[1000]);
    assertTrue(new Sweep(home).run(1000));
    assertFalse(Files.exists(left));
  }

  @Test
  void nothingIsSweptWhileSomebodyAdds() throws IOException {
    takeMany("box", 2);
    Files.delete(folder("box").file(0));
    try (PageStore.Hold _ = home.store().hold()) {
      assertFalse(new Sweep(home).run(50));
    }
  }

  @Test
  void everyFaultIsFoundAndNamed() throws IOException {
    takeMany("box", 4);
    assertEquals(List.of(), check().faults());
    PageStore store = home.store();
    List<Sha256> packs = folder("box").manifest(3).packs();
    Path gone = store.file(packs.get(1));
    Path flipped = store.file(packs.get(0));
    Files.delete(gone);
    byte[] bytes = Files.readAllBytes(flipped);
    bytes[40] ^= 4;
    Files.write(flipped, bytes);
    Files.write(folder("box").file(0), new byte[30]);
    List<String> faults = check().faults();
    assertTrue(
        faults.contains(flipped + ": batch 0: does not match its checksum"), faults::toString);
    assertTrue(
        faults.contains(folder("box").file(3) + ": needs " + gone + ", which is missing"),
        faults::toString);
    assertTrue(faults.contains(folder("box").file(0) + ": cut short"), faults::toString);
  }
}
