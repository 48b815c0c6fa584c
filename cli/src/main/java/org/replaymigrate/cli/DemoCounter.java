package org.replaymigrate.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.recorder.control.ControlClient;

/** Follows the numbers that a guest counts, on one console after the other. */
final class DemoCounter {
  private long last;
  private long atHandOver;
  private @Nullable String problem;

  /** Reads until so many more numbers have come. */
  void follow(DemoLines lines, int more, long millis) throws IOException, InterruptedException {
    long goal = last + more;
    while (last < goal) {
      String line = lines.take(millis);
      if (line == null) {
        throw new CliException(Subcommand.FAILED, "the guest stopped counting at " + last);
      }
      see(line);
    }
  }

  /** Reads what has come until the console ended. */
  void drain(DemoLines lines) throws InterruptedException {
    String line = lines.take(5_000);
    while (line != null) {
      see(line);
      line = lines.take(5_000);
    }
    atHandOver = last;
  }

  /**
   * Reads the other process's console, from the first byte that left it.
   *
   * @param before what had come from the first console: a line may have left half here, half there
   */
  void follow(DemoLines before, ControlClient console, int more, long millis)
      throws IOException, InterruptedException {
    long goal = last + more;
    long deadline = System.nanoTime() + millis * 1_000_000;
    DemoLines lines = before.continued();
    while (last < goal && System.nanoTime() < deadline) {
      byte[] bytes = console.readConsole();
      if (bytes == null) {
        break;
      }
      lines.add(new String(bytes, StandardCharsets.ISO_8859_1));
      String line = lines.take(0);
      while (line != null) {
        see(line);
        line = lines.take(0);
      }
    }
    if (last < goal) {
      throw new CliException(Subcommand.FAILED, "the guest did not go on counting from " + last);
    }
  }

  private void see(String line) {
    if (line.matches("[0-9]{1,9}")) {
      long number = Long.parseLong(line);
      if (number != last + 1 && problem == null) {
        problem = number + " came after " + last;
      }
      last = number;
    }
  }

  long last() {
    return last;
  }

  long atHandOver() {
    return atHandOver;
  }

  /** The first number that was out of turn, or null. */
  @Nullable String problem() {
    return problem;
  }
}
