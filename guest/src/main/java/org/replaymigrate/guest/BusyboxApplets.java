package org.replaymigrate.guest;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The names that a busybox binary answers to. It cannot be asked, being built for another machine,
 * but it holds them as one sorted table of zero-ended strings, which begins with {@code [} and
 * {@code [[}.
 */
final class BusyboxApplets {

  private static final byte[] TABLE_START = {'[', 0, '[', '[', 0};
  private static final Pattern NAME = Pattern.compile("[\\[a-z][a-z0-9_.\\[-]{0,31}");

  private BusyboxApplets() {}

  /** The names in their order; none when the binary has no such table. */
  static List<String> of(byte[] binary) {
    List<String> longest = List.of();
    for (int at = 0; at <= binary.length - TABLE_START.length; at++) {
      if (Arrays.equals(binary, at, at + TABLE_START.length, TABLE_START, 0, TABLE_START.length)) {
        List<String> names = table(binary, at);
        longest = names.size() > longest.size() ? names : longest;
      }
    }
    return longest;
  }

  private static List<String> table(byte[] binary, int at) {
    List<String> names = new ArrayList<>();
    String previous = "";
    int start = at;
    for (int end = start; end < binary.length; end++) {
      if (binary[end] == 0) {
        String name = new String(binary, start, end - start, StandardCharsets.ISO_8859_1);
        // The table has no length: what follows it is not a name, or not in order.
        if (!NAME.matcher(name).matches() || name.compareTo(previous) <= 0) {
          break;
        }
        names.add(name);
        previous = name;
        start = end + 1;
      }
    }
    return List.copyOf(names);
  }
}
