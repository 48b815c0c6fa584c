package org.replaymigrate.bench.report;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A comparison's rows, with the machine and the versions that they were had on.
 *
 * @param times how many runs of each the medians are of
 */
public record Report(
    String comparison,
    int times,
    Map<String, Object> machine,
    Map<String, String> versions,
    List<Row> rows) {

  public boolean goalsMet() {
    return rows.stream().allMatch(Row::met);
  }

  /** Prints the table, and writes the object if a file for it is given. */
  public void publish(PrintStream out, @Nullable Path json) throws IOException {
    out.printf("%nmachine   %s%nversions  %s%nmedians of %d%n%n", machine, versions, times);
    String format = "%-34s %12s %12s %10s  %-10s %s%n";
    out.printf(format, "", "ours", "peer", "ratio", "goal", "met");
    for (Row row : rows) {
      Double peer = row.peer();
      out.printf(
          format,
          row.name() + ", " + row.unit(),
          figure(row.ours()),
          peer == null ? "-" : figure(peer),
          figure(row.ratio()),
          row.goal() == null ? "" : row.goal(),
          row.goal() == null ? "" : row.met() ? "yes" : "no");
      row.more().forEach((name, value) -> out.printf("    %s: %s%n", name, text(value)));
    }
    out.printf("%ngoals met: %s%n", goalsMet() ? "yes" : "no");
    if (json != null) {
      JSON.std.with(JSON.Feature.PRETTY_PRINT_OUTPUT).write(json(), json.toFile());
    }
  }

  private static String text(Object value) {
    return value instanceof Double d ? figure(d) : String.valueOf(value);
  }

  private static String figure(double value) {
    return String.format(Locale.ROOT, Math.abs(value) >= 1000 ? "%.0f" : "%.4g", value);
  }

  private Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("comparison", comparison);
    json.put("times", times);
    json.put("machine", machine);
    json.put("versions", versions);
    json.put("rows", rows.stream().map(Row::json).toList());
    json.put("goalsMet", goalsMet());
    return json;
  }
}
