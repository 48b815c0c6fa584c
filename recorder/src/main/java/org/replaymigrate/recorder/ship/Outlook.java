package org.replaymigrate.recorder.ship;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.replaymigrate.recorder.plan.Course;
import org.replaymigrate.recorder.plan.Goal;
import org.replaymigrate.recorder.plan.Prediction;
import org.replaymigrate.recorder.plan.Rates;
import org.replaymigrate.recorder.plan.Strategy;

/**
 * Watches the guest, the link and the destination from the base on, and says what the migration
 * will come to, and which strategy it follows. For the thread that ships.
 */
final class Outlook implements AutoCloseable {
  /** How many changed pages are compressed to know how well they compress. */
  private static final int SAMPLE = 64;

  private final Crossing crossing;
  private final DirtyPages dirty;
  private final RateSampler sampler;
  private final Forecast forecast;

  Outlook(Crossing crossing) {
    this.crossing = crossing;
    this.dirty = new DirtyPages(crossing.cargo().hosted().contents());
    this.sampler = new RateSampler(crossing.recorder(), crossing.clock(), dirty);
    this.forecast = new Forecast(crossing.options().limits());
  }

  /** Looks at what the guest does, while it is not known yet what the destination begins with. */
  void watch() {
    crossing.recorder().post(r -> begin());
  }

  /** The base is being taken; within the same command of the recorder. */
  void begin() {
    dirty.begin();
    sampler.begin();
  }

  /**
   * The destination has begun with a state that it held: predicts what comes of that. If it is the
   * one in which the guest has come from there, it is known what has changed since.
   */
  void beginWarm(WarmBase.Found held) throws IOException, InterruptedException {
    sampler.close();
    ask();
    Cargo cargo = crossing.cargo();
    boolean known =
        cargo.begin().sequence() == held.position().sequence()
            && cargo.begin().instructions() == held.position().instructions();
    CompletableFuture<Double> page = new CompletableFuture<>();
    CompletableFuture<Long> pages = new CompletableFuture<>();
    crossing
        .recorder()
        .post(r -> {
          if (known) {
            dirty.beginWith(cargo.checkpointer().changedEver());
          } else {
            dirty.beginWithAll();
          }
          page.complete(dirty.bytesPerPage(SAMPLE));
          pages.complete(dirty.count());
        });
    forecast.pageTakes(crossing.await(page));
    double millis = crossing.figures().age(crossing.clock().nanos()) / 1e6;
    long reached = crossing.recorder().figures().instructions();
    double instructions = Math.max(0, reached - held.position().instructions());
    double logBytes = held.bytes() + sampler.logBytes() * millis / 1000;
    Prediction prediction =
        forecast.predictHeld(
            new Rates.Behind(instructions, logBytes), millis, crossing.await(pages), sampler);
    crossing.figures().prediction = prediction;
    crossing.figures().predictions = List.of(prediction);
  }

  /** Takes over what the destination has told of itself. */
  private void ask() {
    Scout.Report report = crossing.destination().report();
    if (report != null) {
      forecast.scouted(report);
    }
  }

  /** So much of the base has come over the link in so much time. */
  void sent(long bytes, long nanos) {
    forecast.sent(bytes, nanos);
  }

  /** Whether it has been predicted. */
  boolean isKnown() {
    return forecast.chosen() != null;
  }

  /**
   * Predicts, and chooses.
   *
   * @param baseBytes of all of the base
   * @param baseStart when its first byte was sent
   */
  void predict(long baseBytes, long baseStart) throws IOException, InterruptedException {
    ask();
    CompletableFuture<Double> page = new CompletableFuture<>();
    crossing.recorder().post(r -> page.complete(dirty.bytesPerPage(SAMPLE)));
    forecast.pageTakes(crossing.await(page));
    ShipmentOptions options = crossing.options();
    double baseMillis = crossing.figures().age(baseStart) / 1e6;
    crossing.figures().prediction =
        forecast.predict(
            (double) baseBytes, baseMillis, sampler, options.goal(), options.strategy());
    crossing.figures().predictions = forecast.predictions();
    sampler.close(); // it costs the guest something, and its work is done
  }

  /** How the migration goes on from its base. */
  Course course() {
    Prediction chosen = forecast.chosen();
    boolean pages = chosen != null && chosen.strategy() == Strategy.PAGES;
    ShipmentOptions options = crossing.options();
    Course.Leaps policy;
    if (options.strategy() == Strategy.REPLAY || !crossing.destination().canLeap()) {
      policy = Course.Leaps.NEVER;
    } else if (pages) {
      policy = Course.Leaps.AT_ONCE;
    } else if (chosen == null || options.goal() == Goal.DOWNTIME || chosen.throttlePercent() == 0) {
      // A leap would stop the guest for longer; or the log leads there.
      policy = Course.Leaps.AT_LAST;
    } else {
      policy = Course.Leaps.WHERE_SOONER;
    }
    return new Course(options.limits(), policy);
  }

  DirtyPages dirty() {
    return dirty;
  }

  Forecast forecast() {
    return forecast;
  }

  @Override
  public void close() {
    sampler.close();
    crossing.recorder().post(r -> dirty.end());
  }
}
