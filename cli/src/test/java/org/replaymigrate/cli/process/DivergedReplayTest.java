package org.replaymigrate.cli.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A replay whose memory has lost a bit. */
class DivergedReplayTest {
  @RegisterExtension private final Commands commands = new Commands();

  @Test
  void verifyEndsWithThreeAndNamesTheFirstBadEvent() throws Exception {
    Invocation run = commands.boot("box");
    commands.json("stop", "box", "--force");
    run.end();
    assertEquals(0, commands.json("replay", "box", "--verify").get("divergences"));

    List<String> command = Commands.java("replay", "box", "--verify", "--json");
    command.add(1, "-Dreplay-migrate.flip-bit=" + (60 << 20));
    Invocation replay = commands.launch(command);
    replay.endTyping();
    Outcome outcome = replay.end().withExitCode(3);
    Map<String, Object> figures = outcome.json();
    long event = ((Number) figures.get("firstDivergentEvent")).longValue();
    assertTrue(event > 0, outcome::toString);
    assertTrue(((Number) figures.get("divergences")).longValue() > 0, outcome::toString);
    assertTrue(((Number) figures.get("firstDivergentInstruction")).longValue() > 0);
    assertTrue(outcome.err().contains("diverged: "), outcome::toString);
    assertTrue(outcome.err().contains(String.valueOf(event)), outcome::toString);
  }
}
