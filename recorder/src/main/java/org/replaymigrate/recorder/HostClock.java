package org.replaymigrate.recorder;

import java.time.Instant;

/** The two clocks of the host, so that tests can turn them. */
public interface HostClock {
  /** A clock that never jumps, from an arbitrary start; nanoseconds. */
  long nanos();

  /** The date; nanoseconds since 1970-01-01T00:00Z. Somebody may set it. */
  long epochNanos();

  /** This machine's. */
  HostClock SYSTEM =
      new HostClock() {
        @Override
        public long nanos() {
          return System.nanoTime();
        }

        @Override
        public long epochNanos() {
          Instant now = Instant.now();
          return now.getEpochSecond() * 1_000_000_000L + now.getNano();
        }
      };
}
