package org.replaymigrate.vkernel.random;

import java.util.ArrayList;
import java.util.List;

/**
 * What one program printed.
 *
 * @param header the line with its number and hash, or that it was lost
 * @param slots of the {@link Dump}, if the image was verbose
 * @param traps cause, epc, tval and status of each logged trap, in hexadecimal, if it was verbose
 */
record Outcome(String header, List<String> slots, List<String> traps) {
  /** One for each program that ended, in order; and a last one of what else was printed. */
  static List<Outcome> parse(List<String> lines) {
    List<Outcome> outcomes = new ArrayList<>();
    for (String line : lines) {
      int words = line.split(" ", -1).length;
      if (outcomes.isEmpty() || line.matches("[PL] .*") || !line.matches("[0-9a-f ]+")) {
        outcomes.add(new Outcome(line, new ArrayList<>(), new ArrayList<>()));
      } else if (words == 1) {
        outcomes.getLast().slots().add(line);
      } else {
        outcomes.getLast().traps().add(line);
      }
    }
    return outcomes;
  }

  /** Lines that say in what two outcomes differ, this one being what was expected. */
  List<String> differences(Outcome other) {
    List<String> lines = new ArrayList<>();
    List<String> names = Dump.names();
    for (int i = 0; i < names.size() && i < slots.size() && i < other.slots.size(); i++) {
      compare(lines, names.get(i), slots.get(i), other.slots.get(i));
    }
    for (int i = 0; i < Math.max(traps.size(), other.traps.size()); i++) {
      String trap = i < traps.size() ? traps.get(i) : "none";
      String otherTrap = i < other.traps.size() ? other.traps.get(i) : "none";
      compare(lines, "trap " + i + " (cause, epc, tval, status)", trap, otherTrap);
    }
    if (lines.isEmpty()) {
      compare(lines, "program", header, other.header);
    }
    return lines;
  }

  private static void compare(List<String> lines, String what, String expected, String actual) {
    if (!expected.equals(actual)) {
      lines.add(what + ": expected " + expected + ", was " + actual);
    }
  }
}
