package org.replaymigrate.vkernel;

/**
 * Guest time as a function of the instruction count: {@code ticks = instructions /
 * instructionsPerTick + skew}, with a tick of 100 ns ({@code mtime} at 10 MHz, as on {@code virt}).
 * Only an input moves the skew, and only forward.
 */
final class GuestClock {
  private final int instructionsPerTick;
  private long skew;

  GuestClock(int instructionsPerTick) {
    this.instructionsPerTick = instructionsPerTick;
  }

  long skew() {
    return skew;
  }

  void restore(long saved) {
    skew = saved;
  }

  void advance(long ticks) {
    skew += ticks;
  }

  long ticks(long instructions) {
    return instructions / instructionsPerTick + skew;
  }

  /**
   * The first instruction count at which guest time has reached {@code deadline}; Long.MAX_VALUE if
   * it is too far away to matter.
   *
   * @param deadline ticks, unsigned, later than now
   */
  long instructionsAt(long deadline) {
    long ticks = deadline - skew;
    boolean far = ticks < 0 || ticks > Long.MAX_VALUE / instructionsPerTick;
    return far ? Long.MAX_VALUE : ticks * instructionsPerTick;
  }
}
