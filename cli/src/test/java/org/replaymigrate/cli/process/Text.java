package org.replaymigrate.cli.process;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/**
 * What a stream has brought so far, for one that reads and others that wait for something in it.
 */
final class Text {
  private static final int CHUNK = 8192;

  private final StringBuilder seen = new StringBuilder();
  private int passed;
  private boolean ended;

  /** Reads a stream to its end, on a thread of its own. */
  static Text of(InputStream in) {
    Text text = new Text();
    Thread.ofVirtual().start(() -> text.read(in));
    return text;
  }

  private void read(InputStream in) {
    byte[] buffer = new byte[CHUNK];
    try (in) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        add(new String(buffer, 0, n, StandardCharsets.ISO_8859_1));
      }
    } catch (IOException e) {
      // Its process was killed.
    }
    end();
  }

  private synchronized void add(String more) {
    seen.append(more);
    notifyAll();
  }

  private synchronized void end() {
    ended = true;
    notifyAll();
  }

  /**
   * Waits for a text behind what was waited for before.
   *
   * @return the line it is in, as far as that has come
   * @throws AssertionError if the stream ends without it, or the time is up
   */
  synchronized String await(String wanted, long seconds) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    int at = seen.indexOf(wanted, passed);
    while (at < 0) {
      long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (ended || left <= 0) {
        throw new AssertionError(
            (ended ? "ended without \"" : "did not come to \"") + wanted + "\": " + seen);
      }
      wait(left);
      at = seen.indexOf(wanted, passed);
    }
    passed = at + wanted.length();
    int end = seen.indexOf("\n", passed);
    return seen.substring(seen.lastIndexOf("\n", at) + 1, end < 0 ? seen.length() : end).strip();
  }

  /** All of it, once the stream has ended. */
  synchronized String whole() throws InterruptedException {
    while (!ended) {
      wait();
    }
    return seen.toString();
  }

  /** As far as it has come. */
  @Override
  public synchronized String toString() {
    return seen.toString();
  }
}
