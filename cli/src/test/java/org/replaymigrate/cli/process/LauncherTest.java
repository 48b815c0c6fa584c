package org.replaymigrate.cli.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The launcher itself, as a user starts it: it builds the command first, if that is not built. */
class LauncherTest {
  /** What others rely on. */
  private static final Set<String> FIELDS =
      Set.of(
          "guest",
          "memoryBytes",
          "strategy",
          "totalMillis",
          "downtimeMillis",
          "transferredBytes",
          "baseBytes",
          "logBytes",
          "pageBytes",
          "digestMatch",
          "replayedInstructions");

  /** A build and a training run, with other tests on the same two cores. */
  private static final long BUILD_SECONDS = 300;

  @RegisterExtension private final Commands commands = new Commands();

  @Test
  void demoMovesTheGuestAndFindsTheStatesEqual() throws IOException, InterruptedException {
    String launcher = Commands.project().resolve("replay-migrate").toString();
    Invocation demo = commands.launch(List.of(launcher, "demo", "--json")).within(BUILD_SECONDS);
    demo.endTyping();
    Outcome outcome = demo.end().withExitCode(0);
    Map<String, Object> figures = outcome.json();
    assertTrue(figures.keySet().containsAll(FIELDS), outcome::toString);
    assertEquals("builtin", figures.get("guest"));
    assertEquals(true, figures.get("digestMatch"), outcome::toString);
    assertEquals(true, figures.get("counterGapless"), outcome::toString);
    assertEquals(true, figures.get("oneOwner"), outcome::toString);
    assertTrue(number(figures, "transferredBytes") > 0, outcome::toString);
    assertTrue(number(figures, "replayedInstructions") > 0, outcome::toString);
  }

  @Test
  void aDemoThatIsEndedLeavesNoProcessBehind() throws Exception {
    Invocation demo = commands.start("demo");
    demo.awaitErr("at its shell");
    List<ProcessHandle> children =
        ProcessHandle.of(demo.pid()).orElseThrow().descendants().toList();
    assertTrue(children.size() >= 2, children::toString);
    demo.signal("TERM");
    demo.end();
    for (ProcessHandle child : children) {
      child.onExit().get(BUILD_SECONDS, TimeUnit.SECONDS);
    }
  }

  private static long number(Map<String, Object> figures, String name) {
    return ((Number) figures.get(name)).longValue();
  }
}
