package org.replaymigrate.vkernel.fpu;

import static org.replaymigrate.vkernel.fpu.Rounding.TO_ODD;

/**
 * Binary32 arithmetic in integers: each operation runs in binary64, rounded to odd, and the result
 * is rounded once more. That equals rounding the exact result (see {@link Rounding#TO_ODD}).
 */
final class SoftF32 {
  private static final int SIGN = 1 << 31;
  private static final int INFINITY = 0xff << 23;
  private static final int FRACTION = (1 << 23) - 1;

  private SoftF32() {}

  static int add(int a, int b, int mode, FpStatus status) {
    return narrow(SoftF64.add(widen(a), widen(b), mode | TO_ODD, status), mode, status);
  }

  static int mul(int a, int b, int mode, FpStatus status) {
    return narrow(SoftF64.mul(widen(a), widen(b), mode | TO_ODD, status), mode, status);
  }

  static int div(int a, int b, int mode, FpStatus status) {
    return narrow(SoftF64.div(widen(a), widen(b), mode | TO_ODD, status), mode, status);
  }

  static int sqrt(int a, int mode, FpStatus status) {
    return narrow(SoftF64.sqrt(widen(a), mode | TO_ODD, status), mode, status);
  }

  /** {@code a * b + c}, rounded once. */
  static int fma(int a, int b, int c, int mode, FpStatus status) {
    long result = SoftFma.fma(widen(a), widen(b), widen(c), mode | TO_ODD, status);
    return narrow(result, mode, status);
  }

  /** The same value in binary64. A NaN stays quiet or signaling. */
  static long widen(int a) {
    long sign = (long) (a & SIGN) << 32;
    long fraction = (long) (a & FRACTION) << 29;
    int field = (a & INFINITY) >>> 23;
    if (field == 0xff) {
      return sign | Binary64.INFINITY | fraction;
    }
    if (field != 0) {
      return sign | (long) (field + 1023 - 127) << 52 | fraction;
    }
    if (fraction == 0) {
      return sign;
    }
    // The leading one moves to bit 52 and adds one to the exponent field.
    int shift = Long.numberOfLeadingZeros(fraction) - 11;
    return sign | (((long) (1023 - 127 - shift) << 52) + (fraction << shift));
  }

  /** Rounds binary64 to binary32. */
  static int narrow(long a, int mode, FpStatus status) {
    int sign = (int) (a >>> 32) & SIGN;
    if (Binary64.isNan(a)) {
      Binary64.propagateNan(a, a, status);
      return F32.CANONICAL_NAN;
    }
    if (Binary64.isInfinite(a)) {
      return sign | INFINITY;
    }
    if (Binary64.isZero(a)) {
      return sign;
    }
    long significand = Binary64.significand(a) << 10;
    return Rounding.pack32(sign != 0, Binary64.exponent(a), significand, mode, status);
  }
}
