package org.replaymigrate.bench.speed;

import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.replaymigrate.bench.host.ConsoleProcess;
import org.replaymigrate.bench.host.DebianFiles;

/**
 * Real programs under Debian's kernel: busybox's {@code sha256sum}, {@code gzip} and {@code awk},
 * one after the other in one boot. Each runs some times to warm up, for what is compared is the
 * steady state, and is then measured between two marks that the guest's shell prints.
 */
final class LinuxWork {
  private static final Duration BOOT_LIMIT = Duration.ofMinutes(15);
  private static final Duration LIMIT = Duration.ofMinutes(30);

  private static final String SUM = " | sha256sum";
  private static final String AWK =
      "awk '{ s += $1 % 7; n[$1 % 100] += length($0) } END { print s, n[5] }' ";

  /** HotSpot compiles for half a minute; QEMU has translated everything after the first time. */
  private static final int OUR_WARM_UPS = 10;

  private static final int PEER_WARM_UPS = 1;

  private record Program(String name, String command) {}

  private static List<Program> programs(boolean quick) {
    return List.of(
        new Program(
            "sha256sum", "sha256sum /tmp/text" + (quick ? "" : " /tmp/text".repeat(3)) + SUM),
        new Program("gzip", "gzip -c /tmp/text" + SUM),
        new Program("awk", AWK + (quick ? "/tmp/few" : "/tmp/lines")));
  }

  private LinuxWork() {}

  /** Boots, runs all of them and stops the guest. */
  static Map<String, Timing> run(DebianFiles guest, boolean quick, Contender contender)
      throws IOException, InterruptedException {
    Map<String, Timing> timings = new LinkedHashMap<>();
    int warmUps = contender.label().equals(Contender.OURS) && !quick ? OUR_WARM_UPS : PEER_WARM_UPS;
    try (ConsoleProcess console = ConsoleProcess.start(contender.linux(guest))) {
      console.await(DebianFiles.PROMPT, BOOT_LIMIT);
      // The mark is put together by the shell: the echo of what was typed does not hold it.
      shell(console, "m() { echo \"@$1@\"; }");
      // Made in the guest, so that both have the same.
      shell(
          console,
          "awk 'BEGIN { for (i = 0; i < 60000; i++) print i * 7919 % 1000003 }' > /tmp/lines");
      int copies = quick ? 2 : 16;
      shell(console, "for i in $(seq " + copies + "); do cat /tmp/lines; done > /tmp/text");
      shell(console, "head -n 6000 /tmp/lines > /tmp/few");
      for (Program program : programs(quick)) {
        for (int i = 0; i < warmUps; i++) {
          shell(console, program.command);
        }
        timings.put(program.name, measure(console, program.command));
      }
    } finally {
      contender.cleanUp();
    }
    return timings;
  }

  private static Timing measure(ConsoleProcess console, String command)
      throws IOException, InterruptedException {
    console.type("m b; " + command + "; m e\n");
    long begin = console.await("@b@", LIMIT).nanos();
    ConsoleProcess.Seen end = console.await("@e@", LIMIT);
    console.await(DebianFiles.PROMPT, LIMIT);
    return new Timing((end.nanos() - begin) / 1e9, 0, end.text().replace("@e@", "").strip());
  }

  private static void shell(ConsoleProcess console, String command)
      throws IOException, InterruptedException {
    console.type(command + "\n");
    console.await(DebianFiles.PROMPT, LIMIT);
  }
}
