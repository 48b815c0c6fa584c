package org.replaymigrate.vkernel.fpu;

import static org.replaymigrate.vkernel.fpu.FpStatus.DZ;
import static org.replaymigrate.vkernel.fpu.FpStatus.NV;
import static org.replaymigrate.vkernel.fpu.FpStatus.NX;
import static org.replaymigrate.vkernel.fpu.FpStatus.OF;
import static org.replaymigrate.vkernel.fpu.FpStatus.UF;

import java.math.BigInteger;

/**
 * What IEEE 754-2019 and the RISC-V specification say an operation gives, by exact arithmetic on
 * whole numbers of any size. It shares nothing with the code under test.
 */
final class Oracle {
  /** A result, in the low bits, and the flags raised. */
  record Result(long bits, int flags) {}

  private Oracle() {}

  static Result add(Format format, long a, long b, int mode) {
    if (format.isNan(a) || format.isNan(b)) {
      return nan(format, format.isSignaling(a) || format.isSignaling(b));
    }
    if (format.isInfinite(a) && format.isInfinite(b) && a != b) {
      return nan(format, true);
    }
    if (format.isInfinite(a) || format.isInfinite(b)) {
      return new Result(format.isInfinite(a) ? a : b, 0);
    }
    if (format.isZero(a) && format.isZero(b) && a == b) {
      return new Result(a, 0);
    }
    return round(format, format.decode(a).plus(format.decode(b)), cancelled(mode), mode);
  }

  static Result sub(Format format, long a, long b, int mode) {
    return add(format, a, b ^ format.sign(), mode);
  }

  static Result mul(Format format, long a, long b, int mode) {
    if (format.isNan(a) || format.isNan(b)) {
      return nan(format, format.isSignaling(a) || format.isSignaling(b));
    }
    long sign = (a ^ b) & format.sign();
    if (format.isInfinite(a) || format.isInfinite(b)) {
      return format.isZero(a) || format.isZero(b)
          ? nan(format, true)
          : new Result(sign | format.infinity(), 0);
    }
    return round(format, format.decode(a).times(format.decode(b)), sign != 0, mode);
  }

  static Result div(Format format, long a, long b, int mode) {
    if (format.isNan(a) || format.isNan(b)) {
      return nan(format, format.isSignaling(a) || format.isSignaling(b));
    }
    boolean bothInfinite = format.isInfinite(a) && format.isInfinite(b);
    if (bothInfinite || (format.isZero(a) && format.isZero(b))) {
      return nan(format, true);
    }
    long sign = (a ^ b) & format.sign();
    if (format.isInfinite(a)) {
      return new Result(sign | format.infinity(), 0);
    }
    if (format.isInfinite(b)) {
      return new Result(sign, 0);
    }
    if (format.isZero(b)) {
      return new Result(sign | format.infinity(), DZ);
    }
    return round(format, format.decode(a).over(format.decode(b)), sign != 0, mode);
  }

  static Result sqrt(Format format, long a, int mode) {
    if (format.isNan(a)) {
      return nan(format, format.isSignaling(a));
    }
    if (format.isZero(a)) {
      return new Result(a, 0);
    }
    if (format.isNegative(a)) {
      return nan(format, true);
    }
    return format.isInfinite(a)
        ? new Result(a, 0)
        : round(format, format.decode(a).root(), false, mode);
  }

  static Result fma(Format format, long a, long b, long c, int mode) {
    boolean noProduct =
        (format.isInfinite(a) && format.isZero(b)) || (format.isZero(a) && format.isInfinite(b));
    if (noProduct || format.isNan(a) || format.isNan(b) || format.isNan(c)) {
      boolean signaling = format.isSignaling(a) || format.isSignaling(b) || format.isSignaling(c);
      return nan(format, noProduct || signaling);
    }
    long sign = (a ^ b) & format.sign();
    if (format.isInfinite(a) || format.isInfinite(b)) {
      return add(format, sign | format.infinity(), c, mode);
    }
    if (format.isInfinite(c)) {
      return new Result(c, 0);
    }
    Exact product = format.decode(a).times(format.decode(b));
    if (product.signum() == 0 && format.isZero(c)) {
      return add(format, sign, c, mode);
    }
    return round(format, product.plus(format.decode(c)), cancelled(mode), mode);
  }

  /** From one format to another. */
  static Result convert(Format from, Format to, long a, int mode) {
    long sign = from.isNegative(a) ? to.sign() : 0;
    if (from.isNan(a)) {
      return nan(to, from.isSignaling(a));
    }
    if (from.isInfinite(a)) {
      return new Result(sign | to.infinity(), 0);
    }
    return round(to, from.decode(a), sign != 0, mode);
  }

  static Result fromInteger(Format format, BigInteger value, int mode) {
    return round(format, Exact.dyadic(value, 0), false, mode);
  }

  /** To the integers from {@code min} to {@code max}, sign-extended from {@code width} bits. */
  static Result toInteger(
      Format format, long a, BigInteger min, BigInteger max, int width, int mode) {
    BigInteger value;
    int flags = 0;
    if (format.isNan(a)) {
      value = max;
      flags = NV;
    } else if (format.isInfinite(a)) {
      value = format.isNegative(a) ? min : max;
      flags = NV;
    } else {
      Exact exact = format.decode(a);
      BigInteger magnitude = exact.round(0, mode);
      value = format.isNegative(a) ? magnitude.negate() : magnitude;
      if (value.compareTo(min) < 0) {
        value = min;
        flags = NV;
      } else if (value.compareTo(max) > 0) {
        value = max;
        flags = NV;
      } else if (!exact.isInteger(0)) {
        flags = NX;
      }
    }
    return new Result(width == 32 ? value.intValue() : value.longValue(), flags);
  }

  private static boolean cancelled(int mode) {
    return mode == RoundingMode.RDN;
  }

  private static Result nan(Format format, boolean invalid) {
    return new Result(format.canonicalNan(), invalid ? NV : 0);
  }

  private static Result round(Format format, Exact exact, boolean zeroIsNegative, int mode) {
    if (exact.signum() == 0) {
      return new Result(zeroIsNegative ? format.sign() : 0, 0);
    }
    long sign = exact.signum() < 0 ? format.sign() : 0;
    int exponent = exact.exponent();
    int unit = Math.max(exponent, format.minExponent()) - format.fractionBits;
    BigInteger significand = exact.round(unit, mode);
    BigInteger carried = BigInteger.ONE.shiftLeft(format.fractionBits + 1);
    if (exponent > format.maxExponent
        || (exponent == format.maxExponent && significand.equals(carried))) {
      boolean toInfinity =
          switch (mode) {
            case RoundingMode.RTZ -> false;
            case RoundingMode.RDN -> sign != 0;
            case RoundingMode.RUP -> sign == 0;
            default -> true;
          };
      return new Result(sign | (toInfinity ? format.infinity() : format.infinity() - 1), OF | NX);
    }
    int flags = exact.isInteger(-unit) ? 0 : NX;
    // As if the exponent had no lower limit: does the rounded number still lie below the normal
    // ones?
    boolean tiny =
        exponent < format.minExponent() - 1
            || (exponent == format.minExponent() - 1
                && !exact.round(exponent - format.fractionBits, mode).equals(carried));
    if (tiny && flags != 0) {
      flags |= UF;
    }
    long field = (long) unit - (format.minExponent() - format.fractionBits);
    return new Result(sign | ((field << format.fractionBits) + significand.longValue()), flags);
  }
}
