package org.replaymigrate.cli.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The store that all vkernels of a home share: `fsck`, `prune`, clones, and checkpoints by
 * themselves.
 */
class StoreCommandsTest {
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
