package org.replaymigrate.bench.report;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One thing compared.
 *
 * @param unit of {@code ours} and {@code peer}
 * @param peer null where nobody else has such a figure
 * @param ratio what the goal speaks of; the row's name says which way round
 * @param goal null for a row that is there for information
 * @param more further figures, by name
 */
public record Row(
    String name,
    String unit,
    double ours,
    @Nullable Double peer,
    double ratio,
    @Nullable Goal goal,
    Map<String, Object> more) {

  /** Whether the goal is met; true without one. */
  public boolean met() {
    return goal == null || goal.isMetBy(ratio);
  }

  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", name);
    json.put("unit", unit);
    json.put("ours", ours);
    json.put("peer", peer);
    json.put("ratio", ratio);
    json.put("goal", goal == null ? null : goal.value());
    json.put("goalIs", goal == null ? null : goal.atLeast() ? "at least" : "at most");
    json.put("met", goal == null ? null : met());
    json.putAll(more);
    return json;
  }
}
