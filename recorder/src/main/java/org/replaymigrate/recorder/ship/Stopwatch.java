package org.replaymigrate.recorder.ship;

import org.replaymigrate.protocol.wire.WireMessage;
import org.replaymigrate.recorder.HostClock;

/** Takes down when each step of a hand-over was done. For one thread. */
final class Stopwatch {
  private final HostClock clock;
  private long digested;
  private long stopSent;
  private long preparedHeard;
  private long commitSent;

  Stopwatch(HostClock clock) {
    this.clock = clock;
  }

  /** The guest stands still, and its digest is known. */
  void stopped() {
    digested = clock.nanos();
  }

  void stopSent() {
    stopSent = clock.nanos();
  }

  void preparedHeard() {
    preparedHeard = clock.nanos();
  }

  void commitSent() {
    commitSent = clock.nanos();
  }

  /**
   * The destination has said that it runs.
   *
   * @param since when the guest was stopped
   * @param there what the destination says of its part
   */
  DowntimeParts landed(long since, WireMessage.Landed there) {
    long prepared = preparedHeard - stopSent;
    long replay = Math.min(there.replay(), prepared);
    long sync = Math.min(there.sync(), prepared - replay);
    long committed = Math.max(0, clock.nanos() - commitSent - there.running());
    long start = Math.min(there.start(), committed);
    return new DowntimeParts(
        digested - since,
        stopSent - digested,
        replay,
        sync,
        commitSent - preparedHeard,
        start,
        prepared - replay - sync + committed - start);
  }
}
