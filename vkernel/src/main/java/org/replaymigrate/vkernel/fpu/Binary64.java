package org.replaymigrate.vkernel.fpu;

import static org.replaymigrate.vkernel.fpu.F64.CANONICAL_NAN;
import static org.replaymigrate.vkernel.fpu.FpStatus.NV;

/** The parts of a binary64 encoding, and the rules for NaNs and zeros that all operations share. */
final class Binary64 {
  static final long SIGN = 1L << 63;
  static final long INFINITY = 0x7ffL << 52;
  private static final long FRACTION = (1L << 52) - 1;
  private static final long QUIET = 1L << 51;

  private Binary64() {}

  static boolean isNan(long a) {
    return (a & ~SIGN) > INFINITY;
  }

  static boolean isSignaling(long a) {
    return isNan(a) && (a & QUIET) == 0;
  }

  static boolean isInfinite(long a) {
    return (a & ~SIGN) == INFINITY;
  }

  static boolean isFinite(long a) {
    return (a & ~SIGN) < INFINITY;
  }

  static boolean isZero(long a) {
    return (a & ~SIGN) == 0;
  }

  static boolean isSubnormal(long a) {
    return (a & INFINITY) == 0 && !isZero(a);
  }

  /** The exponent of the leading one of a finite number other than zero. */
  static int exponent(long a) {
    int field = (int) ((a & INFINITY) >>> 52);
    return field != 0 ? field - 1023 : -1011 - Long.numberOfLeadingZeros(a & FRACTION);
  }

  /** The significand of a finite number other than zero, its leading one moved to bit 52. */
  static long significand(long a) {
    long fraction = a & FRACTION;
    return (a & INFINITY) != 0
        ? fraction | (FRACTION + 1)
        : fraction << (Long.numberOfLeadingZeros(fraction) - 11);
  }

  /** The result of an operation with a NaN among its operands. */
  static long propagateNan(long a, long b, FpStatus status) {
    return isSignaling(a) || isSignaling(b) ? invalid(status) : CANONICAL_NAN;
  }

  /** The result of an operation that has none. */
  static long invalid(FpStatus status) {
    status.flags |= NV;
    return CANONICAL_NAN;
  }

  /** The sum of two numbers that cancel (IEEE 754-2019 section 6.3). */
  static long exactZero(int mode) {
    return (mode & ~Rounding.TO_ODD) == RoundingMode.RDN ? SIGN : 0;
  }
}
