package org.replaymigrate.recorder.ship;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.replaymigrate.recorder.HostClock;

class RateLimitTest {
  private long nanos;

  private final HostClock clock =
      new HostClock() {
        @Override
        public long nanos() {
          return nanos;
        }

        @Override
        public long epochNanos() {
          throw new AssertionError("the date does not matter");
        }
      };

  @Test
  void aSenderThatWaitsAsItIsToldKeepsToTheRate() {
    RateLimit limit = new RateLimit(1_000_000, clock);
    long sent = 0;
    while (nanos < 10_000_000_000L) {
      sent += 65_536;
      nanos += 1_000_000 * limit.pauseMillis(sent);
    }
    assertTrue(Math.abs(10_000_000 - sent) < 150_000);
  }

  @Test
  void aQuietTimeIsNotMadeUpFor() {
    RateLimit limit = new RateLimit(1_000_000, clock);
    nanos += 60_000_000_000L;
    assertEquals(0, limit.pauseMillis(0));
    assertTrue(limit.pauseMillis(1_000_000) >= 900);
  }

  @Test
  void withoutALimitNobodyWaits() {
    RateLimit limit = new RateLimit(0, clock);
    assertEquals(0, limit.pauseMillis(Long.MAX_VALUE));
  }
}
