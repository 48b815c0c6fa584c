package org.replaymigrate.recorder.control;

import java.util.concurrent.TimeUnit;

/** Counts what has begun and not ended yet. */
final class UnderWay {
  private int count;

  synchronized void begin() {
    count++;
  }

  synchronized void end() {
    count--;
    notifyAll();
  }

  /**
   * Waits until nothing is under way; may be called again.
   *
   * @param millis how long at most
   * @return whether that has come to be
   */
  synchronized boolean awaitNone(long millis) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    while (count > 0) {
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        return false;
      }
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
    return true;
  }
}
