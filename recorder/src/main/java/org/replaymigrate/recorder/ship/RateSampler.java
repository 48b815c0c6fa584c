package org.replaymigrate.recorder.ship;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.recorder.HostClock;
import org.replaymigrate.recorder.Recorder;
import org.replaymigrate.recorder.plan.DirtyCurve;

/**
 * Looks at the running guest twenty times a second: how much it executes, how its log grows, how
 * many pages it changes. It costs the guest a command each time.
 */
final class RateSampler implements AutoCloseable {
  private static final long PAUSE_MILLIS = 50;

  /** A minute of them; what comes later is not kept. */
  private static final int MOST = 1200;

  private record Sample(long nanos, long instructions, long logBytes, long dirty) {}

  private final Recorder recorder;
  private final HostClock clock;
  private final DirtyPages dirty;
  private final List<Sample> samples = new ArrayList<>();
  private final Thread thread = Thread.ofVirtual().name("rates").unstarted(this::run);

  /**
   * @param dirty watching already, or about to
   */
  RateSampler(Recorder recorder, HostClock clock, DirtyPages dirty) {
    this.recorder = recorder;
    this.clock = clock;
    this.dirty = dirty;
  }

  /**
   * Begins, or begins anew; the first look is made at once, within a command of the recorder, which
   * has begun to watch the pages.
   */
  void begin() {
    synchronized (this) {
      samples.clear();
    }
    look(recorder);
    if (thread.getState() == Thread.State.NEW) {
      thread.start();
    }
  }

  private void run() {
    try {
      while (!recorder.hasEnded() && size() < MOST) {
        Thread.sleep(PAUSE_MILLIS);
        recorder.post(this::look);
      }
    } catch (InterruptedException e) {
      // Closed.
    }
  }

  private void look(Recorder r) {
    Sample sample =
        new Sample(
            clock.nanos(), r.machine().instructions(), r.log().logicalBytes(), dirty.count());
    synchronized (this) {
      samples.add(sample);
    }
  }

  private synchronized int size() {
    return samples.size();
  }

  private synchronized @Nullable Sample last() {
    return samples.size() < 2 ? null : samples.getLast();
  }

  private synchronized Sample first() {
    return samples.getFirst();
  }

  /** Instructions a second; 0 before there are two looks. */
  synchronized double instructions() {
    Sample last = last();
    return last == null ? 0 : perSecond(last.instructions - first().instructions, first(), last);
  }

  /** Bytes of the log a second. */
  synchronized double logBytes() {
    Sample last = last();
    return last == null ? 0 : perSecond(last.logBytes - first().logBytes, first(), last);
  }

  /** Pages. */
  synchronized DirtyCurve dirty() {
    Sample last = last();
    if (last == null) {
      return DirtyCurve.NONE;
    }
    long begin = first().nanos;
    long middle = begin + (last.nanos - begin) / 2;
    Sample half = first();
    for (Sample sample : samples) {
      if (Math.abs(sample.nanos - middle) < Math.abs(half.nanos - middle)) {
        half = sample;
      }
    }
    return DirtyCurve.of((last.nanos - begin) / 2e9, half.dirty, last.dirty);
  }

  private static double perSecond(long count, Sample from, Sample to) {
    return Math.max(0, count) * 1e9 / Math.max(1, to.nanos - from.nanos);
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
