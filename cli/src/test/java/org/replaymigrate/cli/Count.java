package org.replaymigrate.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.replaymigrate.recorder.control.ControlClient;

/**
 * Follows the numbers that the guest counts, from process to process. Nothing that was seen may
 * come again, and within one run none may be left out. What a killed process had let go and the
 * terminal had not got is never seen; that the guest counted it nevertheless, {@link History}
 * shows.
 */
final class Count {
  private long seen;
  private String run = "";

  long seen() {
    return seen;
  }

  /** Looks at a host's console until some more numbers have come. */
  void follow(Host host, int more) throws IOException, InterruptedException {
    try (ControlClient console = host.control()) {
      // A console shows again what it has shown before, but only of the same run.
      String now = host.folder().requireRunning().socket().toString();
      Lines lines = new Lines(now.equals(run));
      run = now;
      long goal = seen + more;
      console.console();
      while (seen < goal) {
        byte[] bytes = console.readConsole();
        if (bytes == null) {
          fail("stopped counting at " + seen + "\n" + host.output());
        }
        lines.take(new String(bytes, StandardCharsets.ISO_8859_1));
      }
    }
  }

  private final class Lines {
    private final boolean again;
    private final StringBuilder open = new StringBuilder();

    /** The first line of a run may be the end of one that another has begun. */
    private boolean first = true;

    private long last;

    Lines(boolean again) {
      this.again = again;
    }

    void take(String text) {
      open.append(text);
      for (int end = open.indexOf("\n"); end >= 0; end = open.indexOf("\n")) {
        String line = open.substring(0, end).strip();
        open.delete(0, end + 1);
        if (!first && line.matches("[0-9]{1,9}")) {
          see(Long.parseLong(line));
        }
        first = false;
      }
    }

    private void see(long number) {
      assertTrue(last == 0 || number == last + 1, () -> number + " came after " + last);
      last = number;
      if (number <= seen) {
        assertTrue(again, () -> number + " came again after " + seen);
      } else {
        if (again) {
          assertEquals(seen + 1, number);
        }
        seen = number;
      }
    }
  }
}
