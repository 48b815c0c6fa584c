package org.replaymigrate.bench.boot;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.replaymigrate.bench.host.Ours;

/**
 * A guest that idles after its boot: first unobserved, while HotSpot still compiles what the boot
 * has made hot, then observed.
 *
 * @param seconds for which it was observed
 * @param logBytes for each guest second
 * @param cpu share of a core that it took
 * @param replayFactor how long it idled over the time to replay that
 */
record OurIdling(double seconds, double logBytes, double cpu, double replayFactor) {
  /** How long it is left alone at first. */
  private static final Duration SETTLING = Duration.ofSeconds(30);

  /** What has been seen of it, without the replay, which must wait for the end of the run. */
  record Observed(double seconds, double logBytes, double cpu, String checkpoint) {
    OurIdling replayed(Ours ours, String name) throws IOException, InterruptedException {
      Map<String, Object> replay = ours.json("replay", name, "--from", checkpoint);
      return new OurIdling(seconds, logBytes, cpu, seconds / OurBoot.number(replay, "seconds"));
    }
  }

  static Observed observe(Ours ours, String name, long pid, int seconds)
      throws IOException, InterruptedException {
    Thread.sleep(SETTLING);
    long checkpoint = (long) OurBoot.number(ours.json("checkpoint", name), "checkpoint");
    Map<String, Object> before = ours.json("info", name);
    double cpuBefore = ProcessMemory.cpuSeconds(pid);
    long start = System.nanoTime();
    Thread.sleep(Duration.ofSeconds(seconds));
    double idle = (System.nanoTime() - start) / 1e9;
    double cpu = (ProcessMemory.cpuSeconds(pid) - cpuBefore) / idle;
    Map<String, Object> after = ours.json("info", name);
    double guestSeconds =
        OurBoot.number(after, "guestSeconds") - OurBoot.number(before, "guestSeconds");
    double logBytes =
        (OurBoot.number(after, "logBytes") - OurBoot.number(before, "logBytes")) / guestSeconds;
    return new Observed(idle, logBytes, cpu, Long.toString(checkpoint));
  }
}
