package org.replaymigrate.protocol.home;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import org.replaymigrate.protocol.format.FormatException;

/**
 * The process that runs a vkernel, as its folder's {@code running} says. True only while the
 * folder's lock is held: a process that was killed leaves the file behind.
 *
 * @param pid of the process
 * @param socket its control socket, a Unix domain socket
 * @param since when it began
 */
public record RunningProcess(long pid, Path socket, Instant since) {
  private static final String FORMAT = "running";
  private static final int VERSION = 1;

  void write(Path file) throws IOException {
    new SealedText()
        .add("pid", pid)
        .add("socket", socket)
        .add("since", since)
        .writeForNow(file, FORMAT, VERSION);
  }

  static RunningProcess read(Path file) throws IOException {
    SealedText text = SealedText.read(file, FORMAT, VERSION);
    return parse(text);
  }

  private static RunningProcess parse(SealedText text) throws FormatException {
    try {
      return new RunningProcess(
          Long.parseLong(text.value("pid")),
          Path.of(text.value("socket")),
          Instant.parse(text.value("since")));
    } catch (NumberFormatException | InvalidPathException | DateTimeException e) {
      throw text.corrupt("not what a running process leaves: " + e.getMessage());
    }
  }
}
