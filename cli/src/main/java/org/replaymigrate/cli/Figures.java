package org.replaymigrate.cli;

import java.util.Locale;
import java.util.Map;

/** Turns the fields that {@code --json} prints into lines for people. */
final class Figures {
  private static final int NAME_WIDTH = 22;

  private Figures() {}

  /** A line a field: its name in words, and its value. */
  static String text(Map<String, ?> figures) {
    StringBuilder text = new StringBuilder();
    figures.forEach((name, value) -> {
      if (value != null) {
        String words = words(name);
        text.append(text.isEmpty() ? "" : "\n").append(words);
        text.append(" ".repeat(Math.max(1, NAME_WIDTH - words.length())));
        text.append(value(name, value));
      }
    });
    return text.toString();
  }

  /** {@code logBytes} becomes {@code log}: the unit stands behind the value. */
  private static String words(String name) {
    String bare = name.replaceFirst("(Bytes|Seconds|Millis)$", "");
    String words = bare.replaceAll("([A-Z])", " $1").toLowerCase(Locale.ROOT);
    return name.equals("guestSeconds") ? "guest time" : words;
  }

  private static String value(String name, Object value) {
    return switch (value) {
      case Double d when name.endsWith("Millis") -> String.format(Locale.ROOT, "%.1f ms", d);
      case Double d -> String.format(Locale.ROOT, "%.1f s", d);
      case Number n when name.endsWith("Bytes") -> Sizes.bytes(n.longValue());
      case Number n when name.endsWith("Millis") -> n + " ms";
      case Number n -> String.format(Locale.ROOT, "%,d", n.longValue());
      default -> value.toString();
    };
  }
}
