package org.replaymigrate.vkernel.fpu;

import static org.replaymigrate.vkernel.fpu.RoundingMode.RDN;
import static org.replaymigrate.vkernel.fpu.RoundingMode.RMM;
import static org.replaymigrate.vkernel.fpu.RoundingMode.RNE;
import static org.replaymigrate.vkernel.fpu.RoundingMode.RUP;

/**
 * Conversion between binary64 and integers, in integers (RISC-V unprivileged specification, chapter
 * "F", section "Single-Precision Floating-Point Conversion and Move Instructions").
 */
final class SoftInteger {
  private SoftInteger() {}

  static long toI32(long a, int mode, FpStatus status) {
    return toInteger(a, 1L << 31, Integer.MAX_VALUE, mode, status);
  }

  /** Sign-extended from bit 31, as RV64 holds all 32-bit values. */
  static long toU32(long a, int mode, FpStatus status) {
    return (int) toInteger(a, 0, 0xffff_ffffL, mode, status);
  }

  static long toI64(long a, int mode, FpStatus status) {
    return toInteger(a, 1L << 63, Long.MAX_VALUE, mode, status);
  }

  static long toU64(long a, int mode, FpStatus status) {
    return toInteger(a, 0, -1, mode, status);
  }

  /**
   * The integer nearest to {@code a}. What does not fit after rounding, and NaN as if it were
   * positive, becomes the nearest limit and raises NV alone.
   *
   * @param min least integer that fits, negated and taken as unsigned: 2^31, 2^63, or 0
   * @param max greatest integer that fits, taken as unsigned
   */
  private static long toInteger(long a, long min, long max, int mode, FpStatus status) {
    boolean negative = a < 0 && !Binary64.isNan(a);
    if (Binary64.isZero(a)) {
      return 0;
    }
    int exponent = Binary64.isFinite(a) ? Binary64.exponent(a) : 64;
    if (exponent >= 64) {
      return saturate(negative, min, max, status);
    }
    long significand = Binary64.significand(a);
    long magnitude;
    long fraction; // what lies behind the point, a half being the top bit
    if (exponent >= 52) {
      magnitude = significand << (exponent - 52);
      fraction = 0;
    } else if (exponent >= -11) {
      magnitude = significand >>> (52 - exponent);
      fraction = significand << (12 + exponent);
    } else {
      magnitude = 0;
      fraction = 1;
    }
    if (roundsUp(negative, magnitude, fraction, mode)) {
      magnitude++;
    }
    if (Long.compareUnsigned(magnitude, negative ? min : max) > 0) {
      return saturate(negative, min, max, status);
    }
    if (fraction != 0) {
      status.flags |= FpStatus.NX;
    }
    return negative ? -magnitude : magnitude;
  }

  private static long saturate(boolean negative, long min, long max, FpStatus status) {
    status.flags |= FpStatus.NV;
    return negative ? -min : max;
  }

  private static boolean roundsUp(boolean negative, long magnitude, long fraction, int mode) {
    return switch (mode) {
      case RNE -> fraction < 0 && (fraction != Long.MIN_VALUE || (magnitude & 1) != 0);
      case RMM -> fraction < 0;
      case RDN -> negative && fraction != 0;
      case RUP -> !negative && fraction != 0;
      default -> false;
    };
  }

  /** The binary64 nearest to {@code magnitude}, taken as unsigned, with a sign. */
  static long toF64(boolean negative, long magnitude, int mode, FpStatus status) {
    if (magnitude == 0) {
      return 0;
    }
    int exponent = 63 - Long.numberOfLeadingZeros(magnitude);
    return Rounding.pack64(negative, exponent, align(magnitude, exponent), mode, status);
  }

  /** The binary32 nearest to {@code magnitude}, taken as unsigned, with a sign. */
  static int toF32(boolean negative, long magnitude, int mode, FpStatus status) {
    if (magnitude == 0) {
      return 0;
    }
    int exponent = 63 - Long.numberOfLeadingZeros(magnitude);
    return Rounding.pack32(negative, exponent, align(magnitude, exponent), mode, status);
  }

  /** Moves the leading one from bit {@code exponent} to bit 62. */
  private static long align(long magnitude, int exponent) {
    return exponent == 63 ? Rounding.shiftRightSticky(magnitude, 1) : magnitude << (62 - exponent);
  }
}
