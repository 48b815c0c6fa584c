package org.replaymigrate.cli.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Files of a vkernel that are damaged, gone, or of another release. The recording was killed behind
 * its checkpoint 1; its first segment has hundreds of events.
 */
class DamagedRecordingTest {
  private static final Commands RECORDER = new Commands();

  @RegisterExtension private final Commands commands = new Commands();

  @BeforeAll
  static void record() throws Exception {
    RECORDER.open();
    Invocation run = RECORDER.boot("box");
    run.type("count 0 2\n").awaitOut("\n100\r");
    RECORDER.json("checkpoint", "box");
    run.awaitOut("\n200\r");
    run.kill();
  }

  @AfterAll
  static void remove() throws Exception {
    RECORDER.close();
  }

  @BeforeEach
  void copy() throws Exception {
    Tree.copy(RECORDER.home(), commands.home());
  }

  private Path segment() {
    return commands.vkernel("box").resolve("log/00000000");
  }

  private Path checkpoint(int number) {
    return commands.vkernel("box").resolve("checkpoints/%08d.ckpt".formatted(number));
  }

  private void assertGoesOn() throws Exception {
    Invocation resumed = commands.start("resume", "box");
    resumed.awaitOut("\r\n");
    resumed.signal("TERM");
    resumed.end().withExitCode(0);
  }

  @Test
  void aFlippedBitInTheMiddleOfTheLogIsAnErrorThatNamesTheEvent() throws Exception {
    long events = ((Number) commands.json("info", "box").get("events")).longValue();
    int damaged = (int) events - 20;
    Damage.flipBitOfEvent(segment(), damaged);
    Map<String, Long> before = Tree.checksums(segment());
    for (String command : new String[] {"resume", "replay", "log", "info", "inspect"}) {
      Outcome outcome = commands.here(command, "box").withExitCode(1);
      assertEquals(1, outcome.errors().size(), outcome::toString);
      assertTrue(
          outcome.errors().getFirst().startsWith(segment() + ": event " + damaged + " after "),
          outcome::toString);
    }
    assertTrue(commands.run("ps").withExitCode(0).out().contains("event " + damaged));
    assertEquals(before, Tree.checksums(segment()));
  }

  @Test
  void aTornTailIsCutAndTheGuestGoesOn() throws Exception {
    Map<String, Object> before = commands.json("info", "box");
    Damage.tearTail(segment());
    assertTrue(commands.run("inspect", segment()).withExitCode(0).out().contains("torn"));
    assertEquals(before, commands.json("info", "box"));
    assertGoesOn();
    assertEquals("reached", commands.json("replay", "box", "--verify").get("outcome"));
  }

  @Test
  void withoutTheNewestCheckpointAnOlderOneAndMoreReplayDo() throws Exception {
    Files.delete(checkpoint(1));
    assertGoesOn();
  }

  @Test
  void aDamagedCheckpointIsPassedOverAndNamed() throws Exception {
    Damage.flipBit(checkpoint(1), Files.size(checkpoint(1)) / 2);
    Invocation resumed = commands.start("resume", "box");
    String warning = resumed.awaitErr("checkpoint 1 cannot be used: ");
    assertTrue(warning.contains(checkpoint(1).toString()), warning);
    resumed.awaitOut("\r\n");
    resumed.signal("TERM");
    resumed.end().withExitCode(0);
    assertEquals("reached", commands.json("replay", "box", "--verify").get("outcome"));
  }

  @Test
  void withoutAnyGoodCheckpointNothingIsDone() throws Exception {
    Files.delete(checkpoint(0));
    Files.write(checkpoint(1), new byte[100]);
    Map<String, Long> before = Tree.checksums(segment());
    for (String command : new String[] {"resume", "replay"}) {
      String error = commands.here(command, "box").error(1);
      assertTrue(error.startsWith(checkpoint(1) + ": "), error);
    }
    assertEquals(before, Tree.checksums(segment()));
    commands.json("log", "box", "--to", "3");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3})
  void checkpointsOfAnotherReleaseAreRefused(int version) throws Exception {
    Damage.setVersion(checkpoint(1), version);
    String wanted =
        checkpoint(1)
            + ": checkpt format "
            + version
            + ", this program reads "
            + (version == 0 ? "from 1" : "up to 2");
    assertEquals(wanted, commands.here("resume", "box").error(4));
    assertEquals(wanted, commands.run("inspect", checkpoint(1)).error(4));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2})
  void identitiesOfAnotherReleaseAreRefused(int version) throws Exception {
    Path identity = commands.vkernel("box").resolve("identity");
    String text = Files.readString(identity);
    Files.writeString(
        identity, text.replaceFirst("^(replay-migrate-[a-z]+) [0-9]+", "$1 " + version));
    String error = commands.here("resume", "box").error(4);
    assertTrue(error.startsWith(identity + ": "), error);
    assertTrue(error.endsWith(version == 0 ? "reads from 1" : "reads up to 1"), error);
    assertTrue(commands.run("ps").withExitCode(0).out().contains(error));
  }
}
