package org.replaymigrate.vkernel.fpu;

import static org.replaymigrate.vkernel.fpu.FpStatus.NX;
import static org.replaymigrate.vkernel.fpu.FpStatus.OF;
import static org.replaymigrate.vkernel.fpu.FpStatus.UF;
import static org.replaymigrate.vkernel.fpu.RoundingMode.RDN;
import static org.replaymigrate.vkernel.fpu.RoundingMode.RMM;
import static org.replaymigrate.vkernel.fpu.RoundingMode.RNE;
import static org.replaymigrate.vkernel.fpu.RoundingMode.RUP;

/**
 * The one place where an unrounded value becomes a number of a format, with its flags (IEEE
 * 754-2019 sections 4.3 and 7.4 to 7.6; tininess is detected after rounding, as RISC-V asks).
 *
 * <p>An unrounded value is {@code (-1)^negative * significand * 2^(exponent - 62)}, where the
 * significand's leading one is bit 62 and bit 0 is sticky: it is also set if any lower bit, lost
 * already, was.
 */
final class Rounding {
  /**
   * Or'ed to a mode, rounds inexact results to the neighbour with an odd significand and reports
   * nothing. Such a binary64 result can be rounded again to binary32 as if from the exact value,
   * for it has more than two spare bits. Range is no matter there: no operation on binary32
   * operands comes near binary64's limits.
   */
  static final int TO_ODD = 8;

  private static final int LEADING = 62;

  private Rounding() {}

  /** Rounds to binary64. */
  static long pack64(boolean negative, int exponent, long significand, int mode, FpStatus status) {
    return pack(negative, exponent, significand, 52, 1023, mode, status)
        | (negative ? 1L << 63 : 0);
  }

  /** Rounds to binary32. */
  static int pack32(boolean negative, int exponent, long significand, int mode, FpStatus status) {
    int magnitude = (int) pack(negative, exponent, significand, 23, 127, mode, status);
    return magnitude | (negative ? 1 << 31 : 0);
  }

  /**
   * The result without its sign bit, for a format of so many fraction bits and such an exponent
   * bias.
   */
  private static long pack(
      boolean negative,
      int exponent,
      long significand,
      int fractionBits,
      int bias,
      int mode,
      FpStatus status) {
    int spare = LEADING - fractionBits;
    long infinity = (2L * bias + 1) << fractionBits;
    long half = 1L << (spare - 1);
    if ((mode & TO_ODD) != 0) {
      long fraction = significand >>> spare;
      boolean exact = (significand & (2 * half - 1)) == 0;
      return ((long) (exponent + bias - 1) << fractionBits) + (exact ? fraction : fraction | 1);
    }
    long increment = increment(negative, half, mode);
    int biased = exponent + bias;
    boolean tiny = false;
    if (biased <= 0) {
      // Just below the normal range, rounding with an unbounded exponent may still carry into it.
      tiny = biased < 0 || significand + increment >= 0;
      significand = shiftRightSticky(significand, 1 - biased);
      biased = 1;
    }
    long discarded = significand & (2 * half - 1);
    long fraction = (significand + increment) >>> spare;
    if (mode == RNE && discarded == half) {
      fraction &= ~1L;
    }
    // The leading one adds one to the exponent field, and so does a carry out of the fraction.
    long magnitude = ((long) (biased - 1) << fractionBits) + fraction;
    if (biased > 2 * bias || magnitude >= infinity) {
      status.flags |= OF | NX;
      boolean toInfinity = mode == RNE || mode == RMM || mode == (negative ? RDN : RUP);
      return toInfinity ? infinity : infinity - 1;
    }
    if (discarded != 0) {
      status.flags |= tiny ? NX | UF : NX;
    }
    return magnitude;
  }

  /** What to add below the last place so that truncation then rounds (ties to even left to do). */
  private static long increment(boolean negative, long half, int mode) {
    return switch (mode) {
      case RNE, RMM -> half;
      case RDN -> negative ? 2 * half - 1 : 0;
      case RUP -> negative ? 0 : 2 * half - 1;
      default -> 0;
    };
  }

  /** Shifts right by any count from 0, or'ing the bits shifted out into bit 0. */
  static long shiftRightSticky(long value, int count) {
    if (count >= 64) {
      return value == 0 ? 0 : 1;
    }
    long shifted = value >>> count;
    return shifted << count == value ? shifted : shifted | 1;
  }
}
