package org.replaymigrate.cli.process;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A process that runs, as its user sees it: two streams to read, one to type at, and signals. */
final class Invocation {
  /** Far more than anything takes, even on a machine that has much else to do. */
  static final long SECONDS = 90;

  private final List<String> command;
  private final Process process;
  private final OutputStream in;
  private final Text out;
  private final Text err;
  private long seconds = SECONDS;

  Invocation(ProcessBuilder builder) throws IOException {
    command = List.copyOf(builder.command());
    process = builder.start();
    in = process.getOutputStream();
    out = Text.of(process.getInputStream());
    err = Text.of(process.getErrorStream());
  }

  /** Waits for things as long as this, instead of {@link #SECONDS}. */
  Invocation within(long longest) {
    seconds = longest;
    return this;
  }

  long pid() {
    return process.pid();
  }

  /** Waits for a text on standard output; its line, as far as that has come. */
  String awaitOut(String wanted) throws InterruptedException {
    return await(out, wanted);
  }

  /** Waits for a text on standard error; its line, as far as that has come. */
  String awaitErr(String wanted) throws InterruptedException {
    return await(err, wanted);
  }

  private String await(Text text, String wanted) throws InterruptedException {
    try {
      return text.await(wanted, seconds);
    } catch (AssertionError e) {
      throw new AssertionError(this + "\n" + e.getMessage(), e);
    }
  }

  /** Standard error, as far as it has come. */
  String err() {
    return err.toString();
  }

  /** Processor time that it has taken so far. */
  Duration cpuTime() {
    return process.info().totalCpuDuration().orElseThrow();
  }

  /** Standard output, as far as it has come. */
  String out() {
    return out.toString();
  }

  Invocation type(String text) throws IOException {
    in.write(text.getBytes(StandardCharsets.ISO_8859_1));
    in.flush();
    return this;
  }

  /** The end of standard input. */
  void endTyping() throws IOException {
    in.close();
  }

  /** Sends a signal: its name without SIG. */
  void signal(String name) throws IOException, InterruptedException {
    Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(pid())).start();
    if (kill.waitFor() != 0) {
      throw new IOException("kill -" + name + " " + pid() + " failed");
    }
  }

  /** SIGKILL, and waits until nothing of it is left. */
  Outcome kill() throws InterruptedException {
    process.destroyForcibly();
    return end();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Waits for its end. */
  Outcome end() throws InterruptedException {
    if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
      throw new AssertionError("does not end: " + this);
    }
    return new Outcome(command, process.exitValue(), out.whole(), err.whole());
  }

  /** What of its output has come so far. */
  @Override
  public String toString() {
    return String.join(" ", command.subList(command.indexOf(Commands.MAIN) + 1, command.size()))
        + "\nstandard output:\n"
        + out
        + "\nstandard error:\n"
        + err;
  }
}
