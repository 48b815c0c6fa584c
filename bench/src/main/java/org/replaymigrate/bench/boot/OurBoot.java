package org.replaymigrate.bench.boot;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.replaymigrate.bench.BenchException;
import org.replaymigrate.bench.host.ConsoleProcess;
import org.replaymigrate.bench.host.DebianFiles;
import org.replaymigrate.bench.host.Ours;

/**
 * One boot here: from the start of the launcher to the shell's prompt, then idle for a while, first
 * unobserved, while HotSpot still compiles what the boot has made hot; and the replay of it all,
 * and of the idle time that was observed.
 *
 * @param seconds to the prompt
 * @param memory at the prompt
 * @param instructions up to the prompt
 * @param logBytes up to the prompt
 * @param idleLogBytes for each guest second of the idle time
 * @param idleCpu share of a core that the idle time took
 * @param replayFactor time to the prompt over the time to replay it, and the idle time with it
 * @param idleReplayFactor the same of the idle time
 */
record OurBoot(
    double seconds,
    ProcessMemory memory,
    long instructions,
    long logBytes,
    double idleLogBytes,
    double idleCpu,
    double replayFactor,
    double idleReplayFactor) {
  private static final Duration LIMIT = Duration.ofMinutes(15);

  static OurBoot measure(Ours ours, DebianFiles guest, int idleSeconds)
      throws IOException, InterruptedException {
    String name = ours.newName();
    try (ConsoleProcess console = ConsoleProcess.start(ours.linux(name, guest))) {
      double seconds = (console.await(DebianFiles.PROMPT, LIMIT).nanos() - console.started()) / 1e9;
      ProcessMemory memory = ProcessMemory.of(console.pid(), guest.memoryBytes());
      Map<String, Object> atPrompt = ours.json("info", name);
      Thread.sleep(Duration.ofSeconds(idleSeconds));
      String checkpoint = Long.toString((long) number(ours.json("checkpoint", name), "checkpoint"));
      Map<String, Object> before = ours.json("info", name);
      double cpu = ProcessMemory.cpuSeconds(console.pid());
      long start = System.nanoTime();
      Thread.sleep(Duration.ofSeconds(idleSeconds));
      double idle = (System.nanoTime() - start) / 1e9;
      double idleCpu = (ProcessMemory.cpuSeconds(console.pid()) - cpu) / idle;
      Map<String, Object> after = ours.json("info", name);
      console.stop();
      double guestSeconds = number(after, "guestSeconds") - number(before, "guestSeconds");
      double replayed = number(ours.json("replay", name, "--verify"), "seconds");
      double idleReplayed = number(ours.json("replay", name, "--from", checkpoint), "seconds");
      return new OurBoot(
          seconds,
          memory,
          (long) number(atPrompt, "instructions"),
          (long) number(atPrompt, "logBytes"),
          (number(after, "logBytes") - number(before, "logBytes")) / guestSeconds,
          idleCpu,
          seconds / replayed,
          idle / idleReplayed);
    } finally {
      ours.forget(name);
    }
  }

  private static double number(Map<String, Object> json, String field) {
    if (json.get(field) instanceof Number n) {
      return n.doubleValue();
    }
    throw new BenchException("replay-migrate --json says no " + field + ": " + json);
  }
}
