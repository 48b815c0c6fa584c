package org.replaymigrate.cli;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** Predictions as people read them. */
final class PlanText {
  private static final String LINE = "%-10s %12s %10s %10s  %s%n";

  private PlanText() {}

  /** The table of {@code migrate --plan}. */
  static String table(Map<String, Object> answer) {
    StringBuilder text = new StringBuilder();
    text.append(String.format(Locale.ROOT, LINE, "strategy", "bytes", "time", "downtime", ""));
    if (answer.get("plan") instanceof List<?> rows) {
      for (Object each : rows) {
        if (each instanceof Map<?, ?> row) {
          text.append(row(row, Objects.equals(row.get("strategy"), answer.get("strategy"))));
        }
      }
    }
    return text.toString().stripTrailing();
  }

  private static String row(Map<?, ?> row, boolean chosen) {
    boolean feasible = Boolean.TRUE.equals(row.get("feasible"));
    StringBuilder note = new StringBuilder(chosen ? "<- this one" : "");
    if (!feasible) {
      note.append(note.isEmpty() ? "" : ", ").append("would not end: ").append(row.get("why"));
    } else if (number(row, "throttlePercent") > 0) {
      note.append(note.isEmpty() ? "" : ", ")
          .append("the guest slowed down by ")
          .append(number(row, "throttlePercent"))
          .append(" %");
    }
    return String.format(
        Locale.ROOT,
        LINE,
        row.get("strategy"),
        feasible ? Sizes.bytes(number(row, "bytes")) : "-",
        feasible ? number(row, "totalMillis") + " ms" : "-",
        feasible ? number(row, "downtimeMillis") + " ms" : "-",
        note);
  }

  private static long number(Map<?, ?> row, String field) {
    return row.get(field) instanceof Number n ? n.longValue() : 0;
  }

  /** What was predicted, beside what it has come to; empty if nothing was. */
  static String comparison(Map<String, Object> r) {
    return r.get("predictedBytes") == null
        ? ""
        : String.format(
            Locale.ROOT,
            "%npredicted by %s: %s in %d ms, stopped for %d ms; by %s with %d leaps: %s in %d ms,"
                + " stopped for %d ms",
            r.get("predictedStrategy"),
            Sizes.bytes(number(r, "predictedBytes")),
            number(r, "predictedTotalMillis"),
            number(r, "predictedDowntimeMillis"),
            r.get("strategy"),
            number(r, "leaps"),
            Sizes.bytes(number(r, "transferredBytes")),
            number(r, "totalMillis"),
            number(r, "downtimeMillis"));
  }
}
