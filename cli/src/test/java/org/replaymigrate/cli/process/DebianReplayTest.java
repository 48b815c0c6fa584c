package org.replaymigrate.cli.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The Debian guest, worked at its shell, replays in another process to the state in which its
 * recording ended: recorded with translation and replayed without, and the other way round. {@code
 * -Ddebian.recordings=20} makes twenty each way, with 1 and 4 harts, both paces and both endings in
 * turn, which is the proof that a release needs; {@code -Ddebian.seed=N} repeats what somebody
 * typed.
 */
@Tag("debian")
@Order(1)
class DebianReplayTest {
  private static final int RECORDINGS = Integer.getInteger("debian.recordings", 1);
  private static final long SEED = Long.getLong("debian.seed", System.nanoTime());

  /** The number of the first, so that several processes can share the work. */
  private static final int FIRST = Integer.getInteger("debian.first", 0);

  private static final int ROUNDS = Integer.getInteger("debian.rounds", 1);

  @RegisterExtension private final Commands commands = new Commands();

  /**
   * How a recording is made.
   *
   * @param translate whether it is translated; its replay is the other way round
   */
  private record Kind(int harts, String pace, String ending, boolean translate) {
    static Kind of(int number, boolean translate) {
      int i = translate ? number : number + 3; // so that one each way covers most
      return new Kind(
          i % 2 == 0 ? 1 : 4,
          (i / 2) % 2 == 0 ? "real" : "max",
          (i / 4) % 2 == (translate ? 0 : 1) ? "poweroff" : "reboot",
          translate);
    }

    String option() {
      return translate ? "on" : "off";
    }

    String replayOption() {
      return translate ? "off" : "on";
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aRecordingReplaysInAnotherProcess(boolean translate) throws Exception {
    DebianCommands debian = new DebianCommands(commands);
    for (int i = FIRST; i < FIRST + RECORDINGS; i++) {
      Kind kind = Kind.of(i, translate);
      String name = "box" + i;
      long seed = SEED + i;
      Map<String, Object> recorded = record(debian, name, seed, kind);
      Map<String, Object> replayed =
          debian.json("replay", name, "--verify", "--translate", kind.replayOption());
      System.out.printf(
          "debian, %s, seed %d: %d instructions, %d log bytes, recorded in %.1f s,"
              + " replayed in %.1f s, %d digests%n",
          kind,
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

  private Map<String, Object> record(DebianCommands debian, String name, long seed, Kind kind)
      throws Exception {
    DebianShell shell =
        debian.boot(
            name,
            "--harts",
            kind.harts(),
            "--pace",
            kind.pace(),
            "--translate",
            kind.option(),
            "--disk",
            debian.disk(8, seed));
    shell.awaitPrompt();
    new DebianWork(seed, ROUNDS).in(shell);
    shell.process().type(kind.ending() + "\n");
    Map<String, Object> figures = shell.process().end().withExitCode(0).json();
    assertEquals(0, figures.get("exitCode"), figures::toString);
    String exit = kind.ending().equals("reboot") ? "reboot" : "power off";
    assertEquals(exit, figures.get("exitKind"), figures::toString);
    return figures;
  }

  private static double seconds(Map<String, Object> figures) {
    return ((Number) figures.get("seconds")).doubleValue();
  }

  private static long number(Map<String, Object> figures, String name) {
    return ((Number) figures.get(name)).longValue();
  }
}
