package org.replaymigrate.cli.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How a run can end before its guest does, and that {@code resume} goes on from there. */
@Order(2)
class ResumeTest {
  private static final Pattern NUMBER = Pattern.compile("\n([0-9]+)\r");

  @RegisterExtension private final Commands commands = new Commands();

  /** The numbers in a guest's output of which the whole line is there. */
  private static List<Integer> numbers(String out) {
    return NUMBER.matcher(out).results().map(m -> Integer.valueOf(m.group(1))).toList();
  }

  private Invocation counting() throws Exception {
    Invocation run = commands.boot("box");
    run.type("count 0 2\n").awaitOut("\n20\r");
    return run;
  }

  /** Resumes it, sees it count on from where it was, and ends it. */
  private void assertGoesOnAfter(Outcome before, boolean inGoodOrder) throws Exception {
    List<Integer> seen = numbers(before.out());
    int last = seen.isEmpty() ? 0 : seen.getLast();
    long logBytes = logBytes();
    Invocation resumed = commands.start("resume", "box");
    resumed.awaitOut("\n" + (last + 100) + "\r");
    assertTrue(logBytes() > logBytes, "what is in earlier segments counts while it runs too");
    resumed.signal("TERM");
    Outcome after = resumed.end().withExitCode(0);
    List<Integer> more = numbers("\n" + after.out());
    // The line in which the run ended may have come half before and half after.
    int first = more.getFirst() <= last ? more.get(1) : more.getFirst();
    assertTrue(first > last, () -> first + " again, after " + last);
    if (inGoodOrder) {
      assertTrue(first <= last + 2, () -> first + " after " + last);
    }
    for (int i = 1; i < more.size() - 1; i++) {
      assertEquals(more.get(i) + 1, more.get(i + 1));
    }
    Map<String, Object> replayed = commands.json("replay", "box", "--verify");
    assertEquals(0, replayed.get("divergences"), replayed::toString);
    assertEquals("reached", replayed.get("outcome"));
  }

  private long logBytes() throws Exception {
    return ((Number) commands.json("info", "box").get("logBytes")).longValue();
  }

  @Test
  void aSignalStopsIt() throws Exception {
    Invocation run = counting();
    run.signal("TERM");
    Outcome ended = run.end().withExitCode(0);
    assertEquals("\"box\": stopped\n", ended.err());
    assertEquals("stopped", commands.json("info", "box").get("state"));
    assertGoesOnAfter(ended, true);
  }

  @Test
  void aHangUpSuspendsIt() throws Exception {
    Invocation run = counting();
    run.signal("HUP");
    Outcome ended = run.end().withExitCode(0);
    assertEquals("suspended", commands.json("info", "box").get("state"));
    assertGoesOnAfter(ended, true);
  }

  @Test
  void suspendPutsItToDiskAndNothingIsReplayedToResumeIt() throws Exception {
    Invocation run = counting();
    assertEquals("suspended", commands.json("suspend", "box").get("ended"));
    Outcome ended = run.end().withExitCode(0);
    Map<String, Object> left =
        commands.json("replay", "box", "--from", "1"); // the one that suspending took
    assertEquals(0, left.get("instructions"), left::toString);
    assertGoesOnAfter(ended, true);
  }

  @Test
  void killedWhileItCountsItContradictsNothingThatHadLeft() throws Exception {
    Invocation run = counting();
    run.awaitOut("\n150\r");
    assertGoesOnAfter(run.kill(), false);
  }

  @Test
  void killedWhileACheckpointIsTakenItGoesOn() throws Exception {
    Invocation run = counting();
    run.signal("USR2");
    assertGoesOnAfter(run.kill(), false);
  }

  @Test
  void killedBehindACheckpointItGoesOnFromThat() throws Exception {
    Invocation run = counting();
    commands.json("checkpoint", "box");
    run.awaitOut("\n" + (numbers(run.out()).getLast() + 20) + "\r");
    assertGoesOnAfter(run.kill(), false);
    Outcome log = commands.run("inspect", "box", "--json").withExitCode(0);
    Matcher bases = Pattern.compile("\"baseCheckpoint\":([0-9])").matcher(log.out());
    assertEquals(List.of("0", "1"), bases.results().map(m -> m.group(1)).toList());
  }

  @Test
  void killedBeforeItsFirstWordItBoots() throws Exception {
    Awaited there = commands.expect("box", "identity");
    Invocation run = commands.start("run", "box", "--append", "run=count 0 2");
    there.await();
    assertGoesOnAfter(run.kill(), false);
  }

  @Test
  void killedTwiceItGoesOnTwice() throws Exception {
    counting().kill();
    Invocation again = commands.start("resume", "box");
    again.awaitOut("\n100\r");
    assertGoesOnAfter(again.kill(), false);
    assertEquals(
        3, commands.json("inspect", "box").get("segments") instanceof List<?> l ? l.size() : 0);
  }

  @Test
  void aGuestThatHasPoweredOffIsNotResumed() throws Exception {
    commands.boot("box").type("poweroff\n").end().withExitCode(0);
    String error = commands.here("resume", "box").error(1);
    assertTrue(error.startsWith("box: its guest has powered off"), error);
    commands.json("replay", "box", "--verify");
  }
}
