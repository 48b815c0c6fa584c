package org.replaymigrate.recorder;

/**
 * Makes guest time follow the wall clock. A host that was suspended, or a vkernel that was, finds
 * guest time far behind: it catches up in steps which are short enough for the guest's watchdogs,
 * each of them when the guest has nothing else to do. A wall clock that is set back moves nothing:
 * guest time goes on from where it is.
 *
 * <p>How close it stays: an idle guest, and one that gets an input, is moved to the present. A busy
 * guest is left behind by up to 25 ms on a host that executes 80 million instructions a second or
 * more, by the time of two million instructions on a slower one, and never by more than half a
 * second. So a busy guest's log grows by at most one event of 16 bytes in two million instructions
 * (8 bytes per million), or two a second where the host is too slow even for that.
 */
public final class RealPacer implements Pacer {
  private static final long NANOS_PER_TICK = 100;

  /** Drift that a busy guest is left with: correcting it costs an event of the log. */
  private static final long TOLERATED_TICKS = 250_000; // 25 ms

  /**
   * What a busy guest executes at least between two corrections, in ticks of its own time: two
   * million instructions at the usual rate. The slower the host, the more wall clock that is.
   */
  private static final long APART_TICKS = 20_000; // 2 ms

  /** Drift beyond which a busy guest is corrected in any case. */
  private static final long INTOLERABLE_TICKS = 5_000_000; // 500 ms

  /**
   * A guest that was moved by a long step executes a five-hundredth of it before the next: 20
   * million instructions after 10 s. In less its watchdogs' own threads do not get their turn, and
   * they see all the steps as one.
   */
  private static final long STEP_PER_REST = 500;

  /** Half of what Linux' soft lockup and RCU stall detectors forgive at least. */
  private static final long LONGEST_STEP_TICKS = 100_000_000; // 10 s

  /** A difference between the host's clocks which means that somebody has set one back. */
  private static final long SET_BACK_NANOS = 100_000_000;

  private final HostClock clock;

  /** Wall clock at which guest time was 0, as if it had always followed. */
  private long epochNanosAtZero;

  private long lastNanos;
  private long lastEpochNanos;

  /** Guest time after the last advance. */
  private long advancedTicks;

  /** The last advance. */
  private long lastStep;

  /**
   * @param startTicks guest time now
   * @param startEpochNanos the date which goes with it: the present for a new guest, earlier for
   *     one that has slept since. A later one, from a host whose clock is ahead or which was set
   *     back since, counts as the present: the guest would stand still until then
   */
  public RealPacer(HostClock clock, long startTicks, long startEpochNanos) {
    this.clock = clock;
    this.advancedTicks = startTicks;
    this.lastNanos = clock.nanos();
    this.lastEpochNanos = clock.epochNanos();
    this.epochNanosAtZero = Math.min(startEpochNanos, lastEpochNanos) - startTicks * NANOS_PER_TICK;
  }

  @Override
  public long whileBusy(long ticks) {
    long behind = target() - ticks;
    if (isResting(ticks)) {
      return 0;
    }
    boolean due = behind >= TOLERATED_TICKS && ticks - advancedTicks >= APART_TICKS;
    return due || behind >= INTOLERABLE_TICKS ? advance(ticks, behind) : 0;
  }

  @Override
  public Idle whenIdle(long ticks, long idleTicks) {
    long behind = target() - ticks;
    if (idleTicks == Long.MAX_VALUE) {
      return Idle.FOR_INPUT;
    }
    if (behind >= idleTicks) {
      long step = Math.max(1, Math.min(behind, Math.max(idleTicks, LONGEST_STEP_TICKS)));
      lastStep = step;
      advancedTicks = ticks + step;
      return new Idle(0, step);
    }
    return new Idle((idleTicks - behind) * NANOS_PER_TICK, 0);
  }

  @Override
  public long beforeInput(long ticks) {
    long behind = target() - ticks;
    return isResting(ticks) ? 0 : advance(ticks, behind);
  }

  /** Whether it is too soon after a long step for another, but for a guest that is idle again. */
  private boolean isResting(long ticks) {
    return lastStep > 2 * INTOLERABLE_TICKS && ticks - advancedTicks < lastStep / STEP_PER_REST;
  }

  @Override
  public long aheadNanos(long ticks) {
    long ahead = ticks - target();
    return ahead > TOLERATED_TICKS ? ahead * NANOS_PER_TICK : 0;
  }

  /** The step that is taken when guest time is so far behind; none when it is ahead. */
  private long advance(long ticks, long behind) {
    long step = Math.clamp(behind, 0, LONGEST_STEP_TICKS);
    if (step > 0) {
      lastStep = step;
      advancedTicks = ticks + step;
    }
    return step;
  }

  @Override
  public long dateOf(long ticks) {
    target(); // takes note of a clock that was set back
    return epochNanosAtZero + ticks * NANOS_PER_TICK;
  }

  /** What guest time ought to be. */
  private long target() {
    long nanos = clock.nanos();
    long epochNanos = clock.epochNanos();
    long setBack = (nanos - lastNanos) - (epochNanos - lastEpochNanos);
    if (setBack > SET_BACK_NANOS) {
      epochNanosAtZero -= setBack;
    }
    lastNanos = nanos;
    lastEpochNanos = epochNanos;
    return (epochNanos - epochNanosAtZero) / NANOS_PER_TICK;
  }
}
