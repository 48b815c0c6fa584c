package org.replaymigrate.cli;

import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The command in a real process of its own, which can be killed for real. */
final class Child implements AutoCloseable {
  private static final long LIMIT_MILLIS = 60_000;
  private static final int CHUNK = 4096;

  private final String what;
  private final Process process;
  private final StringBuilder printed = new StringBuilder();

  private Child(String what, Process process) {
    this.what = what;
    this.process = process;
    Thread.ofVirtual().name("output of " + what).start(() -> read(process.getInputStream()));
  }

  /**
   * Starts it; standard error comes with standard output.
   *
   * @param properties NAME=VALUE
   */
  static Child start(List<String> properties, Object... arguments) throws IOException {
    return start(Map.of(), properties, arguments);
  }

  /**
   * The same.
   *
   * @param environment variables beside those of this process
   */
  static Child start(Map<String, String> environment, List<String> properties, Object... arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(option -> option.startsWith("--"))
        .forEach(command::add);
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto"));
    command.addAll(List.of("-Xmx256m", "-XX:-UsePerfData"));
    command.add("-Dreplay-migrate.no-drill=true");
    properties.forEach(property -> command.add("-D" + property));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    List<String> words = new ArrayList<>();
    for (Object argument : arguments) {
      words.add(argument.toString());
    }
    command.addAll(words);
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    return new Child(String.join(" ", words), builder.start());
  }

  private void read(InputStream out) {
    byte[] buffer = new byte[CHUNK];
    try {
      for (int n = out.read(buffer); n > 0; n = out.read(buffer)) {
        synchronized (printed) {
          printed.append(new String(buffer, 0, n, StandardCharsets.ISO_8859_1));
          printed.notifyAll();
        }
      }
    } catch (IOException e) {
      // It has ended.
    }
  }

  /** Waits until it has printed a text; the rest of that line. */
  String await(String text) throws InterruptedException {
    long deadline = System.nanoTime() + LIMIT_MILLIS * 1_000_000;
    synchronized (printed) {
      while (true) {
        int at = printed.indexOf(text);
        int end = at < 0 ? -1 : printed.indexOf("\n", at);
        if (end >= 0 || at >= 0 && text.endsWith(" ")) {
          return printed.substring(at + text.length(), end < 0 ? printed.length() : end).strip();
        }
        long left = (deadline - System.nanoTime()) / 1_000_000;
        if (left <= 0 || !process.isAlive() && left < LIMIT_MILLIS - 5_000) {
          return fail(what + " did not come to \"" + text + "\":\n" + printed);
        }
        printed.wait(Math.min(left, 100));
      }
    }
  }

  void type(String text) throws IOException {
    OutputStream in = process.getOutputStream();
    in.write(text.getBytes(StandardCharsets.US_ASCII));
    in.flush();
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** As {@code kill -9} does it. */
  void kill() throws InterruptedException {
    process.destroyForcibly();
    awaitEnd();
  }

  /** Sends a signal, such as INT. */
  void signal(String name) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid())).start().waitFor();
  }

  /** Waits until it has ended; its exit code. */
  int awaitEnd() throws InterruptedException {
    if (!process.waitFor(LIMIT_MILLIS, TimeUnit.MILLISECONDS)) {
      return fail(what + " did not end:\n" + output());
    }
    return process.exitValue();
  }

  /** Waits for so long, or until it has ended. */
  boolean endsWithin(long millis) throws InterruptedException {
    return process.waitFor(millis, TimeUnit.MILLISECONDS);
  }

  String output() {
    synchronized (printed) {
      return what + ":\n" + printed;
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
