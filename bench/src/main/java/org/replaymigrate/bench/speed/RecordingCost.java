package org.replaymigrate.bench.speed;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.replaymigrate.bench.host.Ours;
import org.replaymigrate.bench.report.Goal;
import org.replaymigrate.bench.report.Row;
import org.replaymigrate.bench.report.Samples;

/**
 * What writing the log costs: a kernel with it and with the log going nowhere, in pairs, whose
 * order changes each time. The machine's noise is greater than what is measured, so it is the
 * middle one of the pairs' ratios that counts, and theirs is told too.
 */
final class RecordingCost {
  private static final Goal GOAL = Goal.atMost(1.02);

  /** The one with the most events of them all, and the one with the most pages to digest. */
  static final List<GuestKernel> KERNELS = List.of(GuestKernel.SYSTEM, GuestKernel.MEMORY);

  /** Watches a run as it ends. */
  interface Listener {
    void ran(String program, Contender contender, Timing timing);
  }

  private record Pair(double with, double without) {}

  private final Contender with;
  private final Contender without;
  private final int rounds;
  private final Map<GuestKernel, List<Pair>> pairs = new LinkedHashMap<>();

  /**
   * @param rounds of each kernel, as for {@link GuestKernel#commandLine}
   */
  RecordingCost(Ours ours, int rounds) {
    this.with = new Contender.OursContender(ours);
    this.without = Contender.withoutLog(ours);
    this.rounds = rounds;
  }

  /** Runs a pair of each kernel; {@code time} is 1 the first time. */
  void run(int time, Listener listener) throws IOException, InterruptedException {
    for (GuestKernel kernel : KERNELS) {
      Map<Contender, Double> seconds = new LinkedHashMap<>();
      for (Contender contender : time % 2 == 1 ? List.of(with, without) : List.of(without, with)) {
        Timing timing = KernelWork.run(kernel, rounds, contender);
        seconds.put(contender, timing.seconds());
        listener.ran("recording " + kernel.label(), contender, timing);
      }
      pairs
          .computeIfAbsent(kernel, k -> new ArrayList<>())
          .add(new Pair(seconds.getOrDefault(with, 0.0), seconds.getOrDefault(without, 0.0)));
    }
  }

  /** A row for each kernel. */
  List<Row> rows() {
    return pairs.entrySet().stream().map(e -> row(e.getKey(), e.getValue())).toList();
  }

  private static Row row(GuestKernel kernel, List<Pair> pairs) {
    Samples with = new Samples();
    Samples without = new Samples();
    Samples ratios = new Samples();
    for (Pair pair : pairs) {
      with.add(pair.with());
      without.add(pair.without());
      ratios.add(pair.with() / pair.without());
    }
    return new Row(
        "recording, " + kernel.label() + " (with log/without)",
        "s",
        with.median(),
        without.median(),
        ratios.median(),
        GOAL,
        Map.of("ratios", pairs.stream().map(p -> p.with() / p.without()).toList()));
  }
}
