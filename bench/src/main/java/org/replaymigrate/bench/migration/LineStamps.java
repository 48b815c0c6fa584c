package org.replaymigrate.bench.migration;

/** When the lines of a console came: the first whole one, and the last. */
final class LineStamps {
  private int ends;
  private long first;
  private long last;

  /**
   * More has come. What comes before the first end of a line may be the second half of one that
   * began elsewhere, and counts as none.
   *
   * @param nanos when
   */
  synchronized void add(String text, long nanos) {
    int begun = ends;
    int count = (int) text.chars().filter(c -> c == '\n').count();
    ends += count;
    if (begun < 2 && ends >= 2) {
      first = nanos;
      notifyAll();
    }
    if (count > 0) {
      last = nanos;
    }
  }

  /** When the first line was there; waits for it. 0 if none comes in time. */
  synchronized long first(long millis) throws InterruptedException {
    long deadline = System.nanoTime() + millis * 1_000_000;
    while (ends < 2) {
      long left = (deadline - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        return 0;
      }
      wait(left);
    }
    return first;
  }

  /** When the last line was complete; 0 if there was none. */
  synchronized long last() {
    return last;
  }
}
