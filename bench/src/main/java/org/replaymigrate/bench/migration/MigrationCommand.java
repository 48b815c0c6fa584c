package org.replaymigrate.bench.migration;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.bench.BenchException;
import org.replaymigrate.bench.ComparisonOptions;
import org.replaymigrate.bench.host.DebianFiles;
import org.replaymigrate.bench.host.HostFacts;
import org.replaymigrate.bench.host.Ours;
import org.replaymigrate.bench.report.Report;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Moves the Debian guest at work, here and in QEMU, in turn. */
@Command(
    name = "migration",
    mixinStandardHelpOptions = true,
    description = {
      "Live migration of the same Debian guest at the same work over the same link, ours and QEMU's"
          + " pre-copy, in turn: bytes, total time, downtime.",
      "Each program boots the guest once for each work, and then moves it to and fro: there it is"
          + " cold each time, back it is warm."
    })
public final class MigrationCommand implements Callable<Integer> {
  private static final long SETTLE_MILLIS = 3_000;

  @Mixin private ComparisonOptions options = new ComparisonOptions();

  @Option(
      names = "--only",
      paramLabel = "WORK[@RATE]",
      split = ",",
      description = {
        "Of idle, sha256, tmpfs, random, receive, counter, each with @1g or @100m behind it for one"
            + " rate; all if not given."
      })
  private List<String> only = List.of();

  @Option(
      names = "--option",
      paramLabel = "OPTION",
      description = "One more option for our `migrate`, such as --option=--strategy=pages.")
  private List<String> more = List.of();

  @Option(names = "--ours-only", description = "Leaves QEMU out: prints its trips, no table.")
  private boolean oursOnly;

  private final Results results = new Results();

  @Override
  public Integer call() throws IOException, InterruptedException {
    only.forEach(MigrationCommand::require);
    DebianFiles debian = DebianFiles.find();
    Path folder = Files.createTempDirectory("bm");
    try (Ours ours = Ours.prepare();
        Link link = Link.open()) {
      var versions = HostFacts.versions(ours);
      versions.put("link", link.description());
      var machine = HostFacts.machine();
      DebianFiles guest =
          debian.withInitrd(WorkInitrd.make(debian.initrd(), folder.resolve("initrd")));
      for (Work work : Work.values()) {
        if (!rates(work).isEmpty()) {
          compare(work, folder, link, ours, guest);
        }
      }
      if (!oursOnly) {
        new Report("migration", options.times, machine, versions, results.rows())
            .publish(System.out, options.json);
      }
    } finally {
      for (Path file : files(folder)) {
        Files.deleteIfExists(file);
      }
      Files.deleteIfExists(folder);
    }
    return 0;
  }

  private static List<Path> files(Path folder) throws IOException {
    try (var all = Files.list(folder)) {
      return all.toList();
    }
  }

  private static void require(String row) {
    String[] parts = row.split("@", 2);
    boolean rate =
        parts.length == 1
            || Arrays.stream(Link.Rate.values()).anyMatch(r -> r.label().equals(parts[1]));
    if (Work.labelled(parts[0]).isEmpty() || !rate) {
      throw new BenchException("--only: no row \"" + row + "\"; see --help");
    }
  }

  private List<Link.Rate> rates(Work work) {
    return Arrays.stream(Link.Rate.values())
        .filter(rate ->
            only.isEmpty()
                || only.contains(work.label())
                || only.contains(work.label() + "@" + rate.label()))
        .toList();
  }

  private void compare(Work work, Path folder, Link link, Ours ours, DebianFiles guest)
      throws IOException, InterruptedException {
    try (FrameSource frames = work.needsNetwork() ? new FrameSource(folder.resolve("net")) : null) {
      Setting setting = new Setting(work, link, folder, frames, SETTLE_MILLIS);
      ours(setting, ours, guest);
      if (!oursOnly) {
        peer(setting, guest);
      }
    }
  }

  private void ours(Setting setting, Ours ours, DebianFiles guest)
      throws IOException, InterruptedException {
    Work work = setting.work();
    List<String> migrate = new ArrayList<>(more);
    @Nullable Contender contender = null;
    try {
      for (int i = 1; i <= options.times; i++) {
        for (Link.Rate rate : rates(work)) {
          contender =
              contender != null ? contender : OurContender.start(setting, ours, guest, migrate);
          try {
            for (boolean warm : new boolean[] {false, true}) {
              Trip trip = contender.move(rate);
              results.ours(work, rate, warm, trip);
              say(i, work, rate, warm ? "ours, warm" : "ours, cold", trip);
            }
          } catch (BenchException e) {
            results.failed(work, rate, String.valueOf(e.getMessage()));
            System.err.printf(
                "%d/%d %s %s: %s%n", i, options.times, work.label(), rate.label(), e.getMessage());
            contender.close();
            contender = null;
          }
        }
      }
    } finally {
      if (contender != null) {
        contender.close();
      }
    }
  }

  private void peer(Setting setting, DebianFiles guest) throws IOException, InterruptedException {
    Work work = setting.work();
    try (Contender contender = QemuContender.start(setting, guest)) {
      for (int i = 1; i <= options.times; i++) {
        for (Link.Rate rate : rates(work)) {
          int trips = work == Work.COUNTER ? 2 : 1;
          for (int trip = 0; trip < trips; trip++) {
            Trip made = contender.move(rate);
            results.peer(work, rate, made);
            say(i, work, rate, "QEMU", made);
          }
        }
      }
    }
  }

  private void say(int time, Work work, Link.Rate rate, String who, Trip trip) {
    System.err.printf(
        "%d/%d %s %s, %s: %.2f MiB, %.2f s, downtime %.0f ms, seen %.1f ms %s%n",
        time,
        options.times,
        work.label(),
        rate.label(),
        who,
        trip.bytes() / (1 << 20),
        trip.millis() / 1000,
        trip.downtimeMillis(),
        trip.seenMillis(),
        oursOnly ? trip.more() : "");
  }
}
