package org.replaymigrate.bench.boot;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.bench.BenchException;
import org.replaymigrate.bench.host.ConsoleProcess;
import org.replaymigrate.bench.host.DebianFiles;
import org.replaymigrate.bench.host.Ours;

/**
 * One boot here: from the start of the launcher to the shell's prompt, and the replay of it all.
 *
 * @param seconds to the prompt
 * @param memory at the prompt
 * @param instructions up to the prompt
 * @param logBytes up to the prompt
 * @param replayFactor time to the prompt over the time to replay it, and the idle time with it
 * @param idling what came after it, if that was watched
 */
record OurBoot(
    double seconds,
    ProcessMemory memory,
    long instructions,
    long logBytes,
    double replayFactor,
    @Nullable OurIdling idling) {
  private static final Duration LIMIT = Duration.ofMinutes(15);

  /**
   * @param idleSeconds for how long its idling is watched; 0 for not at all
   */
  static OurBoot measure(Ours ours, DebianFiles guest, int idleSeconds)
      throws IOException, InterruptedException {
    String name = ours.newName();
    try (ConsoleProcess console = ConsoleProcess.start(ours.linux(name, guest))) {
      double seconds = (console.await(DebianFiles.PROMPT, LIMIT).nanos() - console.started()) / 1e9;
      ProcessMemory memory = ProcessMemory.of(console.pid(), guest.memoryBytes());
      Map<String, Object> atPrompt = ours.json("info", name);
      OurIdling.Observed idle =
          idleSeconds == 0 ? null : OurIdling.observe(ours, name, console.pid(), idleSeconds);
      console.stop();
      double replayed = number(ours.json("replay", name, "--verify"), "seconds");
      return new OurBoot(
          seconds,
          memory,
          (long) number(atPrompt, "instructions"),
          (long) number(atPrompt, "logBytes"),
          seconds / replayed,
          idle == null ? null : idle.replayed(ours, name));
    } finally {
      ours.forget(name);
    }
  }

  static double number(Map<String, Object> json, String field) {
    if (json.get(field) instanceof Number n) {
      return n.doubleValue();
    }
    throw new BenchException("replay-migrate --json says no " + field + ": " + json);
  }
}
