package org.replaymigrate.recorder.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class CadenceRuleTest {
  private static final long SECOND = 1_000_000_000;

  /** Ten looks a second at a guest that executes so much a second; returns when one is due. */
  private static long dueAfter(CadenceRule rule, long from, long instructions, long perSecond) {
    for (int tenth = 1; tenth < 10_000; tenth++) {
      long passed = tenth * SECOND / 10;
      if (rule.due(from + passed, instructions + perSecond * tenth / 10)) {
        return passed / (SECOND / 10);
      }
    }
    return -1;
  }

  @Test
  void aBusyGuestHasOneEachInterval() {
    CadenceRule rule = new CadenceRule(Duration.ofSeconds(5), 0, 0);
    assertEquals(50, dueAfter(rule, 0, 0, 100_000_000));
    rule.taken(5 * SECOND, 500_000_000, SECOND / 10);
    assertEquals(50, dueAfter(rule, 5 * SECOND, 500_000_000, 100_000_000));
  }

  @Test
  void aGuestWhoseCheckpointsTakeLongHasFewer() {
    CadenceRule rule = new CadenceRule(Duration.ofSeconds(5), 0, 0);
    assertEquals(50, dueAfter(rule, 0, 0, 100_000_000));
    rule.taken(5 * SECOND, 500_000_000, 2 * SECOND);
    assertEquals(400, dueAfter(rule, 5 * SECOND, 500_000_000, 100_000_000));
  }

  @Test
  void whatIsReplayedSoonerThanWrittenIsNotWritten() {
    CadenceRule rule = new CadenceRule(Duration.ofSeconds(1), 0, 0);
    assertEquals(10, dueAfter(rule, 0, 0, 100_000_000));
    rule.taken(SECOND, 100_000_000, SECOND / 20);
    // A hundredth of its speed: after five seconds there is a twentieth of a second to replay.
    assertEquals(51, dueAfter(rule, SECOND, 100_000_000, 1_000_000));
  }

  @Test
  void anIdleGuestHasNone() {
    CadenceRule rule = new CadenceRule(Duration.ofSeconds(1), 0, 7);
    assertEquals(-1, dueAfter(rule, 0, 7, 0));
  }

  @Test
  void twoLooksAtOnceDoNoHarm() {
    CadenceRule rule = new CadenceRule(Duration.ofSeconds(1), 0, 0);
    assertFalse(rule.due(0, 0));
    assertFalse(rule.due(0, 1000));
    assertTrue(rule.due(SECOND, 2000));
  }
}
