package org.replaymigrate.recorder.plan;

import java.util.ArrayList;
import java.util.List;

/**
 * Predicts what each strategy comes to, and picks. A model of what the engine does, step by step:
 *
 * <pre>
 *   replay   base ──▶ the log of that time is replayed while more comes in ──▶ stop
 *   pages    base ──▶ leap: what has changed meanwhile ──▶ leap: what has changed meanwhile ──▶ ...
 *                 ──▶ the log since the last leap began is replayed ──▶ stop
 *                  or stop ──▶ leap
 * </pre>
 */
public final class Planner {
  /** State, manifest and acknowledgement of a leap. */
  private static final double LEAP_BYTES = 8_000;

  /** Collecting, compressing, patching and writing down one page, milliseconds. */
  private static final double PAGE_MILLIS = 0.03;

  /** The share of a replay's time that pages may take. */
  private static final double CLEARLY = 0.5;

  /** A leap that takes more of the time of the one before gains nothing. */
  private static final double SHRINK = 0.9;

  /** The destination must be this much faster than the source, or it is no catching up. */
  private static final double FASTER = 1.05;

  /** Round trips while the guest stands still: the stop, the decision. */
  private static final double ROUND_TRIPS = 2;

  /** Digest, two durable writes of a file, thread changes. */
  private static final double HAND_OVER_MILLIS = 22;

  /** A destination that goes on from what it holds: until its replay is under way. */
  private static final double BEGIN_MILLIS = 200;

  /** Before pages are sent instead of the log, it is looked how the replay gets on. */
  private static final double WATCH_MILLIS = 550;

  /** What is said beside the log, bytes. */
  private static final double TALK_BYTES = 1_000;

  /** How often the source looks at the destination. */
  private static final double POLL_MILLIS = 5;

  private final Rates rates;
  private final Limits limits;

  public Planner(Rates rates, Limits limits) {
    this.rates = rates;
    this.limits = limits;
  }

  /** All strategies that there are, in the order of {@link Strategy}. */
  public List<Prediction> predictions() {
    List<Prediction> all = new ArrayList<>();
    all.add(replay());
    all.add(pages());
    Rates.Behind held = rates.held();
    if (held != null) {
      all.add(olderBase(held));
    }
    return all;
  }

  /**
   * The best replay that comes to an end, or pages if there is none, or if they are better: clearly
   * so in time, since a replay follows whatever the guest does next, and what it changes was seen
   * for a moment.
   */
  public Prediction pick(Goal goal) {
    List<Prediction> all = predictions();
    Prediction pages = all.get(1);
    Prediction replay =
        all.stream()
            .filter(p -> p.feasible() && p.strategy() != Strategy.PAGES)
            .min(goal.order())
            .orElse(pages);
    boolean better = pages.feasible() && goal.order().compare(pages, replay) < 0;
    boolean clearly = goal != Goal.TIME || pages.totalMillis() < CLEARLY * replay.totalMillis();
    return better && clearly ? pages : replay;
  }

  /** How long it takes until a destination can begin, and what that has moved. */
  private record Base(double bytes, double millis) {}

  private Base base() {
    double sending = 1000 * rates.baseBytes() / rates.bandwidth();
    return new Base(
        rates.baseBytes(),
        rates.roundTripMillis() + rates.baseMillis() + sending + rates.restoreMillis());
  }

  private Prediction replay() {
    Base base = base();
    return replay(Strategy.REPLAY, base, rates.behind(base.millis));
  }

  /** The log since that state goes too, and what is held has to be made a machine. */
  private Prediction olderBase(Rates.Behind held) {
    double millis = rates.roundTripMillis() + rates.restoreMillis();
    Rates.Behind since = rates.behind(millis);
    return fromHeld(
        new Rates.Behind(
            held.instructions() + since.instructions(), held.logBytes() + since.logBytes()),
        millis);
  }

  private Prediction fromHeld(Rates.Behind behind, double millis) {
    double log = behind.logBytes() - rates.logBytes() * millis / 1000; // counted below
    return replay(Strategy.OLDER_BASE, new Base(Math.max(0, log), millis + BEGIN_MILLIS), behind);
  }

  /**
   * What comes of a destination that has begun with a state that it held. If its replay would not
   * get there, it leaps.
   *
   * @param behind what it lacks
   * @param millis what that has taken
   * @param pages that have changed since that state
   */
  public Prediction fromHeld(Rates.Behind behind, double millis, double pages) {
    Prediction replay = fromHeld(behind, millis);
    if (replay.feasible() && replay.throttlePercent() == 0) {
      return replay;
    }
    double begin = millis + BEGIN_MILLIS + WATCH_MILLIS;
    double log = behind.logBytes() + rates.logBytes() * begin / 1000;
    Leap first = leapOf(pages);
    Prediction leaps =
        first.millis <= limits.landMillis()
            ? landed(Strategy.OLDER_BASE, log + first.bytes, begin, 1, first.millis)
            : leaps(Strategy.OLDER_BASE, log, begin, first, Double.POSITIVE_INFINITY);
    return replay.feasible() && replay.totalMillis() <= leaps.totalMillis() ? replay : leaps;
  }

  private Prediction replay(Strategy strategy, Base base, Rates.Behind behind) {
    Chase chase = chase(behind);
    double total = base.millis + chase.millis + downtime(chase);
    double bytes = TALK_BYTES + base.bytes + rates.logBytes() * total / 1000;
    return prediction(strategy, bytes, total, 0, chase);
  }

  private Prediction pages() {
    Base base = base();
    return leaps(Strategy.PAGES, base.bytes, base.millis, leap(base.millis), base.millis);
  }

  /**
   * By leaps to the end.
   *
   * @param before bytes until the first leap
   * @param millis until the first leap
   * @param behindMillis by how much the destination is behind then; infinite if by more than that
   */
  private Prediction leaps(
      Strategy strategy, double before, double millis, Leap first, double behindMillis) {
    double bytes = before + TALK_BYTES;
    double total = millis;
    double behind = behindMillis;
    int leaps = 0;
    Leap next = first;
    do {
      leaps++;
      bytes += next.bytes;
      total += next.millis;
      boolean gains = next.millis < behind * SHRINK;
      behind = next.millis;
      next = leap(behind);
      if (!gains) {
        break;
      }
    } while (leaps < Course.MOST_LEAPS
        && next.millis > limits.landMillis()
        && replayMillis(behind) > limits.closeMillis());
    if (replayMillis(behind) > limits.closeMillis() && next.millis <= limits.landMillis()) {
      return landed(strategy, bytes + next.bytes, total, leaps + 1, next.millis);
    }
    Chase chase = chase(rates.behind(behind));
    double end = chase.millis + downtime(chase);
    return prediction(
        strategy, bytes + rates.logBytes() * (behind + end) / 1000, total + end, leaps, chase);
  }

  /** The last leap is made while the guest stands still. */
  private Prediction landed(
      Strategy strategy, double bytes, double total, int leaps, double millis) {
    double downtime = millis + HAND_OVER_MILLIS + ROUND_TRIPS * rates.roundTripMillis();
    return new Prediction(
        strategy,
        bytes,
        total + downtime,
        downtime,
        leaps,
        0,
        total + downtime <= left(),
        "few pages change while few pages are sent");
  }

  private record Leap(double bytes, double millis) {}

  /** With what the guest has changed in so many milliseconds. */
  private Leap leap(double behindMillis) {
    return leapOf(rates.dirty().pages(behindMillis));
  }

  private Leap leapOf(double pages) {
    double bytes = pages * rates.bytesPerPage() + LEAP_BYTES;
    return new Leap(
        bytes,
        leapMillis(rates.leapMillis(), pages, bytes, rates.roundTripMillis(), rates.bandwidth()));
  }

  /**
   * How long a leap takes, milliseconds.
   *
   * @param least what it takes however few pages it has
   * @param bandwidth bytes a second, above 0
   */
  public static double leapMillis(
      double least, double pages, double bytes, double roundTripMillis, double bandwidth) {
    return least + pages * PAGE_MILLIS + roundTripMillis + 1000 * bytes / bandwidth;
  }

  /**
   * The way from being behind to being close.
   *
   * @param throttle percent that the guest has to be slowed down by
   * @param end whether there is one
   */
  private record Chase(double millis, int throttle, boolean end, String why) {}

  /** How long the destination needs for what the guest does in so many milliseconds. */
  private double replayMillis(double millis) {
    return millis * rates.instructions() / Math.max(1, rates.replay());
  }

  private Chase chase(Rates.Behind behind) {
    double log = rates.logBytes() / rates.bandwidth();
    if (log >= 1 / FASTER) {
      return new Chase(left(), 0, false, "its log grows faster than the link carries it");
    }
    double sending = 1000 * behind.logBytes() / rates.bandwidth() / (1 - log);
    int throttle = throttle();
    double speed = rates.instructions() * (100 - throttle) / 100;
    if (speed * FASTER > rates.replay() && rates.instructions() > 0) {
      return new Chase(
          left(), throttle, false, "the destination replays slower than the guest runs");
    }
    double replaying =
        rates.replay() > speed ? 1000 * behind.instructions() / (rates.replay() - speed) : 0;
    double millis = Math.max(POLL_MILLIS, Math.max(sending, replaying));
    String why =
        sending > replaying ? "the log has to go over the link" : "the destination has to replay";
    return new Chase(millis, throttle, millis < left(), why);
  }

  /** The least that makes the destination the faster one, within what is allowed. */
  private int throttle() {
    double wanted = rates.replay() / FASTER / FASTER / Math.max(1, rates.instructions());
    return wanted >= 1 ? 0 : Math.min(limits.maxThrottle(), (int) Math.ceil(100 * (1 - wanted)));
  }

  private double left() {
    return limits.timeout().toMillis();
  }

  private double downtime(Chase chase) {
    double rest = chase.end ? POLL_MILLIS + rates.roundTripMillis() : 0;
    return HAND_OVER_MILLIS + ROUND_TRIPS * rates.roundTripMillis() + replayMillis(rest);
  }

  private Prediction prediction(
      Strategy strategy, double bytes, double total, int leaps, Chase chase) {
    return new Prediction(
        strategy,
        bytes,
        total,
        downtime(chase),
        leaps,
        chase.throttle,
        chase.end && total <= left(),
        chase.why);
  }
}
