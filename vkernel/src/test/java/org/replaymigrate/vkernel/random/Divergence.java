package org.replaymigrate.vkernel.random;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.replaymigrate.vkernel.random.RandomImage.Recipe;
import org.replaymigrate.vkernel.random.RandomImage.Step;

/** Finds where two machines part: runs every beginning of a program on both. */
final class Divergence {
  /** A machine: takes an image and gives back the lines it printed. */
  interface Runner {
    List<String> run(byte[] image) throws Exception;
  }

  private Divergence() {}

  /** A report on the program of this seed: the first step that differs, its code, and how. */
  static String report(long seed, Runner expected, Runner actual) throws Exception {
    Recipe whole = Recipe.of(seed);
    List<Recipe> beginnings =
        IntStream.rangeClosed(0, whole.steps()).mapToObj(n -> new Recipe(seed, n)).toList();
    RandomImage image = RandomImage.of(beginnings, true);
    List<Outcome> left = Outcome.parse(expected.run(image.bytes()));
    List<Outcome> right = Outcome.parse(actual.run(image.bytes()));
    List<String> report = new ArrayList<>();
    report.add("seed " + seed + ", of " + whole.steps() + " steps:");
    for (int n = 0; n < Math.max(left.size(), right.size()); n++) {
      if (n >= left.size() || n >= right.size() || n > whole.steps()) {
        report.add("one of the machines did not end after " + n + " steps");
        return String.join("\n", report);
      }
      List<String> differences = left.get(n).differences(right.get(n));
      if (!differences.isEmpty()) {
        describe(report, image, n);
        report.addAll(differences);
        return String.join("\n", report);
      }
    }
    report.add("no beginning of the program by itself differs");
    return String.join("\n", report);
  }

  private static void describe(List<String> report, RandomImage image, int steps) {
    if (steps == 0) {
      report.add("differs before its first step");
      return;
    }
    List<Step> code = image.programs().get(steps).steps();
    report.add("the steps before: " + code.subList(0, steps - 1).stream().map(Step::kind).toList());
    report.add("the first that differs: " + code.getLast().kind());
    report.addAll(image.listing(code.getLast()));
  }
}
