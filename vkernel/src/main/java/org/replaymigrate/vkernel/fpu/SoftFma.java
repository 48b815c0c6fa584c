package org.replaymigrate.vkernel.fpu;

import static org.replaymigrate.vkernel.fpu.Binary64.INFINITY;
import static org.replaymigrate.vkernel.fpu.Binary64.SIGN;
import static org.replaymigrate.vkernel.fpu.Binary64.exactZero;
import static org.replaymigrate.vkernel.fpu.Binary64.exponent;
import static org.replaymigrate.vkernel.fpu.Binary64.invalid;
import static org.replaymigrate.vkernel.fpu.Binary64.isFinite;
import static org.replaymigrate.vkernel.fpu.Binary64.isInfinite;
import static org.replaymigrate.vkernel.fpu.Binary64.isNan;
import static org.replaymigrate.vkernel.fpu.Binary64.isSignaling;
import static org.replaymigrate.vkernel.fpu.Binary64.isZero;
import static org.replaymigrate.vkernel.fpu.Binary64.significand;
import static org.replaymigrate.vkernel.fpu.F64.CANONICAL_NAN;
import static org.replaymigrate.vkernel.fpu.Rounding.pack64;
import static org.replaymigrate.vkernel.fpu.Rounding.shiftRightSticky;

/**
 * Fused multiply-add of binary64 in integers: the whole product, 106 bits of it, meets the addend.
 */
final class SoftFma {
  private SoftFma() {}

  /** {@code a * b + c}, rounded once. */
  static long fma(long a, long b, long c, int mode, FpStatus status) {
    long sign = (a ^ b) & SIGN;
    if (!isFinite(a) || !isFinite(b) || !isFinite(c)) {
      return special(a, b, c, sign, status);
    }
    if (isZero(a) || isZero(b)) {
      return SoftF64.add(sign, c, mode, status);
    }
    if (isZero(c)) {
      return SoftF64.mul(a, b, mode, status);
    }
    // Product and addend as 128 bits each, the leading one at bit 126; the product's lowest is bit
    // 21.
    long left = significand(a) << 10;
    long right = significand(b) << 11;
    long high = Math.unsignedMultiplyHigh(left, right);
    long low = left * right;
    int exponent = exponent(a) + exponent(b) + 1;
    if (high >>> 62 == 0) {
      high = high << 1 | low >>> 63;
      low <<= 1;
      exponent--;
    }
    long addend = significand(c) << 10;
    int distance = exponent - exponent(c);
    boolean negative = sign != 0;
    boolean sameSign = negative == c < 0;
    boolean productIsLarger =
        distance != 0 ? distance > 0 : high != addend ? high > addend : low != 0;
    if (productIsLarger) {
      return combine(negative, exponent, high, low, sameSign, addend, 0, distance, mode, status);
    }
    return combine(c < 0, exponent(c), addend, 0, sameSign, high, low, -distance, mode, status);
  }

  private static long special(long a, long b, long c, long sign, FpStatus status) {
    boolean noProduct = (isInfinite(a) && isZero(b)) || (isZero(a) && isInfinite(b));
    if (noProduct || isSignaling(a) || isSignaling(b) || isSignaling(c)) {
      // RISC-V: infinity times zero is invalid even if a quiet NaN is added.
      return invalid(status);
    }
    if (isNan(a) || isNan(b) || isNan(c)) {
      return CANONICAL_NAN;
    }
    if (isInfinite(a) || isInfinite(b)) {
      long product = sign | INFINITY;
      return isInfinite(c) && c != product ? invalid(status) : product;
    }
    return c;
  }

  /** Adds a smaller 128-bit magnitude, to be shifted right by {@code distance}, to a larger one. */
  private static long combine(
      boolean negative,
      int exponent,
      long high,
      long low,
      boolean sameSign,
      long smallHigh,
      long smallLow,
      int distance,
      int mode,
      FpStatus status) {
    if (distance >= 64) {
      // Everything of the addend that lies below the 128 bits becomes sticky, here and below.
      smallLow = smallHigh | (smallLow == 0 ? 0 : 1);
      smallHigh = 0;
      smallLow = shiftRightSticky(smallLow, distance - 64);
    } else if (distance > 0) {
      smallLow = smallHigh << (64 - distance) | shiftRightSticky(smallLow, distance);
      smallHigh >>>= distance;
    }
    if (sameSign) {
      long sumLow = low + smallLow;
      long sumHigh = high + smallHigh + (Long.compareUnsigned(sumLow, low) < 0 ? 1 : 0);
      long sum = sumHigh | (sumLow == 0 ? 0 : 1);
      return sum >= 0
          ? pack64(negative, exponent, sum, mode, status)
          : pack64(negative, exponent + 1, shiftRightSticky(sum, 1), mode, status);
    }
    long differenceLow = low - smallLow;
    long differenceHigh = high - smallHigh - (Long.compareUnsigned(low, smallLow) < 0 ? 1 : 0);
    if (differenceHigh == 0) {
      if (differenceLow == 0) {
        return exactZero(mode);
      }
      differenceHigh = differenceLow >>> 1;
      differenceLow <<= 63;
      exponent -= 63;
    }
    int shift = Long.numberOfLeadingZeros(differenceHigh) - 1;
    if (shift > 0) {
      differenceHigh = differenceHigh << shift | differenceLow >>> (64 - shift);
      differenceLow <<= shift;
    }
    long difference = differenceHigh | (differenceLow == 0 ? 0 : 1);
    return pack64(negative, exponent - shift, difference, mode, status);
  }
}
