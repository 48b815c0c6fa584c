package org.replaymigrate.recorder;

/**
 * Decides when guest time is moved, and by how much. Ticks are 100 ns. Whatever it decides becomes
 * a {@code ClockAdvance} in the log; the machine knows nothing of it.
 */
public interface Pacer {
  /**
   * The guest has been executing.
   *
   * @param ticks guest time now
   * @return ticks to advance it by, or 0
   */
  long whileBusy(long ticks);

  /**
   * Every hart waits.
   *
   * @param ticks guest time now
   * @param idleTicks ticks until a timer wakes one, Long.MAX_VALUE if only an input can
   * @return what to do
   */
  Idle whenIdle(long ticks, long idleTicks);

  /** Ticks to advance an idle guest by before it gets an input, or 0. */
  long beforeInput(long ticks);

  /**
   * Nanoseconds by which guest time is ahead of the wall clock and for which the guest has to wait;
   * 0 if it is not.
   */
  long aheadNanos(long ticks);

  /**
   * The date that goes with a guest time, nanoseconds since 1970-01-01T00:00Z: a host that goes on
   * with the guest makes guest time follow its own clock from there.
   */
  long dateOf(long ticks);

  /**
   * An idle machine's next step: after {@code waitNanos} (0: at once; Long.MAX_VALUE: when there is
   * an input) advance guest time by {@code advanceTicks}, if not 0, or ask again.
   */
  record Idle(long waitNanos, long advanceTicks) {
    static final Idle FOR_INPUT = new Idle(Long.MAX_VALUE, 0);
  }

  /** Guest time runs free: idle time is skipped at once. */
  Pacer MAX =
      new Pacer() {
        @Override
        public long whileBusy(long ticks) {
          return 0;
        }

        @Override
        public Idle whenIdle(long ticks, long idleTicks) {
          return idleTicks == Long.MAX_VALUE ? Idle.FOR_INPUT : new Idle(0, Math.max(1, idleTicks));
        }

        @Override
        public long beforeInput(long ticks) {
          return 0;
        }

        @Override
        public long aheadNanos(long ticks) {
          return 0;
        }

        @Override
        public long dateOf(long ticks) {
          return 0; // follows no clock, here or elsewhere
        }
      };
}
