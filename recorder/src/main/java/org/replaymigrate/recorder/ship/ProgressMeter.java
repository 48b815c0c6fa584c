package org.replaymigrate.recorder.ship;

import java.util.function.Consumer;
import org.replaymigrate.recorder.HostClock;
import org.replaymigrate.recorder.ship.ShipmentProgress.Phase;

/** Tells a listener how far a migration is: at the start of a phase, and five times a second. */
final class ProgressMeter {
  private static final long INTERVAL_NANOS = 200_000_000;

  private final Consumer<ShipmentProgress> listener;
  private final HostClock clock;
  private Phase phase = Phase.CONNECTING;
  private long phaseStart;
  private long phaseStartBytes;
  private long last;
  private long sent;

  ProgressMeter(Consumer<ShipmentProgress> listener, HostClock clock) {
    this.listener = listener;
    this.clock = clock;
  }

  /**
   * A phase begins.
   *
   * @param total bytes that will have been sent when it ends, or 0
   */
  void enter(Phase next, long total) {
    phase = next;
    phaseStart = clock.nanos();
    phaseStartBytes = sent;
    report(total, 0, -1);
  }

  /**
   * It goes on.
   *
   * @param sentBytes all that was given to the network so far
   * @param total of them when the phase ends, or 0
   * @param lag instructions by which the destination is behind
   * @param lagMillis how long it will take to catch up; -1 if that is not what it does
   */
  void step(long sentBytes, long total, long lag, long lagMillis) {
    sent = sentBytes;
    if (clock.nanos() - last >= INTERVAL_NANOS) {
      report(total, lag, lagMillis);
    }
  }

  private void report(long total, long lag, long lagMillis) {
    last = clock.nanos();
    long remaining = lagMillis;
    long inPhase = sent - phaseStartBytes;
    if (total > 0 && inPhase > 0) {
      double rate = inPhase / Math.max(1.0, (last - phaseStart) / 1e6);
      remaining = Math.round((total - inPhase) / rate);
    }
    listener.accept(new ShipmentProgress(phase, sent, total, lag, remaining));
  }
}
