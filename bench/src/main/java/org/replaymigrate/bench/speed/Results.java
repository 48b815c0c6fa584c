package org.replaymigrate.bench.speed;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.bench.BenchException;
import org.replaymigrate.bench.host.Qemu;
import org.replaymigrate.bench.report.Goal;
import org.replaymigrate.bench.report.Row;
import org.replaymigrate.bench.report.Samples;

/** Timings of all programs by all contenders, and the rows that they make. */
final class Results {
  private static final Goal EACH = Goal.atLeast(0.6);
  private static final Goal SYSTEM = Goal.atLeast(3);
  private static final Goal ALL = Goal.atLeast(1);

  private final Map<String, Map<String, Samples>> seconds = new LinkedHashMap<>();
  private final Map<String, String> results = new LinkedHashMap<>();
  private final Map<String, Long> instructions = new LinkedHashMap<>();

  /**
   * Takes a run.
   *
   * @throws BenchException if it has computed something else than the runs before
   */
  void add(String program, String contender, Timing timing) {
    String before = results.putIfAbsent(program, timing.result());
    if (before != null && !before.equals(timing.result())) {
      throw new BenchException(
          "%s: %s computes %s, others %s".formatted(program, contender, timing.result(), before));
    }
    // QEMU counts ecalls that trap, and host time without -icount: ours is the count by the book.
    if (contender.equals(Contender.OURS) && timing.instructions() > 0) {
      instructions.put(program, timing.instructions());
    }
    seconds
        .computeIfAbsent(program, p -> new LinkedHashMap<>())
        .computeIfAbsent(contender, c -> new Samples())
        .add(timing.seconds());
  }

  /** A row for each program, and their geometric mean. */
  List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    List<Double> ratios = new ArrayList<>();
    for (String program : seconds.keySet()) {
      Row row = row(program);
      rows.add(row);
      ratios.add(row.ratio());
    }
    if (!ratios.isEmpty()) {
      double mean = Samples.geometricMean(ratios);
      rows.add(new Row("geometric mean", "speed", mean, 1.0, mean, ALL, Map.of()));
    }
    return rows;
  }

  private Row row(String program) {
    double ours = median(program, Contender.OURS);
    double icount = median(program, Qemu.Mode.ICOUNT.label());
    double tcg = median(program, Qemu.Mode.TCG.label());
    Map<String, Object> more = new LinkedHashMap<>();
    more.put("plainTcgSeconds", tcg);
    more.put("ratioToPlainTcg", tcg / ours);
    Long count = instructions.get(program);
    if (count != null) {
      more.put("instructions", count);
      more.put("oursMips", count / ours / 1e6);
      more.put("peerMips", count / icount / 1e6);
    }
    more.put("result", results.get(program));
    return new Row(program, "s", ours, icount, icount / ours, goal(program), more);
  }

  private static @Nullable Goal goal(String program) {
    return program.equals(GuestKernel.SYSTEM.label()) ? SYSTEM : EACH;
  }

  private double median(String program, String contender) {
    Samples samples = seconds.getOrDefault(program, Map.of()).get(contender);
    if (samples == null) {
      throw new IllegalStateException(program + ": not run by " + contender);
    }
    return samples.median();
  }
}
