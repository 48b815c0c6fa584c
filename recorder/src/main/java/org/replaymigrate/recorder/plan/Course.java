package org.replaymigrate.recorder.plan;

/**
 * Decides, look by look, how a migration that is under way goes on: it lets the destination replay
 * while that leads to the end, has pages sent to leap ahead when that is sooner there, the last of
 * them while the guest stands still once they are few, and has the guest slowed down a little at a
 * time when neither gains on it. Nothing of it is state of the machine: a replay knows nothing of
 * it.
 */
public final class Course {
  /** What to do now. */
  public enum Step {
    /** Send the log, and look again. */
    FOLLOW,

    /** Send what has changed since the base or the last leap; the log is of no use. */
    LEAP,

    /** The destination is close: stop the guest. */
    STOP,

    /**
     * Stop the guest, and send what has changed while it stands still: the destination is there.
     */
    LAND
  }

  /** When pages are sent. */
  public enum Leaps {
    NEVER,

    /** When slowing the guest down as much as is allowed does not help. */
    AT_LAST,

    /** When that is sooner there than replaying. */
    WHERE_SOONER,

    /** Before any of the log. */
    AT_ONCE
  }

  /**
   * A look at both sides.
   *
   * @param nanos now, by a clock that never jumps
   * @param heard whether the destination has said anything since its base or the last leap
   * @param lagMillis how long it needs to be where the source is now, were that to stand still
   * @param leapMillis what a leap would take now
   */
  public record Look(long nanos, boolean heard, long lagMillis, double leapMillis) {}

  private static final long WINDOW_NANOS = 500_000_000;

  /** A lag shorter than this is the network's and the polling's, and no reason for anything. */
  private static final long UNIMPORTANT_MILLIS = 20;

  /** What is left of the lag after a window if the destination gains enough. */
  private static final double GAIN = 0.9;

  /** A leap must save at least so much of the time that replaying takes. */
  private static final double WORTH = 0.7;

  private static final int STEP_PERCENT = 10;

  /**
   * Pages that have not led to the end by then will not: what a leap takes depends on the hosts'
   * load too. A guest that is slowed down is caught by replaying.
   */
  static final int MOST_LEAPS = 12;

  private final Limits limits;
  private final Leaps policy;
  private int throttle;
  private int throttleAtLeap;
  private long windowStart;
  private long lagAtStart = -1;
  private int leaps;
  private boolean leaping;
  private double lastLeapMillis = Double.POSITIVE_INFINITY;

  /**
   * @param policy when pages are sent
   */
  public Course(Limits limits, Leaps policy) {
    this.limits = limits;
    this.policy = policy;
  }

  /** Decides. After a LEAP there is none before {@link #leapt}. */
  public Step look(Look look) {
    Step step = leaping ? Step.FOLLOW : decide(look);
    leaping |= step == Step.LEAP;
    return step;
  }

  private Step decide(Look look) {
    if (policy == Leaps.AT_ONCE && leaps == 0) {
      return Step.LEAP;
    }
    if (!look.heard) {
      return Step.FOLLOW;
    }
    if (look.lagMillis <= limits.closeMillis()) {
      return Step.STOP;
    }
    if (lagAtStart < 0) {
      windowStart = look.nanos;
      lagAtStart = look.lagMillis;
      return policy == Leaps.AT_ONCE && leaps < MOST_LEAPS
          ? byPages(look, Double.POSITIVE_INFINITY)
          : Step.FOLLOW;
    }
    double seconds = (look.nanos - windowStart) / 1e9;
    if (look.nanos - windowStart < WINDOW_NANOS) {
      return Step.FOLLOW;
    }
    double gained = (lagAtStart - look.lagMillis) / seconds;
    double replayMillis = gained <= 0 ? Double.POSITIVE_INFINITY : 1000 * look.lagMillis / gained;
    boolean gains = look.lagMillis <= lagAtStart * GAIN;
    windowStart = look.nanos;
    lagAtStart = look.lagMillis;
    boolean mayLeap = mayLeap(gains);
    Step step = mayLeap ? byPages(look, replayMillis) : Step.FOLLOW;
    if (step != Step.FOLLOW) {
      return step;
    }
    if (look.lagMillis > UNIMPORTANT_MILLIS && !gains) {
      throttle = Math.min(limits.maxThrottle(), throttle + STEP_PERCENT);
    }
    // One that takes as long as the last one did leads to the end only if the guest does less now.
    boolean again = gains || throttle > throttleAtLeap;
    return mayLeap && again && isSooner(look, replayMillis) ? Step.LEAP : Step.FOLLOW;
  }

  private boolean mayLeap(boolean gains) {
    return leaps < MOST_LEAPS
        && switch (policy) {
          case NEVER -> false;
          case AT_LAST -> leaps > 0 || throttle == limits.maxThrottle() && !gains;
          case WHERE_SOONER, AT_ONCE -> true;
        };
  }

  private Step byPages(Look look, double replayMillis) {
    if (look.leapMillis <= limits.landMillis() && look.leapMillis < WORTH * replayMillis) {
      return Step.LAND;
    }
    return isSooner(look, replayMillis) && shrinks(look) ? Step.LEAP : Step.FOLLOW;
  }

  /** Whether the destination would be there sooner by a leap than by replaying. */
  private static boolean isSooner(Look look, double replayMillis) {
    return look.leapMillis < WORTH * Math.min((double) look.lagMillis, replayMillis);
  }

  /** Whether a leap would take less than the last one, so that less is left after it. */
  private boolean shrinks(Look look) {
    return look.leapMillis < WORTH * lastLeapMillis;
  }

  /** A leap was made; it has taken so long. */
  public void leapt(double millis) {
    leaping = false;
    leaps++;
    lastLeapMillis = millis;
    throttleAtLeap = throttle;
    lagAtStart = -1;
  }

  /** How often there was one. */
  public int leaps() {
    return leaps;
  }

  /** How fast the guest may run, percent of its full speed. */
  public int speedPercent() {
    return 100 - throttle;
  }
}
