package org.replaymigrate.recorder.plan;

import java.util.Comparator;
import java.util.Locale;

/** What the caller wants least of. */
public enum Goal {
  /** From the start to the end. */
  TIME,

  /** Over the link. */
  BYTES,

  /** While the guest stands still; of what is equal in that, what takes less time. */
  DOWNTIME;

  /** Downtimes that differ by less are alike: no prediction is that good. */
  private static final double ALIKE_MILLIS = 5;

  /** As users write it. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The better prediction first. */
  Comparator<Prediction> order() {
    return switch (this) {
      case TIME -> Comparator.comparingDouble(Prediction::totalMillis);
      case BYTES -> Comparator.comparingDouble(Prediction::bytes);
      case DOWNTIME ->
          Comparator.<Prediction>comparingLong(p -> Math.round(p.downtimeMillis() / ALIKE_MILLIS))
              .thenComparingDouble(Prediction::totalMillis);
    };
  }
}
