package org.replaymigrate.recorder.ship;

import java.io.Closeable;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.protocol.log.LogPosition;
import org.replaymigrate.recorder.Recorder;
import org.replaymigrate.recorder.plan.Course;
import org.replaymigrate.recorder.ship.ShipmentProgress.Phase;

/**
 * Sends the log as it grows until the destination, which replays it, is close behind; and has it
 * leap ahead by pages where the {@link Course} says so.
 */
final class Pursuit implements Closeable {
  private static final long POLL_MILLIS = 5;

  /** How often it is asked how many pages have changed: each time the guest waits for it. */
  private static final long COUNT_NANOS = 100_000_000;

  private final Crossing crossing;
  private final DirtyPages dirty;
  private final Course course;
  private final Forecast forecast;
  private final LagWatch watch;
  private final long close;

  private long leapBegun;
  private LeapTransfer.@Nullable Sent underWay;
  private long counted;
  private double leapMillis = Double.POSITIVE_INFINITY;

  /**
   * @param base where the destination's base leads to
   * @param outlook as of then
   */
  Pursuit(Crossing crossing, LogPosition base, Outlook outlook) throws IOException {
    this.crossing = crossing;
    this.dirty = outlook.dirty();
    this.course = outlook.course();
    this.forecast = outlook.forecast();
    this.close = crossing.options().limits().closeMillis();
    this.watch = new LagWatch(crossing, base);
  }

  @Override
  public void close() throws IOException {
    watch.close();
  }

  /** The log, behind what was sent of it; closed with this. */
  LogFeed feed() {
    return watch.feed();
  }

  /**
   * Returns when the guest is to be stopped.
   *
   * @return what the destination gets when it has been; null if the log leads there
   */
  @Nullable LeapTransfer run() throws IOException, InterruptedException {
    // From here on digests cost what has changed: the one at the hand-over must not cost all of
    // RAM.
    crossing.recorder().post(Recorder::recordDigest);
    if (course.look(new Course.Look(crossing.clock().nanos(), false, 0, 0)) == Course.Step.LEAP) {
      leap(); // before any of the log is sent, which it makes needless
    }
    FinalApproach approach = new FinalApproach(crossing, watch, close);
    do {
      if (catchUp() == Course.Step.LAND) {
        return new LeapTransfer(crossing, dirty);
      }
    } while (!approach.run(course.speedPercent()));
    return null;
  }

  /**
   * Returns how the guest is to be stopped: when the destination is near, or can be brought there.
   */
  private Course.Step catchUp() throws IOException, InterruptedException {
    crossing.progress().enter(Phase.CATCHING_UP, 0);
    while (true) {
      long lagMillis = watch.step();
      Course.Step step = watch.lost() ? Course.Step.STOP : course.look(look(lagMillis));
      switch (step) {
        case FOLLOW -> Thread.sleep(POLL_MILLIS);
        case LEAP -> leap();
        case STOP, LAND -> {
          return step;
        }
      }
      crossing.recorder().limitSpeed(course.speedPercent());
    }
  }

  private Course.Look look(long lagMillis) throws IOException, InterruptedException {
    long now = crossing.clock().nanos();
    boolean heard = watch.sequence() >= 0;
    LeapTransfer.Sent sent = underWay;
    if (heard && sent != null) {
      underWay = null;
      double millis = (now - leapBegun) / 1e6;
      course.leapt(millis);
      forecast.leapt(sent.pages(), sent.bytes(), millis);
      crossing.progress().enter(Phase.CATCHING_UP, 0);
    }
    if (now - counted >= COUNT_NANOS) {
      counted = now;
      CompletableFuture<Long> count = new CompletableFuture<>();
      crossing.recorder().post(r -> count.complete(dirty.count()));
      leapMillis = forecast.leapMillis(crossing.await(count));
    }
    return new Course.Look(now, heard, lagMillis, leapMillis);
  }

  private void leap() throws IOException, InterruptedException {
    leapBegun = crossing.clock().nanos();
    LeapTransfer transfer = new LeapTransfer(crossing, dirty);
    crossing.recorder().post(transfer::hold);
    LeapTransfer.Sent sent = transfer.send();
    underWay = sent;
    watch.restart(sent.position(), sent.instructions());
    counted = 0; // it is known only when the destination is there
  }
}
