package org.replaymigrate.recorder.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.replaymigrate.recorder.plan.Course.Leaps;
import org.replaymigrate.recorder.plan.Course.Look;
import org.replaymigrate.recorder.plan.Course.Step;

class CourseTest {
  private static final long SECOND = 1_000_000_000;

  private static final Limits LIMITS =
      new Limits(Duration.ofMillis(300), 80, Duration.ofMinutes(10));

  private static Look look(double second, long lag, double leap) {
    return new Look((long) (second * SECOND), true, lag, leap);
  }

  @Test
  void aDestinationThatGainsIsLeftAlone() {
    Course course = new Course(LIMITS, Leaps.WHERE_SOONER);
    long lag = 2_000;
    for (int second = 0; second < 8; second++) {
      assertEquals(Step.FOLLOW, course.look(look(second, lag, 10_000)), "second " + second);
      lag = lag * 3 / 4;
    }
    assertEquals(100, course.speedPercent());
    assertEquals(0, course.leaps());
  }

  @Test
  void oneThatIsCloseIsEnough() {
    assertEquals(Step.STOP, new Course(LIMITS, Leaps.WHERE_SOONER).look(look(0, 75, 10)));
  }

  @Test
  void nothingIsDecidedBeforeTheDestinationHasSpoken() {
    Course course = new Course(LIMITS, Leaps.WHERE_SOONER);
    for (int second = 0; second < 60; second++) {
      assertEquals(Step.FOLLOW, course.look(new Look(second * SECOND, false, 0, 1)));
    }
    assertEquals(100, course.speedPercent());
  }

  @Test
  void aSourceThatRunsAwayIsCaughtByALeap() {
    Course course = new Course(LIMITS, Leaps.WHERE_SOONER);
    assertEquals(Step.FOLLOW, course.look(look(0, 5_000, 800)));
    assertEquals(Step.LEAP, course.look(look(1, 5_500, 800)));
    course.leapt(820);
    assertEquals(1, course.leaps());
    assertEquals(100, course.speedPercent());
  }

  @Test
  void withoutPagesItIsSlowedDownStepByStepAndNeverBeyondWhatIsAllowed() {
    Course course = new Course(LIMITS, Leaps.NEVER);
    int before = 100;
    for (int second = 0; second < 60; second++) {
      assertEquals(Step.FOLLOW, course.look(look(second, 1000L * (second + 1), 10)));
      assertTrue(course.speedPercent() >= before - 10, "gently");
      before = course.speedPercent();
    }
    assertEquals(20, course.speedPercent());
  }

  @Test
  void leapsThatGainNothingGiveWayToThrottling() {
    Course course = new Course(LIMITS, Leaps.WHERE_SOONER);
    int leaps = 0;
    double second = 0;
    long lag = 4_000;
    while (course.speedPercent() == 100 && second < 60) {
      second++;
      if (course.look(look(second, lag, 1_500)) == Step.LEAP) {
        leaps++;
        course.leapt(1_500);
      } else {
        lag += 500;
      }
    }
    assertEquals(2, leaps); // the second goes with the first step of throttling
    assertTrue(course.speedPercent() < 100);
  }

  @Test
  void leapsGoTogetherWithThrottlingAndEndWhereThatDoes() {
    Course course = new Course(LIMITS, Leaps.AT_ONCE);
    assertEquals(Step.LEAP, course.look(new Look(0, false, 0, 100)));
    course.leapt(400);
    int leaps = 1;
    for (int second = 1; second < 60; second++) {
      if (course.look(look(second, 1_000, 400)) == Step.LEAP) {
        leaps++;
        course.leapt(400);
      }
    }
    assertEquals(20, course.speedPercent());
    assertEquals(1 + 8, leaps); // one for each step
    assertEquals(Step.FOLLOW, course.look(look(60, 9_000, 400)));
    // The guest has come to rest: what is left need not be replayed.
    assertEquals(Step.LEAP, course.look(look(61, 8_000, 400)));
  }

  @Test
  void pagesAreSentAtLeastOnceWhereThatIsWanted() {
    Course course = new Course(LIMITS, Leaps.AT_ONCE);
    assertEquals(Step.LEAP, course.look(new Look(0, false, 0, 100)));
    course.leapt(1_000);
    assertEquals(Step.LEAP, course.look(look(1, 900, 200)));
    course.leapt(200);
    assertEquals(Step.STOP, course.look(look(2, 60, 50)));
  }

  @Test
  void theLastLeapIsMadeWhileTheGuestStandsStill() {
    Course course = new Course(LIMITS, Leaps.AT_ONCE);
    assertEquals(Step.LEAP, course.look(new Look(0, false, 0, 100)));
    course.leapt(1_000);
    assertEquals(Step.LAND, course.look(look(1, 900, 150)));

    Course following = new Course(LIMITS, Leaps.WHERE_SOONER);
    assertEquals(Step.FOLLOW, following.look(look(0, 900, 150)));
    assertEquals(Step.LAND, following.look(look(1, 900, 150)));
  }

  @Test
  void whereLeapsAreTheLastResortTheGuestIsSlowedDownFirst() {
    Course course = new Course(LIMITS, Leaps.AT_LAST);
    Step step = Step.FOLLOW;
    double second = 0;
    while (step == Step.FOLLOW && second < 60) {
      second++;
      step = course.look(look(second, 10_000, 3_000));
    }
    assertEquals(Step.LEAP, step);
    assertEquals(20, course.speedPercent());
  }

  @Test
  void noLeapBeginsWhileOneIsUnderWay() {
    Course course = new Course(LIMITS, Leaps.AT_ONCE);
    assertEquals(Step.LEAP, course.look(new Look(0, false, 9_000, 100)));
    for (int second = 1; second < 30; second++) {
      assertEquals(Step.FOLLOW, course.look(new Look(second * SECOND, false, 9_000, 100)));
    }
  }

  @Test
  void aLagThatNobodyNoticesChangesNothing() {
    Limits strict = new Limits(Duration.ofMillis(4), 80, Duration.ofMinutes(10));
    Course course = new Course(strict, Leaps.NEVER);
    for (int second = 0; second < 30; second++) {
      course.look(look(second, 15, 10));
    }
    assertEquals(100, course.speedPercent());
  }

  @Test
  void leapsThatLeadNowhereAreGivenUp() {
    Course course = new Course(LIMITS, Course.Leaps.AT_ONCE);
    double leap = 1_000_000;
    int leaps = 0;
    for (int second = 0; second < 200; second++) {
      if (course.look(look(second, 5_000_000, Math.max(1_000, leap))) == Step.LEAP) {
        course.leapt(leap);
        leaps++;
      }
      leap *= 0.6; // each looks as if it were worth while
    }
    assertEquals(12, leaps);
    assertEquals(20, course.speedPercent());
  }
}
