package org.replaymigrate.cli;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** This program in a process of its own, with a console to type at and to read. */
final class DemoProcess implements AutoCloseable {
  private static final long END_SECONDS = 5;
  private static final int CHUNK = 4096;

  private final Process process;
  private final OutputStream in;
  private final StringBuilder seen = new StringBuilder();
  private final DemoLines lines = new DemoLines();

  private DemoProcess(Process process) {
    this.process = process;
    this.in = process.getOutputStream();
    Thread.ofVirtual()
        .start(() -> {
          read(process.getInputStream(), lines::add);
          lines.end();
        });
    Thread.ofVirtual().start(() -> read(process.getErrorStream(), text -> {}));
  }

  /** Starts it. */
  static DemoProcess start(Object... arguments) throws IOException {
    return start(List.of(), arguments);
  }

  /** Starts it with more options for its JVM. */
  static DemoProcess start(List<String> options, Object... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(options);
    String classPath = System.getProperty("java.class.path");
    if (classPath.endsWith(".jar") && !classPath.contains(File.pathSeparator)) {
      // Only so does the JVM read the jar's manifest, which opens what Chronicle Queue needs.
      command.addAll(List.of("-jar", classPath));
    } else {
      command.addAll(List.of("-cp", classPath, Main.class.getName()));
    }
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    return new DemoProcess(new ProcessBuilder(command).start());
  }

  private void read(InputStream out, Consumer<String> also) {
    byte[] buffer = new byte[CHUNK];
    try {
      int n = out.read(buffer);
      while (n > 0) {
        String text = new String(buffer, 0, n, StandardCharsets.ISO_8859_1);
        synchronized (seen) {
          seen.append(text);
          seen.notifyAll();
        }
        also.accept(text);
        n = out.read(buffer);
      }
    } catch (IOException e) {
      // The process has ended; whoever waits will notice.
    }
    synchronized (seen) {
      seen.notifyAll();
    }
  }

  /**
   * Its standard output, line by line: of {@code run}, the guest's console and nothing else. What
   * the process says itself, on standard error, must not end up inside a line of the guest's.
   */
  DemoLines lines() {
    return lines;
  }

  void type(String text) throws IOException {
    in.write(text.getBytes(StandardCharsets.US_ASCII));
    in.flush();
  }

  /** Waits until it has printed a text on either output; the line with it, so far. */
  String await(String text, long millis) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    synchronized (seen) {
      while (true) {
        int at = seen.indexOf(text);
        int end = at < 0 ? -1 : seen.indexOf("\n", at);
        if (at >= 0 && (end >= 0 || text.endsWith(" "))) {
          return seen.substring(at, end < 0 ? seen.length() : end);
        }
        long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (left <= 0 || !process.isAlive()) {
          throw new CliException(
              Subcommand.FAILED, "a process did not come to \"" + text.strip() + "\": " + last());
        }
        seen.wait(Math.min(left, 500));
      }
    }
  }

  /** Waits until it has ended; its exit code, or -1 if it goes on. */
  int awaitEnd(long millis) throws InterruptedException {
    return process.waitFor(millis, TimeUnit.MILLISECONDS) ? process.exitValue() : -1;
  }

  private String last() {
    List<String> all = seen.toString().lines().filter(line -> !line.isBlank()).toList();
    return all.isEmpty() ? "it printed nothing" : all.getLast();
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  /** Removes a folder with all that is in it. */
  static void removeTree(Path folder) throws IOException {
    try (Stream<Path> tree = Files.walk(folder)) {
      for (Path file : tree.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
