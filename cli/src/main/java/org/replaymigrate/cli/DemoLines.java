package org.replaymigrate.cli;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** Text that comes in pieces, taken line by line. */
final class DemoLines {
  private final Deque<String> complete = new ArrayDeque<>();
  private final StringBuilder open = new StringBuilder();
  private boolean ended;

  synchronized void add(String text) {
    open.append(text);
    int end = open.indexOf("\n");
    while (end >= 0) {
      complete.add(open.substring(0, end).strip());
      open.delete(0, end + 1);
      end = open.indexOf("\n");
    }
    notifyAll();
  }

  synchronized void end() {
    ended = true;
    notifyAll();
  }

  /** Lines that begin with what has come of the last one here. */
  synchronized DemoLines continued() {
    DemoLines next = new DemoLines();
    next.open.append(open);
    return next;
  }

  /** The next line, or null if none comes in time or ever. */
  synchronized @Nullable String take(long millis) throws InterruptedException {
    long deadline = System.nanoTime() + millis * 1_000_000;
    while (complete.isEmpty() && !ended) {
      long left = (deadline - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        return null;
      }
      wait(left);
    }
    return complete.poll();
  }
}
