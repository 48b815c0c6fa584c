package org.replaymigrate.bench.report;

import java.util.Locale;

/**
 * What a ratio has to reach.
 *
 * @param atLeast whether more is better
 */
public record Goal(double value, boolean atLeast) {
  public static Goal atLeast(double value) {
    return new Goal(value, true);
  }

  public static Goal atMost(double value) {
    return new Goal(value, false);
  }

  boolean isMetBy(double ratio) {
    return atLeast ? ratio >= value : ratio <= value;
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%s %.4g", atLeast ? ">=" : "<=", value);
  }
}
