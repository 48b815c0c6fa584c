package org.replaymigrate.cli.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The main job on the real guest, as a user starts it. */
@Tag("debian")
class DebianDemoTest {
  @RegisterExtension private final Commands commands = new Commands();

  @Test
  void demoMovesDebianAndFindsTheStatesEqual() throws Exception {
    new DebianCommands(commands);
    String launcher = Commands.project().resolve("replay-migrate").toString();
    Invocation demo =
        commands
            .launch(List.of(launcher, "demo", "--guest", "debian", "--json"))
            .within(DebianCommands.SECONDS);
    demo.endTyping();
    Outcome outcome = demo.end().withExitCode(0);
    Map<String, Object> figures = outcome.json();
    assertEquals("debian", figures.get("guest"));
    assertEquals(true, figures.get("digestMatch"), outcome::toString);
    assertEquals(true, figures.get("counterGapless"), outcome::toString);
    assertEquals(true, figures.get("oneOwner"), outcome::toString);
    long moved = ((Number) figures.get("transferredBytes")).longValue();
    long memory = ((Number) figures.get("memoryBytes")).longValue();
    assertEquals(256L << 20, memory);
    assertTrue(moved < memory / 4, outcome::toString);
  }
}
