package org.replaymigrate.vkernel.fpu;

import java.math.BigInteger;

/** A binary interchange format, with encodings held in the low bits of a long. */
enum Format {
  SINGLE(23, 127),
  DOUBLE(52, 1023);

  final int fractionBits;
  final int maxExponent;

  Format(int fractionBits, int maxExponent) {
    this.fractionBits = fractionBits;
    this.maxExponent = maxExponent;
  }

  int minExponent() {
    return 1 - maxExponent;
  }

  long infinity() {
    return (2L * maxExponent + 1) << fractionBits;
  }

  long sign() {
    return (2L * maxExponent + 2) << fractionBits;
  }

  long canonicalNan() {
    return infinity() | 1L << (fractionBits - 1);
  }

  boolean isNegative(long bits) {
    return (bits & sign()) != 0;
  }

  long magnitude(long bits) {
    return bits & (sign() - 1);
  }

  boolean isNan(long bits) {
    return magnitude(bits) > infinity();
  }

  boolean isSignaling(long bits) {
    return isNan(bits) && (bits & 1L << (fractionBits - 1)) == 0;
  }

  boolean isInfinite(long bits) {
    return magnitude(bits) == infinity();
  }

  boolean isZero(long bits) {
    return magnitude(bits) == 0;
  }

  /** The exact value of a finite encoding. */
  Exact decode(long bits) {
    int field = (int) (magnitude(bits) >>> fractionBits);
    long fraction = bits & ((1L << fractionBits) - 1);
    long significand = field == 0 ? fraction : fraction | 1L << fractionBits;
    int exponent = Math.max(field, 1) - maxExponent - fractionBits;
    BigInteger signed = BigInteger.valueOf(isNegative(bits) ? -significand : significand);
    return Exact.dyadic(signed, exponent);
  }
}
