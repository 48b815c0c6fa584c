package org.replaymigrate.cli.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The Debian guest, worked at its shell, replays in another process to the state in which its
 * recording ended, whether its code is translated or interpreted, there or here. {@code
 * -Ddebian.recordings=10} makes ten of each kind, which is the proof that a release needs; {@code
 * -Ddebian.seed=N} repeats what somebody typed.
 */
@Tag("debian")
@Order(1)
class DebianReplayTest {
  private static final int RECORDINGS = Integer.getInteger("debian.recordings", 1);
  private static final long SEED = Long.getLong("debian.seed", System.nanoTime());
  private static final int ROUNDS = Integer.getInteger("debian.rounds", 1);

  @RegisterExtension private final Commands commands = new Commands();

  @ParameterizedTest
  @CsvSource({
    "1, real, poweroff, on, off",
    "4, real, reboot, off, on",
    "1, max, reboot, on, on",
    "4, max, poweroff, on, off"
  })
  void aRecordingReplaysInAnotherProcess(
      int harts, String pace, String ending, String translate, String replayTranslate)
      throws Exception {
    DebianCommands debian = new DebianCommands(commands);
    for (int i = 0; i < RECORDINGS; i++) {
      String name = "box" + i;
      long seed = SEED + i;
      Map<String, Object> recorded = record(debian, name, seed, harts, pace, ending, translate);
      Map<String, Object> replayed =
          debian.json("replay", name, "--verify", "--translate", replayTranslate);
      System.out.printf(
          "debian, %d harts, pace %s, seed %d: %d instructions, %d log bytes, recorded in %.1f s,"
              + " replayed in %.1f s, %d digests%n",
          harts,
          pace,
          seed,
          number(recorded, "instructions"),
          number(recorded, "logBytes"),
          seconds(recorded),
          seconds(replayed),
          number(replayed, "digestsChecked"));
      assertEquals(0, replayed.get("divergences"), replayed::toString);
      assertEquals("reached", replayed.get("outcome"), replayed::toString);
      assertEquals(recorded.get("finalDigest"), replayed.get("finalDigest"), "seed " + seed);
      assertEquals(number(recorded, "instructions"), number(replayed, "instructions"));
      assertEquals(number(recorded, "events"), number(replayed, "events"));
      assertTrue(number(replayed, "digestsChecked") > 50, replayed::toString);
    }
  }

  private Map<String, Object> record(
      DebianCommands debian,
      String name,
      long seed,
      int harts,
      String pace,
      String ending,
      String translate)
      throws Exception {
    DebianShell shell =
        debian.boot(
            name,
            "--harts",
            harts,
            "--pace",
            pace,
            "--translate",
            translate,
            "--disk",
            debian.disk(8, seed));
    shell.awaitPrompt();
    new DebianWork(seed, ROUNDS).in(shell);
    shell.process().type(ending + "\n");
    Map<String, Object> figures = shell.process().end().withExitCode(0).json();
    assertEquals(0, figures.get("exitCode"), figures::toString);
    String kind = ending.equals("reboot") ? "reboot" : "power off";
    assertEquals(kind, figures.get("exitKind"), figures::toString);
    return figures;
  }

  private static double seconds(Map<String, Object> figures) {
    return ((Number) figures.get("seconds")).doubleValue();
  }

  private static long number(Map<String, Object> figures, String name) {
    return ((Number) figures.get(name)).longValue();
  }
}
