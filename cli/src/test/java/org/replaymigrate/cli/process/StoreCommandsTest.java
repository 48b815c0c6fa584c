package org.replaymigrate.cli.process;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The store that all vkernels of a home share: `fsck`, `prune`, clones, and checkpoints by
 * themselves.
 */
class StoreCommandsTest {
  /**
   * Writes a number into each page of 32 MiB, over and over: {@code auipc a0,512; lui t0,1; lui
   * a2,0x2000; add a2,a2,a0; 1: mv a3,a0; 2: sd a1,(a3); addi a1,a1,1; add a3,a3,t0; bltu a3,a2,2b;
   * j 1b}.
   */
  private static final int[] PAGE_WRITER = {
    0x00200517, 0x000012b7, 0x02000637, 0x00a60633, 0x00050693,
    0x00b6b023, 0x00158593, 0x005686b3, 0xfec6eae3, 0xfedff06f
  };

  private static final int KILLS = 3;
  private static final int MOST_ATTEMPTS = 20;
  private static final long LOOK_NANOS = 200_000;

  @RegisterExtension private final Commands commands = new Commands();

  private List<Path> packs() throws Exception {
    try (Stream<Path> files = Files.list(commands.home().resolve("store/packs"))) {
      return files.filter(file -> file.toString().endsWith(".pack")).sorted().toList();
    }
  }

  private void assertSound() throws Exception {
    assertEquals(0, commands.json("fsck").get("faults"));
  }

  @Test
  void aCloneGoesOnWhereTheOtherWasAndBothGoTheirWays() throws Exception {
    Invocation run = commands.boot("box");
    run.type("echo common\n").awaitOut("\ncommon");
    commands.json("checkpoint", "box");
    Invocation clone = commands.start("run", "twin", "--from", "box@1");
    clone.type("echo from the twin\n").awaitOut("\nfrom the twin");
    run.type("echo from the box\n").awaitOut("\nfrom the box");
    assertSound(); // while both run
    clone.type("poweroff\n").end().withExitCode(0);
    run.kill();
    for (String name : new String[] {"box", "twin"}) {
      Map<String, Object> replayed = commands.json("replay", name, "--verify");
      assertEquals("reached", replayed.get("outcome"), replayed::toString);
      assertEquals(0, replayed.get("divergences"), replayed::toString);
    }
    String error = commands.here("run", "third", "--from", "box@7").error(1);
    assertEquals(
        "box: no checkpoint 7, there are [0, 1]", error.replaceFirst("^replay-migrate: ", ""));
  }

  @Test
  void aPrunedVkernelGoesOnAndNothingThatItNeedsIsGone() throws Exception {
    Invocation run = commands.boot("box");
    for (int i = 0; i < 5; i++) {
      run.type("echo number " + i + "\n").awaitOut("\nnumber " + i);
      commands.json("checkpoint", "box");
    }
    Map<String, Object> pruned = commands.json("prune", "--keep", "2", "--forget-beginning");
    assertEquals(4, pruned.get("removedCheckpoints"), pruned::toString);
    assertSound();
    commands.json("checkpoint", "box"); // builds on what was kept
    assertSound();
    run.kill();
    Invocation resumed = commands.start("resume", "box");
    resumed.type("echo back\n").awaitOut("\nback");
    resumed.signal("TERM");
    resumed.end().withExitCode(0);
    assertEquals("reached", commands.json("replay", "box", "--verify").get("outcome"));
  }

  /** While it writes a pack: that is not there, and whatever was there before still is. */
  @Test
  void aProcessThatIsKilledWhileItWritesToTheStoreLeavesItSound() throws Exception {
    ByteBuffer program = ByteBuffer.allocate(4 * PAGE_WRITER.length).order(LITTLE_ENDIAN);
    program.asIntBuffer().put(PAGE_WRITER);
    Path file = Files.write(commands.folder().resolve("program"), program.array());
    Awaited running = commands.expect("box", "running");
    Invocation run =
        commands.start(
            "run", "box", "--bios", file, "--memory", "64M", "--checkpoint-every", "50ms");
    running.await();
    int left = 0;
    for (int i = 0; left < KILLS && i < MOST_ATTEMPTS; i++) {
      awaitPart();
      run.kill();
      left += parts().isEmpty() ? 0 : 1;
      assertSound();
      run = commands.start("resume", "box", "--checkpoint-every", "50ms");
    }
    assertEquals(KILLS, left);
    awaitPart(); // it writes again
    run.kill();
    commands.run("prune").withExitCode(0);
    assertEquals(List.of(), parts());
    assertSound();
    Object newest =
        ((Map<?, ?>) ((List<?>) commands.json("inspect", "box").get("checkpoints")).getLast())
            .get("number");
    Map<String, Object> replayed = commands.json("replay", "box", "--from", newest);
    assertEquals("reached", replayed.get("outcome"), replayed::toString);
  }

  private List<Path> parts() throws IOException {
    Path packs = commands.home().resolve("store/packs");
    if (!Files.isDirectory(packs)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(packs)) {
      return files.filter(each -> each.toString().endsWith(".part")).toList();
    }
  }

  /** Waits until somebody writes a pack. */
  private void awaitPart() throws IOException {
    List<Path> before = parts();
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(Invocation.SECONDS);
    while (before.containsAll(parts())) {
      assertTrue(System.nanoTime() < deadline, "nobody writes a pack");
      LockSupport.parkNanos(LOOK_NANOS);
    }
  }

  @Test
  void fsckNamesWhatIsDamagedAndWhatIsGone() throws Exception {
    commands.boot("box").type("poweroff\n").end().withExitCode(0);
    assertSound();
    Path pack = packs().getFirst();
    Damage.flipBit(pack, 100);
    Outcome damaged = commands.run("fsck").withExitCode(1);
    assertTrue(
        damaged.errors().stream().anyMatch(line -> line.startsWith(pack + ": batch 0")),
        damaged::toString);
    Files.delete(pack);
    Outcome gone = commands.run("fsck").withExitCode(1);
    assertTrue(
        gone.errors().stream()
            .anyMatch(line -> line.endsWith("needs " + pack + ", which is missing")),
        gone::toString);
  }

  @Test
  void aBusyGuestIsCheckpointedByItselfAndTheOlderOnesGo() throws Exception {
    Path program = commands.folder().resolve("program");
    Files.write(program, new byte[] {0x6f, 0, 0, 0}); // j .
    Awaited running = commands.expect("box", "running");
    Invocation run = commands.start("run", "box", "--bios", program, "--checkpoint-every", "50ms");
    running.await();
    commands.expect("box/checkpoints", "00000010.ckpt").await();
    run.kill();
    assertSound();
    List<?> left = (List<?>) commands.json("inspect", "box").get("checkpoints");
    assertTrue(left.size() <= 11, left::toString); // the first, eight, and one not yet thinned
    Object newest = ((Map<?, ?>) left.getLast()).get("number");
    Map<String, Object> replayed = commands.json("replay", "box", "--from", newest);
    assertEquals("reached", replayed.get("outcome"), replayed::toString);
  }
}
