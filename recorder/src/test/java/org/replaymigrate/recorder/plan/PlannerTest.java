package org.replaymigrate.recorder.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PlannerTest {
  private static final double MB = 1e6;
  private static final double HUNDRED_MEGABIT = 12.5 * MB;
  private static final double BASE = 18 * MB;

  private static final Limits LIMITS =
      new Limits(Duration.ofMillis(300), 80, Duration.ofMinutes(10));

  private static final Rates IDLE =
      new Rates(
          BASE,
          null,
          300,
          200,
          HUNDRED_MEGABIT,
          0.3,
          1e6,
          800,
          60e6,
          70,
          new DirtyCurve(50, 400),
          1000);

  private static Rates with(double instructions, double logBytes, DirtyCurve dirty, double page) {
    return new Rates(
        BASE, null, 300, 200, HUNDRED_MEGABIT, 0.3, instructions, logBytes, 60e6, 70, dirty, page);
  }

  private static Prediction of(Rates rates, Strategy strategy) {
    return new Planner(rates, LIMITS)
        .predictions().stream().filter(p -> p.strategy() == strategy).findFirst().orElseThrow();
  }

  @Test
  void anIdleGuestIsReplayedInLessBytesThanItsPagesTake() {
    Prediction replay = of(IDLE, Strategy.REPLAY);
    assertTrue(replay.feasible());
    assertEquals(BASE, replay.bytes(), 10_000);
    assertEquals(300 + 200 + 1440, replay.totalMillis(), 100);
    // What the hand-over itself takes, and nearly nothing for what is left to replay.
    assertEquals(22, replay.downtimeMillis(), 1, replay.toString());
    assertEquals(Strategy.REPLAY, new Planner(IDLE, LIMITS).pick(Goal.BYTES).strategy());
  }

  @Test
  void aGuestThatComputesFasterThanItIsReplayedGetsThereByPages() {
    Rates busy = with(200e6, 3000, new DirtyCurve(800, 1500), 900);
    assertFalse(
        new Planner(busy, new Limits(Duration.ofMillis(300), 0, Duration.ofMinutes(10)))
            .predictions()
            .getFirst()
            .feasible());
    Prediction pick = new Planner(busy, LIMITS).pick(Goal.TIME);
    assertEquals(Strategy.PAGES, pick.strategy());
    assertTrue(pick.leaps() >= 2);
    assertEquals(0, pick.throttlePercent(), pick.toString()); // the last one while it stands
    assertTrue(pick.downtimeMillis() > 70 && pick.downtimeMillis() < 200, pick.toString());
  }

  @Test
  void aDestinationThatHasBegunWithWhatItHeldLeapsIfItsReplayIsTooSlow() {
    Rates busy = with(400e6, 3000, new DirtyCurve(800, 1500), 900);
    Rates.Behind behind = new Rates.Behind(300e6, 5_000);
    Prediction few = new Planner(busy, LIMITS).fromHeld(behind, 700, 200);
    assertEquals(Strategy.OLDER_BASE, few.strategy());
    assertTrue(few.feasible());
    assertEquals(1, few.leaps(), few.toString()); // while it stands still
    assertTrue(few.totalMillis() > 700 && few.totalMillis() < 2_500, few.toString());
    Prediction many = new Planner(busy, LIMITS).fromHeld(behind, 700, 20_000);
    assertTrue(many.leaps() >= 2 && many.bytes() > 20_000 * 900, many.toString());
    assertTrue(many.totalMillis() > few.totalMillis() + 1_000, many.toString());
    Prediction idle = new Planner(IDLE, LIMITS).fromHeld(behind, 700, 200);
    assertEquals(0, idle.leaps(), idle.toString());
  }

  @Test
  void aGuestThatReceivesMoreThanTheLinkCarriesCannotBeReplayed() {
    Rates receiving = with(30e6, 13 * MB, new DirtyCurve(3000, 2000), 3000);
    Prediction replay = of(receiving, Strategy.REPLAY);
    assertFalse(replay.feasible());
    assertEquals("its log grows faster than the link carries it", replay.why());
    for (Goal goal : Goal.values()) {
      assertEquals(Strategy.PAGES, new Planner(receiving, LIMITS).pick(goal).strategy());
    }
  }

  @Test
  void aGuestThatReceivesNearlyThatMuchTakesFewerBytesByPages() {
    Rates receiving = with(30e6, 8 * MB, new DirtyCurve(3000, 2000), 3000);
    Prediction replay = of(receiving, Strategy.REPLAY);
    Prediction pages = of(receiving, Strategy.PAGES);
    assertTrue(replay.feasible() && pages.feasible());
    assertTrue(pages.bytes() < replay.bytes(), pages + " " + replay);
    assertEquals(Strategy.PAGES, new Planner(receiving, LIMITS).pick(Goal.BYTES).strategy());
  }

  @Test
  void anOlderBaseIsPredictedOnlyWhereThereIsOne() {
    assertEquals(2, new Planner(IDLE, LIMITS).predictions().size());
    Rates held =
        new Rates(
            BASE,
            new Rates.Behind(5e6, 200_000),
            300,
            200,
            HUNDRED_MEGABIT,
            0.3,
            1e6,
            800,
            60e6,
            70,
            IDLE.dirty(),
            1000);
    Prediction older = of(held, Strategy.OLDER_BASE);
    assertEquals(200_000, older.bytes(), 60_000);
    for (Goal goal : Goal.values()) {
      if (goal != Goal.DOWNTIME) {
        assertEquals(Strategy.OLDER_BASE, new Planner(held, LIMITS).pick(goal).strategy());
      }
    }
  }

  @Test
  void whatTakesLongerThanTheTimeoutIsNotFeasible() {
    Limits brief = new Limits(Duration.ofMillis(300), 80, Duration.ofSeconds(1));
    for (Prediction prediction : new Planner(IDLE, brief).predictions()) {
      assertFalse(prediction.feasible(), prediction.toString());
    }
    assertEquals(Strategy.PAGES, new Planner(IDLE, brief).pick(Goal.TIME).strategy());
  }

  @Test
  void aLongRoundTripIsInTheDowntime() {
    Rates far =
        new Rates(
            BASE, null, 300, 200, HUNDRED_MEGABIT, 100, 1e6, 800, 60e6, 70, IDLE.dirty(), 1000);
    assertTrue(of(far, Strategy.REPLAY).downtimeMillis() >= 200);
  }

  @Test
  void pagesThatAreALittleSoonerAreNotWorthIt() {
    Rates counting = with(4e6, 800, new DirtyCurve(50, 400), 1000);
    double saved =
        of(counting, Strategy.REPLAY).totalMillis() - of(counting, Strategy.PAGES).totalMillis();
    assertTrue(saved > 0, "pages take less time");
    assertEquals(Strategy.REPLAY, new Planner(counting, LIMITS).pick(Goal.TIME).strategy());
  }
}
