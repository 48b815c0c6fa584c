package org.replaymigrate.recorder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** What guest time does when the host's clocks do this or that. */
class GuestDateTest {
  private static final long SECOND = 1_000_000_000;
  private static final long TICKS = 10_000_000; // a second of guest time
  private static final long HOUR = 3600;

  /** Clocks that stand still until they are turned. */
  private static final class Clocks implements HostClock {
    private long nanos = 77 * SECOND;
    private long epochNanos = 1_800_000_000 * SECOND;

    @Override
    public long nanos() {
      return nanos;
    }

    @Override
    public long epochNanos() {
      return epochNanos;
    }

    void pass(double seconds) {
      nanos += (long) (seconds * SECOND);
      epochNanos += (long) (seconds * SECOND);
    }

    void set(double seconds) {
      epochNanos += (long) (seconds * SECOND);
    }
  }

  private final Clocks clocks = new Clocks();

  private RealPacer pacer(long ticks, double secondsAgo) {
    return new RealPacer(clocks, ticks, clocks.epochNanos() - (long) (secondsAgo * SECOND));
  }

  /** Advances a busy guest as the pacer wants; guest time afterwards, ticks. */
  private static long catchUp(RealPacer pacer, long ticks) {
    long now = ticks;
    for (long step = pacer.whileBusy(now); step > 0; step = pacer.whileBusy(now)) {
      assertTrue(step <= 10 * TICKS, "longer than the guest's watchdogs like");
      now += step;
      if (step == 10 * TICKS) {
        now += TICKS / 50; // it executes before the next one
      }
    }
    // A busy guest is left a little behind, until it gets an input.
    return now + pacer.beforeInput(now);
  }

  @Test
  void aBusyGuestFollowsTheWallClock() {
    RealPacer pacer = pacer(0, 0);
    clocks.pass(3);
    assertEquals(3 * TICKS, catchUp(pacer, 1 * TICKS));
  }

  @Test
  void whatAGuestHasMissedIsCaughtUp() {
    assertEquals(50 * TICKS, catchUp(pacer(8 * TICKS, 42), 8 * TICKS));
  }

  @Test
  void anIdleGuestCatchesUpToo() {
    RealPacer pacer = pacer(8 * TICKS, 42);
    long now = 8 * TICKS;
    Pacer.Idle next = pacer.whenIdle(now, TICKS / 100);
    while (next.waitNanos() == 0) {
      now += next.advanceTicks();
      next = pacer.whenIdle(now, TICKS / 100);
    }
    assertTrue(Math.abs(50 * TICKS - now) <= TICKS / 100);
  }

  @Test
  void aWallClockThatIsSetForwardIsFollowed() {
    RealPacer pacer = pacer(0, 0);
    clocks.set(HOUR);
    assertEquals(HOUR * TICKS, catchUp(pacer, 0));
  }

  @Test
  void aWallClockThatIsSetBackHoldsNothingUp() {
    RealPacer pacer = pacer(0, 0);
    clocks.pass(1);
    assertEquals(TICKS, catchUp(pacer, 0));
    clocks.set(-HOUR);
    assertEquals(0, pacer.aheadNanos(TICKS));
    clocks.pass(1);
    assertEquals(2 * TICKS, catchUp(pacer, TICKS));
    assertEquals(0, pacer.aheadNanos(2 * TICKS));
  }

  @Test
  void aHostWhoseClockIsBehindTheLastOnesHoldsNothingUp() {
    RealPacer pacer = pacer(5 * TICKS, -HOUR);
    assertEquals(0, pacer.aheadNanos(5 * TICKS));
    clocks.pass(1);
    assertEquals(6 * TICKS, catchUp(pacer, 5 * TICKS));
  }

  @Test
  void theDateOfGuestTimeGoesToTheNextHost() {
    RealPacer here = pacer(0, 0);
    clocks.pass(7);
    long date = here.dateOf(6 * TICKS); // the guest is a second late
    clocks.pass(2); // and on its way for two
    RealPacer there = new RealPacer(clocks, 6 * TICKS, date);
    assertEquals(9 * TICKS, catchUp(there, 6 * TICKS));
  }
}
