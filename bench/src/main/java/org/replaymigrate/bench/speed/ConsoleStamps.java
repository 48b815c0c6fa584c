package org.replaymigrate.bench.speed;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the console of a {@link GuestKernel} and stamps its marks with the host's time:
 *
 * <pre>
 *   kernel NAME warm N rounds N parts PART...
 *   wwwwBabcabcabcE              w: a warm-up round; B, E: begin and end of what is measured;
 *   checksum HEX instructions N  a, b, c: the first, second, third part of a round has ended
 * </pre>
 */
final class ConsoleStamps {
  private static final Pattern HEADER =
      Pattern.compile("kernel \\S+ warm \\d+ rounds \\d+ parts (.+)");
  private static final Pattern RESULT =
      Pattern.compile("checksum ([0-9a-f]{16}) instructions (\\d+)");
  private static final int LONGEST_LINE = 10_000;

  private final StringBuilder line = new StringBuilder();
  private final StringBuilder lastLines = new StringBuilder();
  private List<String> parts = List.of();
  private long[] partNanos = new long[0];
  private boolean measuring;
  private long begin;
  private long last;
  private long end;
  private String checksum = "";
  private long instructions;

  /**
   * The guest has put out a byte.
   *
   * @param nanos when, of {@link System#nanoTime}
   */
  void accept(int value, long nanos) {
    if (value == '\n') {
      endLine();
    } else if (value != '\r' && line.length() < LONGEST_LINE) {
      line.append((char) value);
      mark(value, nanos);
    }
  }

  private void mark(int value, long nanos) {
    if (!measuring) {
      // A line of nothing but warm-up marks: in the header there may be a B of another meaning.
      if (value == 'B' && end == 0 && line.chars().allMatch(c -> c == 'w' || c == 'B')) {
        measuring = true;
        begin = last = nanos;
      }
    } else if (value == 'E') {
      measuring = false;
      end = nanos;
    } else if (value >= 'a' && value < 'a' + parts.size()) {
      partNanos[value - 'a'] += nanos - last;
      last = nanos;
    }
  }

  private void endLine() {
    String text = line.toString();
    line.setLength(0);
    lastLines.append(text).append(' ');
    if (lastLines.length() > 300) {
      lastLines.delete(0, lastLines.length() - 300);
    }
    Matcher header = HEADER.matcher(text);
    if (header.matches()) {
      parts = Arrays.asList(header.group(1).split(" ", -1));
      partNanos = new long[parts.size()];
    }
    Matcher result = RESULT.matcher(text);
    if (result.matches()) {
      checksum = result.group(1);
      instructions = Long.parseLong(result.group(2));
    }
  }

  /**
   * What the console has shown up to its end.
   *
   * @throws IllegalStateException with the last of what it has shown if the run is not complete
   */
  KernelRun result() {
    if (end == 0 || checksum.isEmpty()) {
      String said = (lastLines.toString() + line).strip();
      throw new IllegalStateException(
          "the guest kernel has not come to its end"
              + (said.isEmpty() ? "" : "; it says: " + said));
    }
    Map<String, Double> seconds = new LinkedHashMap<>();
    for (int i = 0; i < partNanos.length; i++) {
      seconds.put(parts.get(i), partNanos[i] / 1e9);
    }
    return new KernelRun((end - begin) / 1e9, instructions, checksum, seconds);
  }
}
