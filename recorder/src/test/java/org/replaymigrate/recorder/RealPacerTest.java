package org.replaymigrate.recorder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RealPacerTest {
  private static final long MILLIS = 1_000_000;
  private static final long TICKS_PER_MILLI = 10_000;
  private static final long START_DATE = 1_700_000_000_000_000_000L;

  /** The machine's own time while it executes: 100 instructions a tick. */
  private static final long INSTRUCTIONS_PER_TICK = 100;

  private final TurnedClock clock = new TurnedClock();

  private static final class TurnedClock implements HostClock {
    private long nanos = 12345;
    private long epochNanos = START_DATE;

    void pass(long by) {
      nanos += by;
      epochNanos += by;
    }

    @Override
    public long nanos() {
      return nanos;
    }

    @Override
    public long epochNanos() {
      return epochNanos;
    }
  }

  private RealPacer pacer() {
    return new RealPacer(clock, 0, START_DATE);
  }

  /** A guest that executes without a pause, in slices of 5 ms of wall clock. */
  private final class BusyGuest {
    private final RealPacer pacer = pacer();
    private final long instructionsPerSecond;
    private long ticks;
    private long remainder;
    private long instructions;
    private int advances;
    private long worst;

    BusyGuest(long instructionsPerSecond) {
      this.instructionsPerSecond = instructionsPerSecond;
    }

    BusyGuest runSeconds(int seconds) {
      for (int slice = 0; slice < seconds * 200; slice++) {
        clock.pass(5 * MILLIS);
        remainder += instructionsPerSecond / 200;
        instructions += instructionsPerSecond / 200;
        ticks += remainder / INSTRUCTIONS_PER_TICK;
        remainder %= INSTRUCTIONS_PER_TICK;
        worst = Math.max(worst, (clock.epochNanos - START_DATE) / 100 - ticks);
        long advance = pacer.whileBusy(ticks);
        ticks += advance;
        advances += advance > 0 ? 1 : 0;
      }
      return this;
    }
  }

  @ParameterizedTest
  @CsvSource({"100, 35", "50, 45", "20, 105", "10, 205", "5, 405", "1, 505"})
  void aBusyGuestIsBehindByNoMoreThanItsHostIsSlow(long mips, long millis) {
    BusyGuest guest = new BusyGuest(mips * 1_000_000).runSeconds(30);
    assertTrue(
        guest.worst <= millis * TICKS_PER_MILLI, guest.worst / TICKS_PER_MILLI + " ms behind");
  }

  @ParameterizedTest
  @ValueSource(longs = {4, 10, 20, 50, 100, 400, 900})
  void aBusyGuestIsCorrectedAtMostOnceInTwoMillionInstructions(long mips) {
    BusyGuest guest = new BusyGuest(mips * 1_000_000).runSeconds(30);
    assertTrue(guest.advances > 0);
    assertTrue(
        guest.advances <= guest.instructions / 2_000_000,
        guest.advances + " in " + guest.instructions);
  }

  @Test
  void aHostThatHardlyExecutesCorrectsTwiceASecond() {
    BusyGuest guest = new BusyGuest(1000).runSeconds(30);
    assertTrue(guest.advances >= 55 && guest.advances <= 60, guest.advances + " advances");
  }

  @Test
  void anIdleGuestWaitsForItsTimerAndIsThenInThePresent() {
    RealPacer pacer = pacer();
    Pacer.Idle first = pacer.whenIdle(0, 40 * TICKS_PER_MILLI);
    assertEquals(new Pacer.Idle(40 * MILLIS, 0), first);
    clock.pass(41 * MILLIS);
    assertEquals(new Pacer.Idle(0, 41 * TICKS_PER_MILLI), pacer.whenIdle(0, 40 * TICKS_PER_MILLI));
  }

  @Test
  void aGuestIsInThePresentBeforeItGetsAnInput() {
    RealPacer pacer = pacer();
    clock.pass(7 * MILLIS);
    assertEquals(7 * TICKS_PER_MILLI, pacer.beforeInput(0));
    assertEquals(0, pacer.beforeInput(7 * TICKS_PER_MILLI));
  }

  @Test
  void aGuestWithoutATimerWaitsForAnInput() {
    assertEquals(Pacer.Idle.FOR_INPUT, pacer().whenIdle(0, Long.MAX_VALUE));
  }

  @Test
  void aLongSleepIsCaughtUpInStepsOfTenSecondsBetweenWhichTheGuestExecutes() {
    RealPacer pacer = pacer();
    clock.pass(35_000 * MILLIS);
    long ticks = 0;
    for (int i = 0; i < 3; i++) {
      assertEquals(10_000 * TICKS_PER_MILLI, pacer.whileBusy(ticks));
      ticks += 10_000 * TICKS_PER_MILLI;
      assertEquals(0, pacer.whileBusy(ticks));
      assertEquals(0, pacer.beforeInput(ticks + 10 * TICKS_PER_MILLI));
      ticks += 20 * TICKS_PER_MILLI; // 20 million instructions
    }
    assertEquals(4_940 * TICKS_PER_MILLI, pacer.whileBusy(ticks));
  }

  @Test
  void anIdleGuestCatchesUpWithoutExecuting() {
    RealPacer pacer = pacer();
    clock.pass(25_000 * MILLIS);
    long step = 10_000 * TICKS_PER_MILLI;
    assertEquals(new Pacer.Idle(0, step), pacer.whenIdle(0, 40));
    assertEquals(new Pacer.Idle(0, step), pacer.whenIdle(step, 40));
  }

  @Test
  void aWallClockThatIsSetBackMovesNothing() {
    RealPacer pacer = pacer();
    clock.pass(10 * MILLIS);
    assertEquals(0, pacer.whileBusy(10 * TICKS_PER_MILLI));
    clock.nanos += 10 * MILLIS;
    clock.epochNanos -= 3_600_000 * MILLIS;
    assertEquals(0, pacer.whileBusy(20 * TICKS_PER_MILLI));
    assertEquals(0, pacer.aheadNanos(20 * TICKS_PER_MILLI));
    clock.pass(MILLIS);
    assertEquals(TICKS_PER_MILLI, pacer.beforeInput(20 * TICKS_PER_MILLI));
  }

  @Test
  void aGuestThatIsFarAheadWaits() {
    assertEquals(30 * MILLIS, pacer().aheadNanos(30 * TICKS_PER_MILLI));
    assertEquals(0, pacer().aheadNanos(20 * TICKS_PER_MILLI));
  }
}
