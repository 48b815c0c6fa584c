package org.replaymigrate.vkernel.fpu;

import static org.replaymigrate.vkernel.fpu.FpStatus.NV;
import static org.replaymigrate.vkernel.fpu.FpStatus.NX;
import static org.replaymigrate.vkernel.fpu.RoundingMode.RNE;
import static org.replaymigrate.vkernel.fpu.RoundingMode.RTZ;

/**
 * Binary64 operations of RISC-V's D extension on raw bits (unprivileged specification, chapter
 * "D"). Every method accepts any bits, returns the canonical NaN where the result is a NaN, and
 * accrues its exceptions in {@code status}; {@code mode} is one of {@link RoundingMode}'s five.
 *
 * <p>The host's arithmetic is used where it gives the right bits (round to nearest even) and where
 * the inexact flag is set already or an error-free transformation computes the rounding error
 * exactly. The bounds on exponents keep that error, at least 2^-105 of the result, away from
 * underflow, its intermediate results away from overflow, and the result away from any other flag.
 */
public final class F64 {
  /** The one NaN that operations produce. */
  public static final long CANONICAL_NAN = 0x7ff8_0000_0000_0000L;

  private static final long SIGN = Binary64.SIGN;
  private static final long EXPONENT = Binary64.INFINITY;
  private static final long SMALLEST = 0x080L << 52;
  private static final long LARGEST = 0x7feL << 52;

  private F64() {}

  /** {@code a + b}. */
  public static long add(long a, long b, int mode, FpStatus status) {
    double x = Double.longBitsToDouble(a);
    double y = Double.longBitsToDouble(b);
    double sum = x + y;
    long bits = Double.doubleToRawLongBits(sum);
    // No lower bound: sums in the subnormal range are exact.
    if (mode == RNE && (bits & EXPONENT) < LARGEST) {
      if ((status.flags & NX) == 0 && sumError(x, y, sum) != 0) {
        status.flags |= NX;
      }
      return bits;
    }
    return SoftF64.add(a, b, mode, status);
  }

  /** {@code a - b}. */
  public static long sub(long a, long b, int mode, FpStatus status) {
    return add(a, b ^ SIGN, mode, status);
  }

  /** {@code a * b}. */
  public static long mul(long a, long b, int mode, FpStatus status) {
    double x = Double.longBitsToDouble(a);
    double y = Double.longBitsToDouble(b);
    double product = x * y;
    long bits = Double.doubleToRawLongBits(product);
    if (mode == RNE && isModerate(bits)) {
      if ((status.flags & NX) == 0 && Math.fma(x, y, -product) != 0) {
        status.flags |= NX;
      }
      return bits;
    }
    return SoftF64.mul(a, b, mode, status);
  }

  /** {@code a / b}. */
  public static long div(long a, long b, int mode, FpStatus status) {
    double x = Double.longBitsToDouble(a);
    double y = Double.longBitsToDouble(b);
    double quotient = x / y;
    long bits = Double.doubleToRawLongBits(quotient);
    if (mode == RNE && isModerate(bits) && isModerate(a)) {
      if ((status.flags & NX) == 0 && Math.fma(-quotient, y, x) != 0) {
        status.flags |= NX;
      }
      return bits;
    }
    return SoftF64.div(a, b, mode, status);
  }

  /** The square root of {@code a}. */
  public static long sqrt(long a, int mode, FpStatus status) {
    if (mode == RNE && a >= SMALLEST && a < LARGEST) {
      double x = Double.longBitsToDouble(a);
      double root = Math.sqrt(x);
      if ((status.flags & NX) == 0 && Math.fma(-root, root, x) != 0) {
        status.flags |= NX;
      }
      return Double.doubleToRawLongBits(root);
    }
    return SoftF64.sqrt(a, mode, status);
  }

  /** {@code a * b + c}, rounded once; negate operands' sign bits for the other three forms. */
  public static long fma(long a, long b, long c, int mode, FpStatus status) {
    double x = Double.longBitsToDouble(a);
    double y = Double.longBitsToDouble(b);
    double z = Double.longBitsToDouble(c);
    double result = Math.fma(x, y, z);
    long bits = Double.doubleToRawLongBits(result);
    if (mode == RNE
        && isModerate(bits)
        && ((status.flags & NX) != 0 || isExactSum(x, y, z, result))) {
      return bits;
    }
    return SoftFma.fma(a, b, c, mode, status);
  }

  /** True only if {@code product} and {@code result} of a fused multiply-add are exact. */
  private static boolean isExactSum(double x, double y, double z, double result) {
    double product = x * y;
    return isModerate(Double.doubleToRawLongBits(product))
        && Math.fma(x, y, -product) == 0
        && sumError(product, z, result) == 0;
  }

  /** The rounding error of a sum (Knuth's TwoSum): exact while {@code sum} is below 2^1023. */
  private static double sumError(double x, double y, double sum) {
    double other = sum - x;
    return (x - (sum - other)) + (y - other);
  }

  private static boolean isModerate(long bits) {
    return Long.compareUnsigned((bits & EXPONENT) - SMALLEST, LARGEST - SMALLEST) < 0;
  }

  /** The sign of {@code b} on {@code a} (FSGNJ). */
  public static long copySign(long a, long b) {
    return (a & ~SIGN) | (b & SIGN);
  }

  /** The opposite of the sign of {@code b} on {@code a} (FSGNJN). */
  public static long copySignNegated(long a, long b) {
    return (a & ~SIGN) | (~b & SIGN);
  }

  /** {@code a} with its sign flipped if {@code b} is negative (FSGNJX). */
  public static long copySignXor(long a, long b) {
    return a ^ (b & SIGN);
  }

  /** The lesser one: -0 is less than +0, and a number wins over a NaN (minimumNumber). */
  public static long min(long a, long b, FpStatus status) {
    double x = Double.longBitsToDouble(a);
    double y = Double.longBitsToDouble(b);
    if (x < y) {
      return a;
    }
    if (x > y) {
      return b;
    }
    return x == y ? a | b : numberOf(a, b, status);
  }

  /** The greater one: +0 is greater than -0, and a number wins over a NaN (maximumNumber). */
  public static long max(long a, long b, FpStatus status) {
    double x = Double.longBitsToDouble(a);
    double y = Double.longBitsToDouble(b);
    if (x > y) {
      return a;
    }
    if (x < y) {
      return b;
    }
    return x == y ? a & b : numberOf(a, b, status);
  }

  private static long numberOf(long a, long b, FpStatus status) {
    Binary64.propagateNan(a, b, status);
    if (!Binary64.isNan(a)) {
      return a;
    }
    return Binary64.isNan(b) ? CANONICAL_NAN : b;
  }

  /** Whether {@code a == b}. Quiet: only a signaling NaN is invalid. */
  public static boolean eq(long a, long b, FpStatus status) {
    double x = Double.longBitsToDouble(a);
    double y = Double.longBitsToDouble(b);
    if (Double.isNaN(x) || Double.isNaN(y)) {
      Binary64.propagateNan(a, b, status);
    }
    return x == y;
  }

  /** Whether {@code a < b}. Signaling: any NaN is invalid. */
  public static boolean lt(long a, long b, FpStatus status) {
    double x = Double.longBitsToDouble(a);
    double y = Double.longBitsToDouble(b);
    if (Double.isNaN(x) || Double.isNaN(y)) {
      status.flags |= NV;
    }
    return x < y;
  }

  /** Whether {@code a <= b}. Signaling: any NaN is invalid. */
  public static boolean le(long a, long b, FpStatus status) {
    double x = Double.longBitsToDouble(a);
    double y = Double.longBitsToDouble(b);
    if (Double.isNaN(x) || Double.isNaN(y)) {
      status.flags |= NV;
    }
    return x <= y;
  }

  /**
   * FCLASS: one bit of ten, from bit 0: -infinity, negative normal, negative subnormal, -0, +0,
   * positive subnormal, positive normal, +infinity, signaling NaN, quiet NaN.
   */
  public static int classify(long a) {
    if (Binary64.isNan(a)) {
      return Binary64.isSignaling(a) ? 1 << 8 : 1 << 9;
    }
    int distance;
    if (Binary64.isInfinite(a)) {
      distance = 3;
    } else if (Binary64.isZero(a)) {
      distance = 0;
    } else {
      distance = Binary64.isSubnormal(a) ? 1 : 2;
    }
    return a < 0 ? 1 << (3 - distance) : 1 << (4 + distance);
  }

  /** FCVT.W.D: a signed 32-bit integer, sign-extended. */
  public static long toI32(long a, int mode, FpStatus status) {
    double x = Double.longBitsToDouble(a);
    int value = (int) x;
    return value == x ? value : SoftInteger.toI32(a, mode, status);
  }

  /** FCVT.WU.D: an unsigned 32-bit integer, sign-extended nevertheless. */
  public static long toU32(long a, int mode, FpStatus status) {
    double x = Double.longBitsToDouble(a);
    long value = (long) x;
    return value == x && value >>> 32 == 0 ? (int) value : SoftInteger.toU32(a, mode, status);
  }

  /** FCVT.L.D: a signed 64-bit integer. */
  public static long toI64(long a, int mode, FpStatus status) {
    double x = Double.longBitsToDouble(a);
    if (Math.abs(x) < 0x1p62) {
      long value = (long) x;
      if (value == x) {
        return value;
      }
      if (mode == RTZ) {
        status.flags |= NX;
        return value;
      }
    }
    return SoftInteger.toI64(a, mode, status);
  }

  /** FCVT.LU.D: an unsigned 64-bit integer. */
  public static long toU64(long a, int mode, FpStatus status) {
    double x = Double.longBitsToDouble(a);
    return x >= 0 && x < 0x1p62 ? toI64(a, mode, status) : SoftInteger.toU64(a, mode, status);
  }

  /** FCVT.D.W: always exact. */
  public static long fromI32(int value) {
    return Double.doubleToRawLongBits(value);
  }

  /** FCVT.D.WU: always exact. */
  public static long fromU32(int value) {
    return Double.doubleToRawLongBits((double) Integer.toUnsignedLong(value));
  }

  /** FCVT.D.L. */
  public static long fromI64(long value, int mode, FpStatus status) {
    if (Math.abs(value) >>> 53 == 0) {
      return Double.doubleToRawLongBits((double) value);
    }
    return SoftInteger.toF64(value < 0, Math.abs(value), mode, status);
  }

  /** FCVT.D.LU. */
  public static long fromU64(long value, int mode, FpStatus status) {
    if (value >>> 53 == 0) {
      return Double.doubleToRawLongBits((double) value);
    }
    return SoftInteger.toF64(false, value, mode, status);
  }

  /** FCVT.D.S: exact, but a signaling NaN is invalid. */
  public static long fromF32(int a, FpStatus status) {
    float x = Float.intBitsToFloat(a);
    if (Float.isNaN(x)) {
      long wide = SoftF32.widen(a);
      return Binary64.propagateNan(wide, wide, status);
    }
    return Double.doubleToRawLongBits(x);
  }
}
