package org.replaymigrate.vkernel.random;

import java.util.List;

/** Random numbers that are the same for a seed for ever: SplitMix64. */
final class Randomness {
  private long state;

  Randomness(long seed) {
    state = seed;
  }

  /** An independent sequence for part {@code index} of what {@code seed} makes. */
  static Randomness of(long seed, int index) {
    Randomness parent = new Randomness(seed);
    return new Randomness(parent.bits() ^ new Randomness(index).bits());
  }

  long bits() {
    state += 0x9e37_79b9_7f4a_7c15L;
    long z = state;
    z = (z ^ (z >>> 30)) * 0xbf58_476d_1ce4_e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d0_49bb_1331_11ebL;
    return z ^ (z >>> 31);
  }

  /** 0 to {@code bound - 1}. */
  int below(int bound) {
    return (int) Long.remainderUnsigned(bits(), bound);
  }

  /** Both ends included. */
  int between(int least, int greatest) {
    return least + below(greatest - least + 1);
  }

  /** True once in {@code n} times. */
  boolean oneIn(int n) {
    return below(n) == 0;
  }

  <T> T of(List<T> choices) {
    return choices.get(below(choices.size()));
  }

  long of(long... choices) {
    return choices[below(choices.length)];
  }

  /** A 64-bit value, mostly near the edges of some width. */
  long value() {
    return switch (below(8)) {
      case 0 -> of(0, 1, -1, 2, Long.MIN_VALUE, Long.MAX_VALUE, Integer.MIN_VALUE, 0xffff_ffffL);
      case 1 -> between(-128, 127);
      case 2 -> 1L << below(64);
      case 3 -> (1L << below(64)) - 1;
      case 4 -> -(1L << below(64));
      case 5 -> bits() >> below(64);
      case 6 -> bits() & 0x00ff_00ff_0000_ff00L;
      default -> bits();
    };
  }
}
