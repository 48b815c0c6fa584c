package org.replaymigrate.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.replaymigrate.protocol.fault.CrashPoint;

/** The tables of docs/formats/wire.md that say who owns a vkernel after what went wrong. */
final class CrashTable {
  /**
   * A row.
   *
   * @param source what the owner file of the source says, and of the destination
   * @param owner source or destination
   */
  record Crash(CrashPoint point, String source, String destination, String owner) {
    boolean ofSource() {
      return point.name().startsWith("SOURCE_");
    }

    /** What a migration must be told to come to this point. */
    Map<String, ?> way() {
      if (point.name().contains("LEAP")) {
        return PAGES;
      }
      return Map.of("fullBase", point.name().matches(".*_(CHECKPOINT|.*BASE)(_.*)?"));
    }

    boolean given() {
      return owner.equals("destination");
    }
  }

  /**
   * A row.
   *
   * @param id of the message
   * @param lost who owns it if the connection breaks for good before the message has come through
   * @param delivered or after
   * @param mended who owns it if the source can connect again
   */
  record Cut(String message, int id, String lost, String delivered, String mended) {
    /** Such rows take one cut of each kind: the frames of a leap are like others to the link. */
    boolean isOfLeap() {
      return message.startsWith("Leap");
    }

    /** What a migration must be told to send this message. */
    Map<String, ?> way() {
      return isOfLeap() ? PAGES : Map.of("fullBase", message.startsWith("Checkpoint"));
    }
  }

  private static final Map<String, ?> PAGES = Map.of("strategy", "pages", "fullBase", true);

  private static final Path DOCUMENT = Path.of("docs/formats/wire.md");

  private CrashTable() {}

  static List<Crash> crashes() throws IOException {
    List<Crash> rows = new ArrayList<>();
    Set<String> points =
        Arrays.stream(CrashPoint.values()).map(Enum::name).collect(Collectors.toSet());
    for (List<String> row : rows()) {
      if (row.size() == 4 && points.contains(row.get(0))) {
        rows.add(new Crash(CrashPoint.valueOf(row.get(0)), row.get(1), row.get(2), row.get(3)));
      }
    }
    Set<String> described = new TreeSet<>();
    rows.forEach(row -> described.add(row.point().name()));
    assertEquals(new TreeSet<>(points), described, DOCUMENT + ": crash points");
    return rows;
  }

  static List<Cut> cuts() throws IOException {
    List<Cut> rows = new ArrayList<>();
    for (List<String> row : rows()) {
      if (row.size() == 5
          && row.get(1).matches("[0-9]+")
          && row.get(3).matches("source|destination")) {
        rows.add(
            new Cut(row.get(0), Integer.parseInt(row.get(1)), row.get(2), row.get(3), row.get(4)));
      }
    }
    assertEquals(18, rows.size(), DOCUMENT + ": messages of a migration");
    return rows;
  }

  private static Stream<String> lines() throws IOException {
    Path file = DOCUMENT;
    if (!Files.exists(file)) {
      file = Path.of("..").resolve(DOCUMENT); // Maven runs tests in their module
    }
    return Files.readAllLines(file).stream();
  }

  private static List<List<String>> rows() throws IOException {
    return lines()
        .filter(line -> line.startsWith("| "))
        .map(line -> List.of(line.substring(1).split("\\|")).stream().map(String::strip).toList())
        .toList();
  }
}
