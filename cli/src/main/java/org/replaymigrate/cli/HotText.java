package org.replaymigrate.cli;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The answer to {@code info --hot} for people. */
final class HotText {
  private HotText() {}

  static String of(Map<String, ?> profile) {
    long executed = number(profile, "executedHere");
    StringBuilder text = new StringBuilder();
    line(text, "executed here", String.format(Locale.ROOT, "%,d", executed));
    line(text, "translated", share(number(profile, "translated"), executed));
    line(text, "TLB misses", perMillion(number(profile, "tlbMisses"), executed));
    line(text, "device accesses", perMillion(number(profile, "deviceAccesses"), executed));
    if (profile.get("timeShares") instanceof Map<?, ?> shares) {
      shares.forEach((activity, share) ->
          line(text, "time " + activity, percent(((Number) share).doubleValue())));
    }
    text.append("\nblock at      bytes   instructions   share  how");
    if (profile.get("regions") instanceof List<?> regions) {
      for (Object each : regions) {
        if (each instanceof Map<?, ?> region) {
          long instructions = number(region, "instructions");
          text.append(
              String.format(
                  Locale.ROOT,
                  "%n%-12s %6s %,14d %7s  %s",
                  region.get("address"),
                  region.get("bytes"),
                  instructions,
                  percent(executed == 0 ? 0 : instructions / (double) executed),
                  region.get("ran")));
        }
      }
    }
    return text.toString();
  }

  private static void line(StringBuilder text, String name, String value) {
    text.append(String.format(Locale.ROOT, "%s%-20s %s", text.isEmpty() ? "" : "\n", name, value));
  }

  private static long number(Map<?, ?> fields, String name) {
    return fields.get(name) instanceof Number n ? n.longValue() : 0;
  }

  private static String share(long part, long of) {
    return String.format(Locale.ROOT, "%,d, %s", part, percent(of == 0 ? 0 : part / (double) of));
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }

  private static String perMillion(long part, long of) {
    return String.format(
        Locale.ROOT, "%,d, %.0f per million instructions", part, of == 0 ? 0 : part * 1e6 / of);
  }
}
