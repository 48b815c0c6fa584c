package org.replaymigrate.recorder.ship;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.recorder.plan.Goal;
import org.replaymigrate.recorder.plan.Limits;
import org.replaymigrate.recorder.plan.Planner;
import org.replaymigrate.recorder.plan.Prediction;
import org.replaymigrate.recorder.plan.Rates;
import org.replaymigrate.recorder.plan.Strategy;

/**
 * What is known of a migration that is under way, and what that lets one expect of the rest. For
 * the thread that ships.
 */
final class Forecast {
  /**
   * A destination that has never executed anything: a cold JVM, on average over its first seconds.
   */
  static final double COLD_REPLAY = 8e6;

  /** The same of making a machine and a checkpoint of a base, bytes a second. */
  static final double COLD_RESTORE = 15e6;

  /** Of a page, compressed, before one has been seen. */
  static final double USUAL_PAGE = 1500;

  /** What a leap takes however few pages it has, before there was one. */
  private static final double USUAL_LEAP_MILLIS = 100;

  private static final double LEAST_LEAP_MILLIS = 10;

  private final Limits limits;
  private double bandwidth = 100e6;
  private double roundTripMillis = 0.2;
  private double replay = COLD_REPLAY;
  private double restore = COLD_RESTORE;
  private double bytesPerPage = USUAL_PAGE;
  private double leapMillis = USUAL_LEAP_MILLIS;
  private Rates.@Nullable Behind held;
  private List<Prediction> predictions = List.of();
  private @Nullable Prediction chosen;

  Forecast(Limits limits) {
    this.limits = limits;
  }

  /** What a scout has reported; what he does not know stays as it is. */
  void scouted(Scout.Report report) {
    roundTripMillis = report.roundTripMillis();
    replay = report.replaySpeed() > 0 ? report.replaySpeed() : replay;
    restore = report.restoreSpeed() > 0 ? report.restoreSpeed() : restore;
    bandwidth = report.bandwidth() > 0 ? report.bandwidth() : bandwidth;
  }

  /** So much has gone over the link. */
  void sent(long bytes, long nanos) {
    if (bytes > 0 && nanos > 0) {
      bandwidth = bytes * 1e9 / nanos;
    }
  }

  /** The sender keeps below so many bytes a second. */
  void limited(long bytesPerSecond) {
    bandwidth = Math.min(bandwidth, (double) bytesPerSecond);
  }

  /** How well the guest's pages compress. */
  void pageTakes(double bytes) {
    if (bytes > 0) {
      bytesPerPage = bytes;
    }
  }

  /** The destination holds an older state. */
  void held(Rates.Behind behind) {
    held = behind;
  }

  /**
   * A leap was made.
   *
   * @param millis from its beginning to the destination's word that it is there
   */
  void leapt(long pages, long bytes, double millis) {
    if (pages > 0) {
      bytesPerPage = (double) bytes / pages;
    }
    leapMillis = Math.max(LEAST_LEAP_MILLIS, millis - leapMillis(pages) + leapMillis);
  }

  /** How long a leap takes that has so many pages. */
  double leapMillis(long pages) {
    return Planner.leapMillis(
        leapMillis, (double) pages, pages * bytesPerPage, roundTripMillis, bandwidth);
  }

  /**
   * Predicts what each strategy would come to, and which is the one.
   *
   * @param baseBytes of the base
   * @param baseMillis from the start to the first byte of it
   * @param only the strategy that the caller insists on, or null for the best
   */
  Prediction predict(
      double baseBytes,
      double baseMillis,
      RateSampler sampler,
      Goal goal,
      @Nullable Strategy only) {
    Rates rates = rates(baseBytes, held, baseMillis, 1000 * baseBytes / restore, sampler);
    Planner planner = new Planner(rates, limits);
    predictions = planner.predictions();
    Prediction best =
        predictions.stream()
            .filter(p -> p.strategy() == only)
            .findFirst()
            .orElseGet(() -> planner.pick(goal));
    chosen = best;
    return best;
  }

  /**
   * Predicts what comes of it when the destination has begun with a state that it held.
   *
   * @param behind what it lacks
   * @param millis since the start
   * @param pages that have changed since then
   */
  Prediction predictHeld(Rates.Behind behind, double millis, long pages, RateSampler sampler) {
    Rates rates = rates(0, null, 0, 0, sampler);
    Prediction prediction = new Planner(rates, limits).fromHeld(behind, millis, (double) pages);
    predictions = List.of(prediction);
    chosen = prediction;
    return prediction;
  }

  private Rates rates(
      double baseBytes,
      Rates.@Nullable Behind older,
      double baseMillis,
      double restoreMillis,
      RateSampler sampler) {
    return new Rates(
        baseBytes,
        older,
        baseMillis,
        restoreMillis,
        bandwidth,
        roundTripMillis,
        sampler.instructions(),
        sampler.logBytes(),
        replay,
        leapMillis,
        sampler.dirty(),
        bytesPerPage);
  }

  /** All that were predicted last. */
  List<Prediction> predictions() {
    return predictions;
  }

  /** The one that was chosen, or null before. */
  @Nullable Prediction chosen() {
    return chosen;
  }
}
