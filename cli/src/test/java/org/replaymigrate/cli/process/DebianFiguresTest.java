package org.replaymigrate.cli.process;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a recorded Debian guest costs: bytes of log, processor time while idle, and checkpoints. */
@Tag("debian")
@Order(3)
class DebianFiguresTest {
  private static final double BYTES_PER_MILLION = 30;
  private static final double IDLE_BYTES_PER_GUEST_SECOND = 1024;
  private static final double IDLE_SHARE_OF_A_CORE = 0.02;
  private static final double CHECKPOINT_PAUSE_MILLIS = 50;
  private static final int IDLE_SECONDS = 10;
  private static final int IDLE_TIMES = 12;
  private static final int CHECKPOINTS = 5;

  @RegisterExtension private final Commands commands = new Commands();

  @Test
  void logIdleAndCheckpointsCostLittle() throws Exception {
    DebianCommands debian = new DebianCommands(commands);
    DebianShell shell = debian.boot("box").awaitPrompt();

    Map<String, Object> booted = debian.json("info", "box");
    double boot = number(booted, "logBytes") / number(booted, "instructions") * 1e6;

    Map<String, Object> before = debian.json("info", "box");
    double share = idleShareOfACore(shell);
    // The compiler still has the boot to do, and the kernel what it put off until it was up.
    for (int i = 1; i < IDLE_TIMES && share > IDLE_SHARE_OF_A_CORE; i++) {
      share = idleShareOfACore(shell);
    }
    Map<String, Object> after = debian.json("info", "box");
    double idle =
        (number(after, "logBytes") - number(before, "logBytes"))
            / (number(after, "guestSeconds") - number(before, "guestSeconds"));

    List<Double> pauses = checkpointsWhileItWritesPagesAtRandom(debian, shell);
    shell.process().type("poweroff\n").end().withExitCode(0);

    System.out.printf(
        "debian: boot %.1f log bytes per million instructions; idle %.0f log bytes a guest second,"
            + " %.2f %% of a core; stopped for %s ms at checkpoints%n",
        boot, idle, 100 * share, pauses);
    assertTrue(boot <= BYTES_PER_MILLION, boot + " bytes per million instructions");
    assertTrue(idle <= IDLE_BYTES_PER_GUEST_SECOND, idle + " bytes a second");
    assertTrue(share <= IDLE_SHARE_OF_A_CORE, share + " of a core");
    // Of several: the host may have had other things to do during one.
    double median = pauses.get(CHECKPOINTS / 2);
    assertTrue(median <= CHECKPOINT_PAUSE_MILLIS, pauses + " ms");
  }

  private static double idleShareOfACore(DebianShell shell) throws Exception {
    Duration before = shell.process().cpuTime();
    long start = System.nanoTime();
    shell.sh("sleep " + IDLE_SECONDS);
    long taken = shell.process().cpuTime().minus(before).toNanos();
    return taken / (double) (System.nanoTime() - start);
  }

  /** Milliseconds for which the guest stood still, ascending. */
  private static List<Double> checkpointsWhileItWritesPagesAtRandom(
      DebianCommands debian, DebianShell shell) throws Exception {
    shell.sh("dd if=/dev/zero of=/tmp/pages bs=1M count=64 2>/dev/null");
    shell.beginLoop(
        "dd if=/dev/urandom of=/tmp/pages bs=4k count=1 conv=notrunc"
            + " seek=$((RANDOM % 16384)) 2>/dev/null");
    List<Double> pauses = new ArrayList<>();
    for (int i = 0; i < CHECKPOINTS; i++) {
      debian.json("checkpoint", "box");
      pauses.add(number(debian.json("info", "box"), "lastCheckpointPauseMillis"));
    }
    shell.endLoop();
    Collections.sort(pauses);
    return pauses;
  }

  private static double number(Map<String, Object> figures, String name) {
    return ((Number) figures.get(name)).doubleValue();
  }
}
