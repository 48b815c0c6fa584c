package org.replaymigrate.recorder.session;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.recorder.control.ControlException;
import org.replaymigrate.recorder.plan.Goal;
import org.replaymigrate.recorder.plan.Prediction;
import org.replaymigrate.recorder.plan.Strategy;
import org.replaymigrate.recorder.ship.ShipmentOptions;
import org.replaymigrate.recorder.ship.ShipmentResult;

/** Strategies, goals and predictions as requests and answers have them. */
final class PlanFigures {
  private static final String AUTO = "auto";

  private PlanFigures() {}

  /** The strategy of this label, or null for whatever serves the goal best. */
  static @Nullable Strategy strategy(@Nullable String label) throws ControlException {
    if (label == null || label.equals(AUTO)) {
      return null;
    }
    return Arrays.stream(Strategy.values())
        .filter(strategy -> strategy.label().equals(label))
        .findFirst()
        .orElseThrow(() -> new ControlException(ControlException.Kind.USAGE, "strategy " + label));
  }

  /** The goal of this label; the usual one without any. */
  static Goal goal(@Nullable String label) throws ControlException {
    if (label == null) {
      return ShipmentOptions.DEFAULT.goal();
    }
    return Arrays.stream(Goal.values())
        .filter(goal -> goal.label().equals(label))
        .findFirst()
        .orElseThrow(() -> new ControlException(ControlException.Kind.USAGE, "goal " + label));
  }

  /** The one that was followed in the end. */
  static String strategy(ShipmentResult result) {
    return (result.leaps() > 0 ? Strategy.PAGES : Strategy.REPLAY).label();
  }

  /** What was predicted, under names that go with those of what it came to. */
  static Map<String, Object> predicted(ShipmentResult result) {
    Map<String, Object> figures = new LinkedHashMap<>();
    Prediction p = result.prediction();
    if (p != null) {
      figures.put("predictedStrategy", p.strategy().label());
      figures.put("predictedBytes", Math.round(p.bytes()));
      figures.put("predictedTotalMillis", Math.round(p.totalMillis()));
      figures.put("predictedDowntimeMillis", Math.round(p.downtimeMillis()));
      figures.put("plan", table(result.predictions()));
    }
    return figures;
  }

  /** A row for each strategy. */
  static List<Map<String, Object>> table(List<Prediction> predictions) {
    return predictions.stream().map(PlanFigures::row).toList();
  }

  private static Map<String, Object> row(Prediction p) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("strategy", p.strategy().label());
    row.put("bytes", Math.round(p.bytes()));
    row.put("totalMillis", Math.round(p.totalMillis()));
    row.put("downtimeMillis", Math.round(p.downtimeMillis()));
    row.put("leaps", p.leaps());
    row.put("throttlePercent", p.throttlePercent());
    row.put("feasible", p.feasible());
    row.put("why", p.why());
    return row;
  }
}
