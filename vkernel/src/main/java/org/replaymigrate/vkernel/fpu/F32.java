package org.replaymigrate.vkernel.fpu;

import static org.replaymigrate.vkernel.fpu.FpStatus.NV;
import static org.replaymigrate.vkernel.fpu.FpStatus.NX;
import static org.replaymigrate.vkernel.fpu.RoundingMode.RNE;

/**
 * Binary32 operations of RISC-V's F extension on raw bits (unprivileged specification, chapter
 * "F"). Every method accepts any bits, returns the canonical NaN where the result is a NaN, and
 * accrues its exceptions in {@code status}; {@code mode} is one of {@link RoundingMode}'s five.
 * Registers hold these bits boxed, see {@link NanBox}.
 *
 * <p>The host's arithmetic is used where it gives the right bits (round to nearest even); whether
 * they are exact is decided in binary64, which holds any product of two binary32 numbers.
 */
public final class F32 {
  /** The one NaN that operations produce. */
  public static final int CANONICAL_NAN = 0x7fc0_0000;

  private static final int SIGN = 1 << 31;
  private static final int INFINITY = 0xff << 23;
  private static final int LARGEST = 0xfe << 23;

  private F32() {}

  /** {@code a + b}. */
  public static int add(int a, int b, int mode, FpStatus status) {
    float x = Float.intBitsToFloat(a);
    float y = Float.intBitsToFloat(b);
    float sum = x + y;
    int bits = Float.floatToRawIntBits(sum);
    // No lower bound: sums in the subnormal range are exact.
    if (mode == RNE && (bits & INFINITY) < LARGEST) {
      if ((status.flags & NX) == 0 && sumError(x, y, sum) != 0) {
        status.flags |= NX;
      }
      return bits;
    }
    return SoftF32.add(a, b, mode, status);
  }

  /** {@code a - b}. */
  public static int sub(int a, int b, int mode, FpStatus status) {
    return add(a, b ^ SIGN, mode, status);
  }

  /** {@code a * b}. */
  public static int mul(int a, int b, int mode, FpStatus status) {
    double product = (double) Float.intBitsToFloat(a) * Float.intBitsToFloat(b);
    float rounded = (float) product;
    int bits = Float.floatToRawIntBits(rounded);
    if (mode == RNE && isClearlyNormal(bits)) {
      if ((status.flags & NX) == 0 && rounded != product) {
        status.flags |= NX;
      }
      return bits;
    }
    return SoftF32.mul(a, b, mode, status);
  }

  /** {@code a / b}. */
  public static int div(int a, int b, int mode, FpStatus status) {
    float x = Float.intBitsToFloat(a);
    float y = Float.intBitsToFloat(b);
    float quotient = x / y;
    int bits = Float.floatToRawIntBits(quotient);
    if (mode == RNE && isClearlyNormal(bits)) {
      if ((status.flags & NX) == 0 && (double) quotient * y != x) {
        status.flags |= NX;
      }
      return bits;
    }
    return SoftF32.div(a, b, mode, status);
  }

  /** The square root of {@code a}. */
  public static int sqrt(int a, int mode, FpStatus status) {
    if (mode == RNE && a > 0 && a < INFINITY) {
      float x = Float.intBitsToFloat(a);
      // A binary64 root has more than twice binary32's digits: rounding it again is harmless.
      float root = (float) Math.sqrt(x);
      if ((status.flags & NX) == 0 && (double) root * root != x) {
        status.flags |= NX;
      }
      return Float.floatToRawIntBits(root);
    }
    return SoftF32.sqrt(a, mode, status);
  }

  /** {@code a * b + c}, rounded once; negate operands' sign bits for the other three forms. */
  public static int fma(int a, int b, int c, int mode, FpStatus status) {
    float x = Float.intBitsToFloat(a);
    float y = Float.intBitsToFloat(b);
    float z = Float.intBitsToFloat(c);
    float result = Math.fma(x, y, z);
    int bits = Float.floatToRawIntBits(result);
    if (mode == RNE && isClearlyNormal(bits)) {
      if ((status.flags & NX) == 0 && !isExactSum((double) x * y, z, result)) {
        status.flags |= NX;
      }
      return bits;
    }
    return SoftF32.fma(a, b, c, mode, status);
  }

  /**
   * Whether {@code result} is the exact sum. If binary64 cannot hold that, binary32 cannot either.
   */
  private static boolean isExactSum(double product, double z, float result) {
    double sum = product + z;
    double other = sum - product;
    return (product - (sum - other)) + (z - other) == 0 && sum == result;
  }

  /** The rounding error of a sum (Knuth's TwoSum): exact while {@code sum} is below 2^127. */
  private static float sumError(float x, float y, float sum) {
    float other = sum - x;
    return (x - (sum - other)) + (y - other);
  }

  /** Finite, and above the least normal number, which a tiny result may have been rounded to. */
  private static boolean isClearlyNormal(int bits) {
    int exponent = bits & INFINITY;
    return exponent > 1 << 23 && exponent < INFINITY;
  }

  /** The sign of {@code b} on {@code a} (FSGNJ). */
  public static int copySign(int a, int b) {
    return (a & ~SIGN) | (b & SIGN);
  }

  /** The opposite of the sign of {@code b} on {@code a} (FSGNJN). */
  public static int copySignNegated(int a, int b) {
    return (a & ~SIGN) | (~b & SIGN);
  }

  /** {@code a} with its sign flipped if {@code b} is negative (FSGNJX). */
  public static int copySignXor(int a, int b) {
    return a ^ (b & SIGN);
  }

  /** The lesser one: -0 is less than +0, and a number wins over a NaN (minimumNumber). */
  public static int min(int a, int b, FpStatus status) {
    float x = Float.intBitsToFloat(a);
    float y = Float.intBitsToFloat(b);
    if (x < y) {
      return a;
    }
    if (x > y) {
      return b;
    }
    return x == y ? a | b : numberOf(a, b, status);
  }

  /** The greater one: +0 is greater than -0, and a number wins over a NaN (maximumNumber). */
  public static int max(int a, int b, FpStatus status) {
    float x = Float.intBitsToFloat(a);
    float y = Float.intBitsToFloat(b);
    if (x > y) {
      return a;
    }
    if (x < y) {
      return b;
    }
    return x == y ? a & b : numberOf(a, b, status);
  }

  private static int numberOf(int a, int b, FpStatus status) {
    noteSignaling(a, b, status);
    if ((a & ~SIGN) <= INFINITY) {
      return a;
    }
    return (b & ~SIGN) <= INFINITY ? b : CANONICAL_NAN;
  }

  /** Whether {@code a == b}. Quiet: only a signaling NaN is invalid. */
  public static boolean eq(int a, int b, FpStatus status) {
    float x = Float.intBitsToFloat(a);
    float y = Float.intBitsToFloat(b);
    if (Float.isNaN(x) || Float.isNaN(y)) {
      noteSignaling(a, b, status);
    }
    return x == y;
  }

  private static void noteSignaling(int a, int b, FpStatus status) {
    Binary64.propagateNan(SoftF32.widen(a), SoftF32.widen(b), status);
  }

  /** Whether {@code a < b}. Signaling: any NaN is invalid. */
  public static boolean lt(int a, int b, FpStatus status) {
    float x = Float.intBitsToFloat(a);
    float y = Float.intBitsToFloat(b);
    if (Float.isNaN(x) || Float.isNaN(y)) {
      status.flags |= NV;
    }
    return x < y;
  }

  /** Whether {@code a <= b}. Signaling: any NaN is invalid. */
  public static boolean le(int a, int b, FpStatus status) {
    float x = Float.intBitsToFloat(a);
    float y = Float.intBitsToFloat(b);
    if (Float.isNaN(x) || Float.isNaN(y)) {
      status.flags |= NV;
    }
    return x <= y;
  }

  /** FCLASS: one bit of ten, as {@link F64#classify} says. */
  public static int classify(int a) {
    int fraction = a & ((1 << 23) - 1);
    if ((a & INFINITY) == 0 && fraction != 0) {
      return a < 0 ? 1 << 2 : 1 << 5;
    }
    return F64.classify(SoftF32.widen(a));
  }

  /** FCVT.W.S: a signed 32-bit integer, sign-extended. */
  public static long toI32(int a, int mode, FpStatus status) {
    return F64.toI32(SoftF32.widen(a), mode, status);
  }

  /** FCVT.WU.S: an unsigned 32-bit integer, sign-extended nevertheless. */
  public static long toU32(int a, int mode, FpStatus status) {
    return F64.toU32(SoftF32.widen(a), mode, status);
  }

  /** FCVT.L.S: a signed 64-bit integer. */
  public static long toI64(int a, int mode, FpStatus status) {
    return F64.toI64(SoftF32.widen(a), mode, status);
  }

  /** FCVT.LU.S: an unsigned 64-bit integer. */
  public static long toU64(int a, int mode, FpStatus status) {
    return F64.toU64(SoftF32.widen(a), mode, status);
  }

  /** FCVT.S.W. */
  public static int fromI32(int value, int mode, FpStatus status) {
    return fromI64(value, mode, status);
  }

  /** FCVT.S.WU. */
  public static int fromU32(int value, int mode, FpStatus status) {
    return fromI64(Integer.toUnsignedLong(value), mode, status);
  }

  /** FCVT.S.L. */
  public static int fromI64(long value, int mode, FpStatus status) {
    float rounded = (float) value;
    // Beyond 2^53, binary64 could not tell whether this was exact.
    if (Math.abs(value) >>> 53 == 0) {
      if (rounded == (double) value) {
        return Float.floatToRawIntBits(rounded);
      }
      if (mode == RNE) {
        status.flags |= NX;
        return Float.floatToRawIntBits(rounded);
      }
    }
    return SoftInteger.toF32(value < 0, Math.abs(value), mode, status);
  }

  /** FCVT.S.LU. */
  public static int fromU64(long value, int mode, FpStatus status) {
    return value >= 0
        ? fromI64(value, mode, status)
        : SoftInteger.toF32(false, value, mode, status);
  }

  /** FCVT.S.D. */
  public static int fromF64(long a, int mode, FpStatus status) {
    double x = Double.longBitsToDouble(a);
    float rounded = (float) x;
    int bits = Float.floatToRawIntBits(rounded);
    if (rounded == x) {
      return bits;
    }
    if (mode == RNE && isClearlyNormal(bits)) {
      status.flags |= NX;
      return bits;
    }
    return SoftF32.narrow(a, mode, status);
  }
}
