package org.replaymigrate.cli.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * One Debian guest through all that can happen to it on one host: killed while it boots, killed
 * while it works, suspended, and each time resumed; its date is right whenever it is asked, and the
 * whole recording replays.
 */
@Tag("debian")
@Order(2)
class DebianCrashTest {
  /** What the kernel says on its way, far apart. */
  private static final List<String> WHILE_BOOTING =
      List.of(
          "Linux version",
          "riscv: base ISA",
          "NET: Registered",
          "unpack rootfs image",
          "Run /init");

  private static final Pattern NUMBER = Pattern.compile("\nn([0-9]+)\r");
  private static final int TOLERATED_SECONDS = 2;
  private static final int MOST_STEPS = 60;

  @RegisterExtension private final Commands commands = new Commands();

  @Test
  void killedAndResumedItGoesOnAndItsDateIsRight() throws Exception {
    long seed = Long.getLong("debian.seed", System.nanoTime());
    System.out.println("debian, killed: seed " + seed);
    Random random = new Random(seed);
    DebianCommands debian = new DebianCommands(commands);

    DebianShell shell = debian.boot("box", "--disk", debian.disk(8, seed));
    shell.await(WHILE_BOOTING.get(random.nextInt(WHILE_BOOTING.size())));
    shell.process().kill();

    shell = debian.resume("box").awaitPrompt();
    assertDateIsRight(shell);
    Map<String, Object> taken = debian.json("checkpoint", "box");
    assertEquals(1, taken.get("checkpoint"));
    new DebianWork(seed, 1).in(shell);
    shell.sh("i=0"); // the work has used it
    shell.beginLoop("i=$((i+1)); echo n$i; echo $i | sha256sum > /tmp/h");
    shell.await("\nn" + (2 + random.nextInt(40)) + "\r");
    Outcome killed = shell.process().kill();

    shell = debian.resume("box");
    assertGoesOnFrom(lastNumber(killed.err()), shell);
    shell.endLoop();
    assertDateIsRight(shell);

    assertEquals("suspended", debian.json("suspend", "box").get("ended"));
    shell.process().end().withExitCode(0);
    // Time passes for the host while the guest is on the disk.
    assertReplays(debian, "--from", "1");
    shell = debian.resume("box");
    assertDateIsRight(shell);
    shell.process().type("poweroff\n");
    Map<String, Object> ended = shell.process().end().withExitCode(0).json();
    assertEquals("powered off", ended.get("ended"));

    Map<String, Object> whole = assertReplays(debian);
    assertEquals(ended.get("finalDigest"), whole.get("finalDigest"));
    assertEquals(ended.get("instructions"), whole.get("endInstructions"));
  }

  /**
   * A busy guest that was away is moved to the present step by step, an idle one at once. A sleep
   * may be over with the first step.
   */
  private static void assertDateIsRight(DebianShell shell) throws Exception {
    long late = late(shell);
    for (int i = 0; i < MOST_STEPS && Math.abs(late) > TOLERATED_SECONDS; i++) {
      shell.sh("sleep 1");
      late = late(shell);
    }
    assertTrue(Math.abs(late) <= TOLERATED_SECONDS, "the guest's date is late by s " + late);
  }

  /** Seconds by which the guest's date is late, at least; negative if it is early. */
  private static long late(DebianShell shell) throws Exception {
    long before = Instant.now().getEpochSecond();
    long date = Long.parseLong(shell.ask("$(date +%s)"));
    long after = Instant.now().getEpochSecond();
    return date < before ? before - date : Math.min(0, after - date);
  }

  private static long lastNumber(String console) {
    Matcher numbers = NUMBER.matcher(console);
    long last = 0;
    while (numbers.find()) {
      last = Long.parseLong(numbers.group(1));
    }
    return last;
  }

  /** No number comes again, and from the first one on none is missing. */
  private static void assertGoesOnFrom(long last, DebianShell shell) throws Exception {
    shell.await("\nn" + (last + 30) + "\r");
    List<Long> seen =
        NUMBER.matcher(shell.process().err()).results().map(m -> Long.valueOf(m.group(1))).toList();
    // The line in which it was killed may have come half before and half after.
    long first = seen.getFirst() <= last ? seen.get(1) : seen.getFirst();
    assertTrue(first > last, () -> first + " again, after " + last);
    for (int i = 1; i < seen.size(); i++) {
      assertEquals(seen.get(i - 1) + 1, seen.get(i));
    }
  }

  private static Map<String, Object> assertReplays(DebianCommands debian, Object... more)
      throws Exception {
    Map<String, Object> replayed =
        debian.json(DebianCommands.concat(new Object[] {"replay", "box", "--verify"}, more));
    assertEquals("reached", replayed.get("outcome"), replayed::toString);
    assertEquals(0, replayed.get("divergences"), replayed::toString);
    return replayed;
  }
}
