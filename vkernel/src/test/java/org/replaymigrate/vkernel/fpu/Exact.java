package org.replaymigrate.vkernel.fpu;

import java.math.BigInteger;

/**
 * An exact real number: {@code numerator / denominator}, or the square root of that. The
 * denominator is positive.
 */
record Exact(BigInteger numerator, BigInteger denominator, boolean isRoot) {
  static Exact dyadic(BigInteger value, int exponent) {
    return exponent >= 0
        ? new Exact(value.shiftLeft(exponent), BigInteger.ONE, false)
        : new Exact(value, BigInteger.ONE.shiftLeft(-exponent), false);
  }

  Exact plus(Exact other) {
    BigInteger left = numerator.multiply(other.denominator);
    BigInteger right = other.numerator.multiply(denominator);
    return new Exact(left.add(right), denominator.multiply(other.denominator), false);
  }

  Exact times(Exact other) {
    return new Exact(
        numerator.multiply(other.numerator), denominator.multiply(other.denominator), false);
  }

  Exact over(Exact other) {
    BigInteger top = numerator.multiply(other.denominator);
    BigInteger bottom = denominator.multiply(other.numerator);
    return bottom.signum() < 0
        ? new Exact(top.negate(), bottom.negate(), false)
        : new Exact(top, bottom, false);
  }

  Exact root() {
    return new Exact(numerator, denominator, true);
  }

  int signum() {
    return numerator.signum();
  }

  /** {@code floor(|this| * 2^scale)}. */
  BigInteger floor(int scale) {
    BigInteger[] parts = scaled(scale);
    return isRoot ? parts[0].sqrt() : parts[0];
  }

  /** Whether {@code |this| * 2^scale} is an integer. */
  boolean isInteger(int scale) {
    BigInteger[] parts = scaled(scale);
    if (parts[1].signum() != 0) {
      return false;
    }
    return !isRoot || parts[0].sqrtAndRemainder()[1].signum() == 0;
  }

  private BigInteger[] scaled(int scale) {
    int shift = isRoot ? 2 * scale : scale;
    BigInteger top = shift >= 0 ? numerator.abs().shiftLeft(shift) : numerator.abs();
    BigInteger bottom = shift >= 0 ? denominator : denominator.shiftLeft(-shift);
    int powerOfTwo = bottom.bitLength() - 1;
    if (bottom.getLowestSetBit() == powerOfTwo) {
      BigInteger quotient = top.shiftRight(powerOfTwo);
      boolean exact = top.signum() == 0 || top.getLowestSetBit() >= powerOfTwo;
      return new BigInteger[] {quotient, exact ? BigInteger.ZERO : BigInteger.ONE};
    }
    return top.divideAndRemainder(bottom);
  }

  /** {@code floor(log2(|this|))}, of a number other than zero. */
  int exponent() {
    int exponent = numerator.bitLength() - denominator.bitLength();
    if (isRoot) {
      exponent = Math.floorDiv(exponent, 2);
    }
    while (floor(-exponent).signum() == 0) {
      exponent--;
    }
    while (floor(-exponent).bitLength() > 1) {
      exponent++;
    }
    return exponent;
  }

  /** {@code |this| / 2^unit} rounded to an integer; the mode is RISC-V's. */
  BigInteger round(int unit, int mode) {
    BigInteger floor = floor(-unit);
    if (isInteger(-unit)) {
      return floor;
    }
    boolean atLeastHalf = floor(1 - unit).testBit(0);
    boolean tie = atLeastHalf && isInteger(1 - unit);
    boolean up =
        switch (mode) {
          case RoundingMode.RNE -> tie ? floor.testBit(0) : atLeastHalf;
          case RoundingMode.RTZ -> false;
          case RoundingMode.RDN -> signum() < 0;
          case RoundingMode.RUP -> signum() > 0;
          case RoundingMode.RMM -> atLeastHalf;
          default -> throw new IllegalArgumentException("mode " + mode);
        };
    return up ? floor.add(BigInteger.ONE) : floor;
  }
}
