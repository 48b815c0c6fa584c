package org.replaymigrate.recorder.ship;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.replaymigrate.recorder.HostClock;
import org.replaymigrate.recorder.Recorder;

/**
 * A shipment with its destination at the other end: what every part of it works with, and how each
 * notices while it sends or waits that there is no point in going on. For the thread that ships.
 */
record Crossing(
    Recorder recorder,
    Cargo cargo,
    ShipmentOptions options,
    HostClock clock,
    Destination destination,
    ProgressMeter progress,
    RateLimit rate,
    ShipmentFigures figures) {
  private static final long POLL_MILLIS = 5;

  /** Throws why it cannot go on, if it cannot. */
  void check() throws IOException {
    destination.check();
    if (recorder.hasEnded()) {
      throw new ShipmentException(cargo.name() + ": the run has ended here", false);
    }
    if (figures.age(clock.nanos()) > options.timeout().toNanos()) {
      throw new ShipmentException(
          destination.name()
              + ": not done within "
              + options.timeout().toSeconds()
              + " s; allow more --timeout, bandwidth or downtime",
          false);
    }
  }

  /**
   * Something has been sent: tells of it, and waits if that was too much.
   *
   * @param total bytes that will have been sent when this phase ends, or 0
   * @param behind instructions by which the destination is behind
   * @param lagMillis how long it will take to catch up; -1 if that is not what it does
   */
  void step(long total, long behind, long lagMillis) throws InterruptedException {
    figures.carried(destination.connection());
    progress.step(figures.transferredBytes, total, behind, lagMillis);
    long pause = rate.pauseMillis(figures.transferredBytes);
    if (pause > 0) {
      Thread.sleep(pause);
    }
  }

  /** Waits for something that the recorder's thread does, if it does anything any more. */
  <T> T await(CompletableFuture<T> future) throws IOException, InterruptedException {
    while (true) {
      try {
        return future.get(POLL_MILLIS, TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        check();
      } catch (ExecutionException e) {
        throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
      }
    }
  }
}
