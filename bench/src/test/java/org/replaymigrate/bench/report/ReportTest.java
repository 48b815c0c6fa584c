package org.replaymigrate.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
  private static Row row(double ratio, Goal goal) {
    return new Row("sieve", "s", 2, 3.0, ratio, goal, Map.of("mips", 100L));
  }

  private static Report report(Row... rows) {
    return new Report("speed", 5, Map.of("cores", 2), Map.of("java", "25"), List.of(rows));
  }

  @Test
  void aGoalIsMetFromItsValueOn() {
    assertTrue(row(0.6, Goal.atLeast(0.6)).met());
    assertFalse(row(0.59, Goal.atLeast(0.6)).met());
    assertTrue(row(3, Goal.atMost(3)).met());
    assertFalse(row(3.01, Goal.atMost(3)).met());
  }

  @Test
  void oneMissedGoalIsEnough() {
    assertTrue(report(row(1, null), row(1, Goal.atLeast(1))).goalsMet());
    assertFalse(report(row(1, Goal.atLeast(1)), row(1, Goal.atLeast(2))).goalsMet());
  }

  @Test
  void theObjectHoldsWhatComparisonsRelyOn(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("speed.json");
    ByteArrayOutputStream table = new ByteArrayOutputStream();
    report(row(1.5, Goal.atLeast(2)), row(9, null))
        .publish(new PrintStream(table, true, StandardCharsets.UTF_8), file);

    Map<String, Object> json = JSON.std.mapFrom(Files.readString(file));
    assertEquals(false, json.get("goalsMet"));
    assertEquals(Map.of("cores", 2), json.get("machine"));
    assertEquals(Map.of("java", "25"), json.get("versions"));
    Map<?, ?> first = (Map<?, ?>) ((List<?>) json.get("rows")).getFirst();
    assertEquals("sieve", first.get("name"));
    assertEquals(2.0, first.get("ours"));
    assertEquals(3.0, first.get("peer"));
    assertEquals(1.5, first.get("ratio"));
    assertEquals(2.0, first.get("goal"));
    assertEquals(false, first.get("met"));
    assertTrue(table.toString(StandardCharsets.UTF_8).contains("goals met: no"));
  }

  @Test
  void theMedianOfAnEvenNumberLiesBetweenTheMiddleTwo() {
    Samples samples = new Samples();
    List.of(9.0, 1.0, 2.0, 4.0).forEach(samples::add);
    assertEquals(3.0, samples.median());
    assertEquals(2.0, Samples.geometricMean(List.of(1.0, 4.0)), 1e-12);
  }
}
