package org.replaymigrate.guest;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Runs a program to its end; an interrupt of the caller ends the program too. */
final class ChildProcess {

  /** What it printed, both streams in the order they came, and how it ended. */
  record Result(int exitCode, List<String> lines) {}

  private ChildProcess() {}

  /**
   * Runs a program.
   *
   * @param command program and arguments
   * @param folder where it runs
   * @param environment variables added to the caller's own
   * @param listener hears each line as it comes, on another thread
   * @throws IOException when the program cannot be started
   */
  static Result run(
      List<String> command, Path folder, Map<String, String> environment, Consumer<String> listener)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    List<String> lines = new ArrayList<>();
    Thread reader =
        Thread.ofVirtual()
            .start(() -> {
              try (BufferedReader in = process.inputReader(StandardCharsets.UTF_8)) {
                in.lines()
                    .forEach(line -> {
                      lines.add(line);
                      listener.accept(line);
                    });
              } catch (IOException | UncheckedIOException e) {
                // The program was ended: what it printed until then is all there is.
                lines.add("E: " + e.getMessage());
              }
            });
    try {
      int exitCode = process.waitFor();
      reader.join();
      return new Result(exitCode, List.copyOf(lines));
    } finally {
      if (process.isAlive()) {
        // It works in a folder that is removed next, and must not write there any more.
        List<ProcessHandle> children = process.descendants().toList();
        process.destroyForcibly();
        children.forEach(ProcessHandle::destroyForcibly);
        process.onExit().join();
        children.forEach(child -> child.onExit().join());
      }
    }
  }
}
