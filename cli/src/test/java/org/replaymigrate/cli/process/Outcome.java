package org.replaymigrate.cli.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** How a process has ended, and all that it has printed. */
public record Outcome(List<String> command, int exitCode, String out, String err) {
  Outcome withExitCode(int expected) {
    assertEquals(expected, exitCode, this::toString);
    return this;
  }

  /** The one JSON object that it was to print, on one line, with nothing beside it. */
  Map<String, Object> json() throws IOException {
    assertTrue(out.endsWith("}\n") && out.indexOf('\n') == out.length() - 1, this::toString);
    return JSON.std.mapFrom(out);
  }

  /**
   * What it said of its failure: one line, and no word of a stack trace anywhere.
   *
   * @param exitCode that of the failure
   */
  String error(int exitCode) {
    withExitCode(exitCode);
    assertEquals("", out, this::toString);
    List<String> lines = errors();
    assertEquals(1, lines.size(), this::toString);
    assertTrue(!err.contains("\tat ") && !err.contains("Exception"), this::toString);
    return lines.getFirst();
  }

  /** The lines in which this program complains, without its name. */
  List<String> errors() {
    return err.lines()
        .filter(line -> line.matches("replay-migrate( [a-z]+)*: .*"))
        .map(line -> line.substring(line.indexOf(": ") + 2))
        .toList();
  }

  @Override
  public String toString() {
    return String.join(" ", command.subList(command.indexOf(Commands.MAIN) + 1, command.size()))
        + "\nended with "
        + exitCode
        + "; standard output:\n"
        + out
        + "\nstandard error:\n"
        + err;
  }
}
