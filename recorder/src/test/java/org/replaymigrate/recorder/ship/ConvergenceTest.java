package org.replaymigrate.recorder.ship;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class ConvergenceTest {
  private static final long SECOND = 1_000_000_000;

  private final Convergence convergence = new Convergence();

  @Test
  void aDestinationThatGainsIsLeftAlone() {
    long lag = 10_000;
    for (int second = 0; second < 30; second++) {
      assertEquals(100, convergence.look(second * SECOND, lag));
      lag = lag * 4 / 5;
    }
  }

  @Test
  void aSourceThatRunsAwayIsSlowedDownStepByStep() {
    assertEquals(100, convergence.look(0, 1000));
    assertEquals(100, convergence.look(SECOND / 2, 1500));
    assertEquals(75, convergence.look(SECOND, 2000));
    assertEquals(56, convergence.look(2 * SECOND, 2100));
    assertEquals(56, convergence.look(3 * SECOND, 1500));
  }

  @Test
  void itNeverStandsStill() {
    int percent = 100;
    for (int second = 0; second < 60; second++) {
      percent = convergence.look(second * SECOND, 1000L * second);
    }
    assertEquals(10, percent);
  }

  @Test
  void aLagThatNobodyNoticesChangesNothing() {
    for (int second = 0; second < 30; second++) {
      assertEquals(100, convergence.look(second * SECOND, 15));
    }
  }
}
