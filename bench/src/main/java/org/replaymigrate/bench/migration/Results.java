package org.replaymigrate.bench.migration;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.bench.report.Goal;
import org.replaymigrate.bench.report.Row;
import org.replaymigrate.bench.report.Samples;

/** Trips of both programs, and the rows that they make. */
final class Results {
  private static final double COLD_BYTES = 0.5;
  private static final double COLD_TIME = 1;
  private static final double PING_PONG = 0.05;
  private static final double PREDICTION = 25;
  private static final double DOWNTIME_MEDIAN = 20;
  private static final double DOWNTIME_P99 = 50;
  private static final double MIB = 1 << 20;

  /** Trips under equal conditions. */
  private static final class Group {
    private final List<Trip> cold = new ArrayList<>();
    private final List<Trip> warm = new ArrayList<>();
    private final List<Trip> peer = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();
  }

  private record Key(Work work, Link.Rate rate) {
    String label() {
      return work.label() + " " + rate.label();
    }
  }

  private final Map<Key, Group> groups = new LinkedHashMap<>();

  private Group group(Work work, Link.Rate rate) {
    return groups.computeIfAbsent(new Key(work, rate), key -> new Group());
  }

  /**
   * One of ours.
   *
   * @param warm whether the guest had been at the destination before
   */
  void ours(Work work, Link.Rate rate, boolean warm, Trip trip) {
    Group group = group(work, rate);
    (warm ? group.warm : group.cold).add(trip);
  }

  /** One of QEMU's. */
  void peer(Work work, Link.Rate rate, Trip trip) {
    group(work, rate).peer.add(trip);
  }

  /** A trip that came to nothing; a comparison with one has met no goal. */
  void failed(Work work, Link.Rate rate, String why) {
    group(work, rate).failures.add(why);
  }

  List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    groups.forEach((key, group) -> {
      if (!group.failures.isEmpty()) {
        rows.add(failures(key, group));
      }
      if (key.work == Work.COUNTER) {
        downtime(key, group, rows);
      } else {
        bytesAndTime(key, group, rows);
      }
    });
    return rows;
  }

  private static Row failures(Key key, Group group) {
    double count = group.failures.size();
    return new Row(
        key.label() + ": failed",
        "",
        count,
        null,
        count,
        Goal.atMost(0),
        Map.of("why", group.failures.getFirst()));
  }

  private static void bytesAndTime(Key key, Group group, List<Row> rows) {
    if (group.peer.isEmpty() || group.cold.isEmpty()) {
      return;
    }
    String label = key.label();
    boolean goals = key.work != Work.RECEIVE;
    double peerBytes = median(group.peer, Trip::bytes);
    double coldBytes = median(group.cold, Trip::bytes);
    rows.add(
        row(
            label + ": cold bytes",
            "MiB",
            coldBytes / MIB,
            peerBytes / MIB,
            goals ? Goal.atMost(COLD_BYTES) : null,
            wire(group)));
    rows.add(
        row(
            label + ": cold time",
            "s",
            median(group.cold, Trip::millis) / 1000,
            median(group.peer, Trip::millis) / 1000,
            goals && key.rate == Link.Rate.HUNDRED ? Goal.atMost(COLD_TIME) : null,
            said(group)));
    if (!group.warm.isEmpty()) {
      double warmBytes = median(group.warm, Trip::bytes);
      double share = key.work.warmShare();
      rows.add(
          row(
              label + ": warm bytes",
              "MiB",
              warmBytes / MIB,
              peerBytes / MIB,
              Double.isNaN(share) ? null : Goal.atMost(share),
              Map.of("oursSeconds", median(group.warm, Trip::millis) / 1000)));
      rows.add(
          row(
              label + ": second trip/first",
              "MiB",
              warmBytes / MIB,
              coldBytes / MIB,
              goals ? Goal.atMost(PING_PONG) : null,
              Map.of()));
    }
    rows.add(
        row(
            label + ": own downtime",
            "ms",
            median(all(group), Trip::downtimeMillis),
            median(group.peer, Trip::downtimeMillis),
            null,
            Map.of()));
    if (group.cold.stream().allMatch(trip -> trip.more().get("predictedBytes") != null)) {
      rows.add(predictions(label, all(group)));
    }
  }

  /** The worst of three figures, each the median over the trips of how far it was off. */
  private static Row predictions(String label, List<Trip> trips) {
    Map<String, Object> more = new LinkedHashMap<>();
    more.put("bytesOff", median(trips, trip -> off(trip, "predictedBytes", trip.bytes())));
    more.put("timeOff", median(trips, trip -> off(trip, "predictedTotalMillis", trip.millis())));
    more.put(
        "downtimeOff",
        median(trips, trip -> off(trip, "predictedDowntimeMillis", trip.downtimeMillis())));
    double worst =
        more.values().stream().mapToDouble(v -> ((Number) v).doubleValue()).max().orElse(0);
    return new Row(
        label + ": prediction off by", "%", worst, null, worst, Goal.atMost(PREDICTION), more);
  }

  private static double off(Trip trip, String field, double actual) {
    return trip.more().get(field) instanceof Number predicted
        ? 100 * Math.abs(predicted.doubleValue() / actual - 1)
        : Double.NaN;
  }

  private static void downtime(Key key, Group group, List<Row> rows) {
    List<Trip> ours = all(group);
    if (ours.isEmpty() || group.peer.isEmpty()) {
      return;
    }
    Map<String, Object> more = new LinkedHashMap<>();
    more.put("migrations", ours.size());
    more.put("oursOwnMillis", median(ours, Trip::downtimeMillis));
    more.put("peerOwnMillis", median(group.peer, Trip::downtimeMillis));
    double median = median(ours, Trip::seenMillis);
    rows.add(
        new Row(
            key.label() + ": downtime, median",
            "ms",
            median,
            median(group.peer, Trip::seenMillis),
            median,
            Goal.atMost(DOWNTIME_MEDIAN),
            more));
    double high = percentile99(ours);
    rows.add(
        new Row(
            key.label() + ": downtime, p99",
            "ms",
            high,
            percentile99(group.peer),
            high,
            Goal.atMost(DOWNTIME_P99),
            Map.of()));
  }

  private static Row row(
      String name,
      String unit,
      double ours,
      double peer,
      @Nullable Goal goal,
      Map<String, Object> more) {
    return new Row(name, unit, ours, peer, ours / peer, goal, more);
  }

  private static Map<String, Object> wire(Group group) {
    double ours = median(group.cold, Trip::wireBytes) / MIB;
    double peer = median(group.peer, Trip::wireBytes) / MIB;
    return Double.isNaN(ours) || Double.isNaN(peer)
        ? Map.of()
        : Map.of("oursWireMiB", ours, "peerWireMiB", peer);
  }

  /** What helps to understand a time. */
  private static Map<String, Object> said(Group group) {
    Map<String, Object> more = new LinkedHashMap<>();
    Map<String, Object> last = group.cold.getLast().more();
    for (String field : List.of("strategy", "leaps", "baseBytes", "logBytes", "pageBytes")) {
      if (last.get(field) != null) {
        more.put(field, last.get(field));
      }
    }
    more.putAll(group.peer.getLast().more());
    return more;
  }

  private static List<Trip> all(Group group) {
    List<Trip> all = new ArrayList<>(group.cold);
    all.addAll(group.warm);
    return all;
  }

  private static double median(List<Trip> trips, ToDoubleFunction<Trip> figure) {
    Samples samples = new Samples();
    trips.forEach(trip -> samples.add(figure.applyAsDouble(trip)));
    return samples.median();
  }

  /** The nearest rank; of fewer than a hundred the greatest. */
  private static double percentile99(List<Trip> trips) {
    List<Double> sorted = new ArrayList<>(trips.stream().map(Trip::seenMillis).toList());
    Collections.sort(sorted);
    return sorted.get((int) Math.ceil(0.99 * sorted.size()) - 1);
  }
}
