package org.replaymigrate.bench.speed;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.replaymigrate.bench.BenchException;
import org.replaymigrate.bench.ComparisonOptions;
import org.replaymigrate.bench.host.DebianFiles;
import org.replaymigrate.bench.host.HostFacts;
import org.replaymigrate.bench.host.Ours;
import org.replaymigrate.bench.report.Report;
import org.replaymigrate.bench.report.Row;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How fast guests execute at steady state, here and in QEMU, in turn. */
@Command(
    name = "speed",
    mixinStandardHelpOptions = true,
    description = {
      "Guest kernels, and real programs under Debian, here (through the launcher, recording on) and"
          + " in QEMU: with -icount shift=0, the fair peer, and plain.",
      "The ratio is QEMU's time over ours: our speed, with QEMU's as 1.",
      "Also what recording costs: ours with the log, over ours with the log going nowhere."
    })
public final class SpeedCommand implements Callable<Integer> {
  private static final String LINUX = "linux";
  private static final String RECORDING = "recording";
  private static final int QUICK_ROUNDS = 2;

  @Mixin private ComparisonOptions options = new ComparisonOptions();

  @Option(
      names = "--only",
      paramLabel = "WORK",
      split = ",",
      description = "Of integer, memory, float, system, linux, recording; all if not given.")
  private List<String> only = List.of();

  @Override
  public Integer call() throws IOException, InterruptedException {
    Set<String> known = new TreeSet<>(Set.of(LINUX, RECORDING));
    Arrays.stream(GuestKernel.values()).map(GuestKernel::label).forEach(known::add);
    if (!known.containsAll(only)) {
      throw new BenchException("--only: want some of " + String.join(",", known));
    }
    DebianFiles debian = wanted(LINUX) ? DebianFiles.find() : null;
    try (Ours ours = Ours.prepare()) {
      var versions = HostFacts.versions(ours);
      var machine = HostFacts.machine();
      Results results = new Results();
      List<Contender> contenders = Contender.all(ours);
      RecordingCost recording = new RecordingCost(ours, rounds());
      for (int i = 1; i <= options.times; i++) {
        for (GuestKernel kernel : GuestKernel.values()) {
          if (wanted(kernel.label())) {
            kernel(kernel, contenders, results, i);
          }
        }
        if (debian != null) {
          linux(debian, contenders, results, i);
        }
        if (wanted(RECORDING)) {
          int time = i;
          recording.run(time, (program, contender, t) -> say(time, program, contender, t));
        }
      }
      List<Row> rows = new ArrayList<>(results.rows());
      rows.addAll(recording.rows());
      new Report("speed", options.times, machine, versions, rows).publish(System.out, options.json);
    }
    return 0;
  }

  private int rounds() {
    return options.quick ? QUICK_ROUNDS : 0;
  }

  private boolean wanted(String work) {
    return only.isEmpty() || only.contains(work);
  }

  private void kernel(GuestKernel kernel, List<Contender> contenders, Results results, int time)
      throws IOException, InterruptedException {
    for (Contender contender : contenders) {
      Timing timing = KernelWork.run(kernel, rounds(), contender);
      results.add(kernel.label(), contender.label(), timing);
      say(time, kernel.label(), contender, timing);
    }
  }

  private void linux(DebianFiles debian, List<Contender> contenders, Results results, int time)
      throws IOException, InterruptedException {
    for (Contender contender : contenders) {
      LinuxWork.run(debian, options.quick, contender)
          .forEach((program, timing) -> {
            results.add(program, contender.label(), timing);
            say(time, program, contender, timing);
          });
    }
  }

  private void say(int time, String program, Contender contender, Timing timing) {
    System.err.printf(
        "%d/%d %s, %s: %.2f s%n",
        time, options.times, program, contender.label(), timing.seconds());
  }
}
