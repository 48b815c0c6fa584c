package org.replaymigrate.bench.host;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.bench.BenchException;

/**
 * A process whose standard output is a guest's console and whose standard input is its keyboard.
 * What comes out is stamped when it has been read. Closing it stops it.
 */
public final class ConsoleProcess implements Closeable {
  private static final Duration GRACE = Duration.ofSeconds(30);
  private static final int CHUNK = 8192;

  private record Chunk(String text, long nanos, boolean last) {}

  /** Takes what comes out, with the time at which it was read. */
  @FunctionalInterface
  public interface Reader {
    void accept(String text, long nanos);
  }

  private final String name;
  private final Process process;
  private final Path errors;
  private final long started;
  private final LinkedBlockingQueue<Chunk> chunks = new LinkedBlockingQueue<>();
  private String pending = "";
  private long pendingNanos;
  private boolean ended;

  private ConsoleProcess(String name, Process process, Path errors, long started) {
    this.name = name;
    this.process = process;
    this.errors = errors;
    this.started = started;
  }

  /** Starts a command; its standard error is kept for the message if it fails. */
  public static ConsoleProcess start(List<String> command) throws IOException {
    return start(command, false);
  }

  /** Starts a command whose standard error is part of what is awaited. */
  public static ConsoleProcess startMerged(List<String> command) throws IOException {
    return start(command, true);
  }

  private static ConsoleProcess start(List<String> command, boolean merged) throws IOException {
    Path errors = Files.createTempFile("bench", ".err");
    long started = System.nanoTime();
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(merged);
    Process process = (merged ? builder : builder.redirectError(errors.toFile())).start();
    String name = Path.of(command.getFirst()).getFileName().toString();
    ConsoleProcess console = new ConsoleProcess(name, process, errors, started);
    Thread.ofPlatform().daemon().name("console of " + name).start(console::read);
    return console;
  }

  private void read() {
    byte[] buffer = new byte[CHUNK];
    try (InputStream in = process.getInputStream()) {
      int n = in.read(buffer);
      while (n >= 0) {
        long now = System.nanoTime();
        chunks.add(new Chunk(new String(buffer, 0, n, StandardCharsets.ISO_8859_1), now, false));
        n = in.read(buffer);
      }
    } catch (IOException e) {
      // The process has been stopped: its end is all there is to say.
    }
    chunks.add(new Chunk("", System.nanoTime(), true));
  }

  /** When it was started, of {@link System#nanoTime}. */
  public long started() {
    return started;
  }

  public long pid() {
    return process.pid();
  }

  public void type(String text) throws IOException {
    process.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    process.getOutputStream().flush();
  }

  /** What came out up to and with an awaited text, and when its last byte was read. */
  public record Seen(String text, long nanos) {}

  /**
   * Waits for a text on the console.
   *
   * @throws BenchException if the process ends before, or it takes too long
   */
  public Seen await(String text, Duration limit) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    int searched = 0;
    while (true) {
      int at = pending.indexOf(text, Math.max(0, searched - text.length()));
      if (at >= 0) {
        int end = at + text.length();
        Seen seen = new Seen(pending.substring(0, end), pendingNanos);
        pending = pending.substring(end);
        return seen;
      }
      searched = pending.length();
      Chunk chunk = next(deadline);
      if (chunk == null) {
        throw new BenchException(name + ": no \"" + text + "\" within " + limit.toSeconds() + " s");
      }
      if (ended) {
        throw new BenchException(name + ": ended before \"" + text.strip() + "\"" + complaint());
      }
      pending += chunk.text;
      pendingNanos = chunk.nanos;
    }
  }

  /**
   * Reads on until the process ends by itself.
   *
   * @throws BenchException if it takes too long
   */
  public void readAll(Reader reader, Duration limit) throws InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    while (!ended) {
      Chunk chunk = next(deadline);
      if (chunk == null) {
        throw new BenchException(name + ": still running after " + limit.toSeconds() + " s");
      }
      reader.accept(chunk.text, chunk.nanos);
    }
  }

  private @Nullable Chunk next(long deadline) throws InterruptedException {
    Chunk chunk = chunks.poll(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
    ended |= chunk != null && chunk.last;
    return chunk;
  }

  /** The last line of its standard error, ready to be put behind a message; empty if none. */
  public String complaint() throws IOException {
    List<String> lines = Files.readString(errors, StandardCharsets.ISO_8859_1).lines().toList();
    return lines.isEmpty() ? "" : ": " + lines.getLast().strip();
  }

  /** Asks it to end, and after a while no longer asks; returns when it has ended. */
  public void stop() {
    process.destroy();
    try {
      if (!process.waitFor(GRACE.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() throws IOException {
    stop();
    Files.deleteIfExists(errors);
  }
}
