package org.replaymigrate.vkernel.fpu;

import static org.replaymigrate.vkernel.fpu.Binary64.INFINITY;
import static org.replaymigrate.vkernel.fpu.Binary64.SIGN;
import static org.replaymigrate.vkernel.fpu.Binary64.exactZero;
import static org.replaymigrate.vkernel.fpu.Binary64.exponent;
import static org.replaymigrate.vkernel.fpu.Binary64.invalid;
import static org.replaymigrate.vkernel.fpu.Binary64.isFinite;
import static org.replaymigrate.vkernel.fpu.Binary64.isInfinite;
import static org.replaymigrate.vkernel.fpu.Binary64.isNan;
import static org.replaymigrate.vkernel.fpu.Binary64.isZero;
import static org.replaymigrate.vkernel.fpu.Binary64.propagateNan;
import static org.replaymigrate.vkernel.fpu.Binary64.significand;
import static org.replaymigrate.vkernel.fpu.Rounding.pack64;
import static org.replaymigrate.vkernel.fpu.Rounding.shiftRightSticky;

/**
 * Binary64 arithmetic in integers: the definition that {@link F64}'s fast paths are held against,
 * and what they fall back on. Every mode may carry {@link Rounding#TO_ODD}, which is how {@link
 * SoftF32} uses these operations.
 */
final class SoftF64 {
  private SoftF64() {}

  static long add(long a, long b, int mode, FpStatus status) {
    if (!isFinite(a) || !isFinite(b)) {
      return addSpecial(a, b, status);
    }
    if (isZero(a)) {
      return isZero(b) && a != b ? exactZero(mode) : b;
    }
    if (isZero(b)) {
      return a;
    }
    if ((a & ~SIGN) < (b & ~SIGN)) {
      long swap = a;
      a = b;
      b = swap;
    }
    int exponent = exponent(a);
    long large = significand(a) << 10;
    long small = shiftRightSticky(significand(b) << 10, exponent - exponent(b));
    boolean negative = a < 0;
    if ((a ^ b) >= 0) {
      long sum = large + small;
      return sum >= 0
          ? pack64(negative, exponent, sum, mode, status)
          : pack64(negative, exponent + 1, shiftRightSticky(sum, 1), mode, status);
    }
    long difference = large - small;
    if (difference == 0) {
      return exactZero(mode);
    }
    // Bits are lost to the sticky one only if the operands are so far apart that this shifts by
    // one.
    int shift = Long.numberOfLeadingZeros(difference) - 1;
    return pack64(negative, exponent - shift, difference << shift, mode, status);
  }

  private static long addSpecial(long a, long b, FpStatus status) {
    if (isNan(a) || isNan(b)) {
      return propagateNan(a, b, status);
    }
    if (isInfinite(a) && isInfinite(b) && a != b) {
      return invalid(status);
    }
    return isInfinite(a) ? a : b;
  }

  static long mul(long a, long b, int mode, FpStatus status) {
    long sign = (a ^ b) & SIGN;
    if (!isFinite(a) || !isFinite(b)) {
      if (isNan(a) || isNan(b)) {
        return propagateNan(a, b, status);
      }
      return isZero(a) || isZero(b) ? invalid(status) : sign | INFINITY;
    }
    if (isZero(a) || isZero(b)) {
      return sign;
    }
    long left = significand(a) << 10;
    long right = significand(b) << 11;
    long product = Math.unsignedMultiplyHigh(left, right) | (left * right == 0 ? 0 : 1);
    int exponent = exponent(a) + exponent(b);
    return product >>> 62 != 0
        ? pack64(sign != 0, exponent + 1, product, mode, status)
        : pack64(sign != 0, exponent, product << 1, mode, status);
  }

  static long div(long a, long b, int mode, FpStatus status) {
    long sign = (a ^ b) & SIGN;
    if (!isFinite(a) || !isFinite(b)) {
      if (isNan(a) || isNan(b)) {
        return propagateNan(a, b, status);
      }
      if (isInfinite(a)) {
        return isInfinite(b) ? invalid(status) : sign | INFINITY;
      }
      return sign;
    }
    if (isZero(b)) {
      if (isZero(a)) {
        return invalid(status);
      }
      status.flags |= FpStatus.DZ;
      return sign | INFINITY;
    }
    if (isZero(a)) {
      return sign;
    }
    int exponent = exponent(a) - exponent(b);
    long remainder = significand(a);
    long divisor = significand(b);
    if (remainder < divisor) {
      remainder <<= 1;
      exponent--;
    }
    // The quotient is in [1, 2); ten bits a step keep the partial remainder below 2^63.
    long quotient = 1;
    remainder -= divisor;
    for (int step = 0; step < 6; step++) {
      remainder <<= 10;
      quotient = quotient << 10 | remainder / divisor;
      remainder %= divisor;
    }
    long significand = quotient << 2 | (remainder == 0 ? 0 : 1);
    return pack64(sign != 0, exponent, significand, mode, status);
  }

  static long sqrt(long a, int mode, FpStatus status) {
    if (isNan(a)) {
      return propagateNan(a, a, status);
    }
    if (isZero(a) || a == INFINITY) {
      return a;
    }
    if (a < 0) {
      return invalid(status);
    }
    int exponent = exponent(a);
    // Two bits of the radicand, which is in [1, 4), make one bit of the root, from the top down.
    long radicand = significand(a) << ((exponent & 1) == 0 ? 10 : 11);
    long root = 0;
    long remainder = 0;
    for (int bit = 0; bit < 56; bit++) {
      remainder = remainder << 2 | radicand >>> 62;
      radicand <<= 2;
      long trial = root << 2 | 1;
      root <<= 1;
      if (remainder >= trial) {
        remainder -= trial;
        root |= 1;
      }
    }
    return pack64(false, exponent >> 1, root << 7 | (remainder == 0 ? 0 : 1), mode, status);
  }
}
