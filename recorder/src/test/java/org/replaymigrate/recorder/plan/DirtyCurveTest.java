package org.replaymigrate.recorder.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class DirtyCurveTest {
  @Test
  void aGuestThatComesBackApproachesItsWorkingSet() {
    DirtyCurve truth = new DirtyCurve(2000, 16384);
    DirtyCurve found =
        DirtyCurve.of(2, Math.round(truth.pages(2000)), Math.round(truth.pages(4000)));
    assertEquals(2000, found.perSecond(), 20);
    assertEquals(16384, found.workingSet(), 300);
    assertEquals(16384, found.pages(1_000_000), 300);
  }

  @Test
  void aGuestThatNeverComesBackGoesOnInAStraightLine() {
    DirtyCurve found = DirtyCurve.of(0.5, 500, 1000);
    assertEquals(10_000, found.pages(10_000), 1);
  }

  @Test
  void aGuestThatHasChangedAllThatItWillStaysThere() {
    DirtyCurve found = DirtyCurve.of(0.5, 300, 300);
    assertEquals(300, found.pages(60_000), 1);
    assertTrue(found.pages(500) > 290, found.toString());
  }

  @Test
  void aGuestThatChangesNothingChangesNothing() {
    assertEquals(0, DirtyCurve.of(1, 0, 0).pages(60_000));
  }
}
