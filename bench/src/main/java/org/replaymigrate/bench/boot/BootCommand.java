package org.replaymigrate.bench.boot;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import org.replaymigrate.bench.ComparisonOptions;
import org.replaymigrate.bench.host.DebianFiles;
import org.replaymigrate.bench.host.HostFacts;
import org.replaymigrate.bench.host.Ours;
import org.replaymigrate.bench.host.Qemu;
import org.replaymigrate.bench.report.Goal;
import org.replaymigrate.bench.report.Report;
import org.replaymigrate.bench.report.Row;
import org.replaymigrate.bench.report.Samples;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Boots the Debian guest to its shell, here and in QEMU, in turn. */
@Command(
    name = "boot",
    mixinStandardHelpOptions = true,
    description = {
      "Boots the same Debian kernel, initrd and command line here (cold JVM, through the launcher,"
          + " recording on) and in QEMU (plain, with -icount shift=0, and recording), in turn.",
      "Also: host memory at the prompt, log volume, what idling costs, how fast it replays."
    })
public final class BootCommand implements Callable<Integer> {
  private static final double MIB = 1 << 20;

  /** What a standby that has fallen behind by ten minutes has to catch up. */
  private static final int IDLE_SECONDS = 600;

  private static final int QUICK_IDLE_SECONDS = 5;

  /** Idling is the same each time, and takes long: in how many of the boots it is watched. */
  private static final int IDLE_TIMES = 1;

  @Mixin private ComparisonOptions options = new ComparisonOptions();

  private final List<OurBoot> ours = new ArrayList<>();
  private final List<OurIdling> idling = new ArrayList<>();
  private final List<QemuBoot> plain = new ArrayList<>();
  private final List<QemuBoot> icount = new ArrayList<>();
  private final List<QemuBoot> recording = new ArrayList<>();

  @Override
  public Integer call() throws IOException, InterruptedException {
    DebianFiles guest = DebianFiles.find();
    int idle = options.quick ? QUICK_IDLE_SECONDS : IDLE_SECONDS;
    try (Ours own = Ours.prepare()) {
      var versions = HostFacts.versions(own);
      versions.put("guest", guest.folder().getFileName() + " " + guest.commandLine());
      var machine = HostFacts.machine();
      for (int i = 1; i <= options.times; i++) {
        OurBoot boot = OurBoot.measure(own, guest, i <= IDLE_TIMES ? idle : 0);
        ours.add(boot);
        if (boot.idling() != null) {
          idling.add(boot.idling());
        }
        plain.add(QemuBoot.measure(guest, Qemu.Mode.TCG));
        icount.add(QemuBoot.measure(guest, Qemu.Mode.ICOUNT));
        recording.add(QemuBoot.record(guest));
        System.err.printf(
            "%d/%d ours %.1f s; QEMU %.1f s, icount %.1f s, recording %.1f s%n",
            i,
            options.times,
            ours.getLast().seconds(),
            plain.getLast().seconds(),
            icount.getLast().seconds(),
            recording.getLast().seconds());
      }
      new Report("boot", options.times, machine, versions, rows())
          .publish(System.out, options.json);
    }
    return 0;
  }

  private List<Row> rows() {
    return List.of(time(), memory(), log(), idleLog(), idleCpu(), replay(), idleReplay());
  }

  private Row time() {
    double mine = median(ours, OurBoot::seconds);
    double peer = median(plain, QemuBoot::seconds);
    Map<String, Object> more = new LinkedHashMap<>();
    more.put("icountSeconds", median(icount, QemuBoot::seconds));
    more.put("recordingSeconds", median(recording, QemuBoot::seconds));
    more.put("instructions", median(ours, OurBoot::instructions));
    return new Row("boot to shell (ours/peer)", "s", mine, peer, mine / peer, Goal.atMost(3), more);
  }

  /** The goal speaks of MiB, and so does this ratio. */
  private Row memory() {
    double mine = median(ours, b -> beyondGuest(b.memory()));
    double peer = median(plain, b -> beyondGuest(b.memory()));
    Map<String, Object> more = new LinkedHashMap<>();
    more.put("oursGuestMiB", median(ours, b -> b.memory().guestBytes() / MIB));
    more.put("peerGuestMiB", median(plain, b -> b.memory().guestBytes() / MIB));
    return new Row("host memory beyond guest RAM", "MiB", mine, peer, mine, Goal.atMost(400), more);
  }

  private static double beyondGuest(ProcessMemory memory) {
    return (memory.rssBytes() - memory.guestBytes()) / MIB;
  }

  /** The peer's bytes are over our count of instructions: its own is not to be had. */
  private Row log() {
    double millions = median(ours, OurBoot::instructions) / 1e6;
    double mine = median(ours, OurBoot::logBytes) / millions;
    double peer = median(recording, QemuBoot::logBytes) / millions;
    return new Row("boot log per M instructions", "B", mine, peer, mine, Goal.atMost(30), Map.of());
  }

  private Row idleLog() {
    double mine = median(idling, OurIdling::logBytes);
    return new Row("idle log per guest second", "B", mine, null, mine, Goal.atMost(1024), Map.of());
  }

  private Row idleCpu() {
    double mine = median(idling, i -> 100 * i.cpu());
    return new Row("idle guest, share of a core", "%", mine, null, mine, Goal.atMost(2), Map.of());
  }

  private Row replay() {
    double factor = median(ours, OurBoot::replayFactor);
    return new Row("replay of the boot", "x", factor, null, factor, Goal.atLeast(1), Map.of());
  }

  private Row idleReplay() {
    double factor = median(idling, OurIdling::replayFactor);
    Map<String, Object> more = new LinkedHashMap<>();
    more.put("idleSeconds", median(idling, OurIdling::seconds));
    more.put("replaySeconds", median(idling, OurIdling::seconds) / factor);
    return new Row("replay of idle time", "x", factor, null, factor, Goal.atLeast(100), more);
  }

  private static <T> double median(List<T> runs, ToDoubleFunction<T> figure) {
    Samples samples = new Samples();
    runs.forEach(run -> samples.add(figure.applyAsDouble(run)));
    return samples.median();
  }
}
