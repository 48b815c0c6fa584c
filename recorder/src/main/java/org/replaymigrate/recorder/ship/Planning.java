package org.replaymigrate.recorder.ship;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.replaymigrate.protocol.link.Dialer;
import org.replaymigrate.protocol.owner.Ownership;
import org.replaymigrate.protocol.page.PagedContent;
import org.replaymigrate.protocol.wire.PageBatch;
import org.replaymigrate.recorder.HostClock;
import org.replaymigrate.recorder.Recorder;
import org.replaymigrate.recorder.plan.Prediction;
import org.replaymigrate.recorder.plan.Rates;
import org.replaymigrate.recorder.plan.Strategy;

/**
 * Says what a migration would come to, and moves nothing: watches the guest for a while, measures
 * the link, asks the destination. {@link #run} blocks for about two seconds.
 */
public final class Planning {
  /**
   * What has come of it.
   *
   * @param predictions for each strategy
   * @param chosen the one that a migration would begin with
   */
  public record Plan(List<Prediction> predictions, Prediction chosen) {}

  private static final long WATCH_MILLIS = 1_500;
  private static final long COMMAND_MILLIS = 10_000;
  private static final int SAMPLE = 64;

  /** Of RAM and disks, for how well a base compresses: so many runs of pages. */
  private static final int RUNS = 64;

  /** What a checkpoint's thread reads, compresses and writes, bytes a second of RAM and disks. */
  private static final double CHECKPOINT_SPEED = 600e6;

  private final Recorder recorder;
  private final Cargo cargo;
  private final Dialer dialer;
  private final ShipmentOptions options;
  private final HostClock clock;

  public Planning(
      Recorder recorder, Cargo cargo, Dialer dialer, ShipmentOptions options, HostClock clock) {
    this.recorder = recorder;
    this.cargo = cargo;
    this.dialer = dialer;
    this.options = options;
    this.clock = clock;
  }

  /**
   * Does it.
   *
   * @throws IOException if the destination does not answer, or nothing is to be moved from here
   */
  public Plan run() throws IOException, InterruptedException {
    Ownership ownership = cargo.owner().read();
    if (ownership == null || !ownership.isOwner()) {
      throw new ShipmentException(cargo.name() + ": is not owned here", true);
    }
    Forecast forecast = new Forecast(options.limits());
    DirtyPages dirty = new DirtyPages(cargo.hosted().contents());
    try (RateSampler sampler = new RateSampler(recorder, clock, dirty)) {
      command(() -> {
        dirty.begin();
        sampler.begin();
        return true;
      });
      Scout.Report report = Scout.look(dialer, ownership.vkernel());
      forecast.scouted(report);
      Strategy only = options.strategy();
      WarmBase.Found held =
          options.fullBase() || only == Strategy.PAGES
              ? null
              : WarmBase.find(report.holds(), cargo.log(), recorder.figures().instructions());
      if (held != null) {
        forecast.held(new Rates.Behind(held.instructions(), held.bytes()));
        only = Strategy.OLDER_BASE; // what a migration begins with where it can
      }
      if (options.bytesPerSecond() > 0) {
        forecast.limited(options.bytesPerSecond());
      }
      double base = baseBytes();
      Thread.sleep(WATCH_MILLIS);
      forecast.pageTakes(command(() -> dirty.bytesPerPage(SAMPLE)));
      Prediction chosen =
          forecast.predict(base, 1000 * size() / CHECKPOINT_SPEED, sampler, options.goal(), only);
      return new Plan(forecast.predictions(), chosen);
    } finally {
      recorder.post(r -> dirty.end());
    }
  }

  /** An estimate: runs of pages from everywhere, which may change while they are read. */
  private double baseBytes() {
    double bytes = 0;
    for (PagedContent content : cargo.hosted().contents()) {
      int step = Math.max(PageBatch.MOST, content.pages() / RUNS);
      for (int from = 0; from < content.pages(); from += step) {
        List<Integer> run = new ArrayList<>();
        int end = Math.min(content.pages(), from + Math.min(step, PageBatch.MOST));
        for (int page = content.nextTouched(from);
            page < end;
            page = content.nextTouched(page + 1)) {
          run.add(page);
        }
        if (!run.isEmpty()) {
          double share = (double) Math.min(step, content.pages() - from) / (end - from);
          bytes += PageBatch.cost(content, run) * run.size() * share;
        }
      }
    }
    return bytes;
  }

  private double size() {
    return cargo.hosted().contents().stream().mapToLong(PagedContent::pages).sum()
        * (double) PagedContent.PAGE_SIZE;
  }

  /** Something that belongs to the recorder's thread. */
  private interface Task<T> {
    T run();
  }

  private <T> T command(Task<T> task) throws IOException, InterruptedException {
    CompletableFuture<T> done = new CompletableFuture<>();
    recorder.post(r -> done.complete(task.run()));
    try {
      return done.get(COMMAND_MILLIS, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new ShipmentException(cargo.name() + ": stands still, or has ended", false);
    } catch (ExecutionException e) {
      throw new IOException(e.getCause());
    }
  }
}
