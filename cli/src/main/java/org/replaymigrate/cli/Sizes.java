package org.replaymigrate.cli;

import java.time.Duration;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Sizes with K, M, G (1024) and durations with ms, s, m, as the command takes and prints them. */
final class Sizes {
  private static final long K = 1024;

  private Sizes() {}

  /** {@code 256M} to bytes. */
  static final class Bytes implements ITypeConverter<Long> {
    @Override
    public Long convert(String text) {
      String upper = text.toUpperCase(Locale.ROOT);
      int shift = upper.isEmpty() ? -1 : "KMG".indexOf(upper.charAt(upper.length() - 1));
      String digits = shift < 0 ? upper : upper.substring(0, upper.length() - 1);
      try {
        long value = Long.parseLong(digits);
        return Math.multiplyExact(value, 1L << 10 * (shift + 1));
      } catch (ArithmeticException | NumberFormatException e) {
        throw new TypeConversionException("'" + text + "' is no size: a number with K, M or G");
      }
    }
  }

  /** {@code 300ms} to a duration. */
  static final class Durations implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String text) {
      try {
        if (text.endsWith("ms")) {
          return Duration.ofMillis(Long.parseLong(text.substring(0, text.length() - 2)));
        }
        String digits = text.substring(0, Math.max(0, text.length() - 1));
        if (text.endsWith("s")) {
          return Duration.ofSeconds(Long.parseLong(digits));
        }
        if (text.endsWith("m")) {
          return Duration.ofMinutes(Long.parseLong(digits));
        }
      } catch (NumberFormatException e) {
        // Falls through to the one complaint.
      }
      throw new TypeConversionException("'" + text + "' is no duration: a number with ms, s or m");
    }
  }

  /** Bytes for people. */
  static String bytes(long bytes) {
    if (bytes < 10 * K) {
      return bytes + " B";
    }
    double value = bytes;
    String unit = "";
    for (String next : new String[] {"KiB", "MiB", "GiB"}) {
      if (value >= K) {
        value /= K;
        unit = next;
      }
    }
    return String.format(Locale.ROOT, "%.1f %s", value, unit);
  }
}
