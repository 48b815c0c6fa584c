package org.replaymigrate.vkernel.fpu;

import java.util.SplittableRandom;

/**
 * Random operands, three at a time, that seek the edges: special values, subnormals, the ends of
 * the range, results at either end, equal exponents, cancellation, ties, limits of the integer
 * types.
 */
final class Operands {
  private final SplittableRandom random;
  long a;
  long b;
  long c;

  Operands(long seed) {
    random = new SplittableRandom(seed);
  }

  /** Mostly round to nearest even, which has the fast paths. */
  int mode() {
    int pick = random.nextInt(10);
    return pick < 5 ? pick : RoundingMode.RNE;
  }

  /** Draws the next three; {@code format} is null for integers. */
  void next(Format format) {
    if (format == null) {
      a = integer();
      return;
    }
    a = number(format, anyField(format));
    int pick = random.nextInt(8);
    b =
        switch (pick) {
          case 0 -> relative(format, a);
          case 1, 2 -> number(format, clamp(format, edge(format) - field(format, a)));
          case 3 -> number(format, clamp(format, field(format, a) - edge(format)));
          default -> number(format, anyField(format));
        };
    c =
        switch (random.nextInt(4)) {
          case 0 -> relative(format, random.nextBoolean() ? a : b);
          case 1, 2 -> relative(format, product(format));
          default -> number(format, anyField(format));
        };
  }

  private long product(Format format) {
    return format == Format.DOUBLE
        ? Double.doubleToRawLongBits(-Double.longBitsToDouble(a) * Double.longBitsToDouble(b))
        : Integer.toUnsignedLong(
            Float.floatToRawIntBits(
                -Float.intBitsToFloat((int) a) * Float.intBitsToFloat((int) b)));
  }

  /** The exponent field of a sum of fields whose product lies at an end of the range, or at one. */
  private int edge(Format format) {
    int bias = format.maxExponent;
    return switch (random.nextInt(4)) {
      case 0 -> 3 * bias + random.nextInt(-3, 3);
      case 1 -> 2 * bias + random.nextInt(-2, 3);
      default -> bias + random.nextInt(-format.fractionBits - 3, 4);
    };
  }

  private static int field(Format format, long bits) {
    return (int) (format.magnitude(bits) >>> format.fractionBits);
  }

  private static int clamp(Format format, int field) {
    return Math.clamp(field, 0, 2 * format.maxExponent + 1);
  }

  private int anyField(Format format) {
    int bias = format.maxExponent;
    return switch (random.nextInt(8)) {
      case 0 -> 0;
      case 1 -> random.nextInt(16) == 0 ? 2 * bias + 1 : 2 * bias - random.nextInt(3);
      case 2 -> random.nextInt(4);
      case 3 -> clamp(format, bias + random.nextInt(-3, 70));
      case 4, 5 -> bias + random.nextInt(-40, 40);
      default -> random.nextInt(2 * bias + 1);
    };
  }

  private long number(Format format, int field) {
    long sign = random.nextBoolean() ? format.sign() : 0;
    return sign | (long) field << format.fractionBits | fraction(format);
  }

  private long fraction(Format format) {
    long mask = (1L << format.fractionBits) - 1;
    long any = random.nextLong();
    return mask
        & switch (random.nextInt(9)) {
          case 0 -> 0;
          case 1 -> random.nextInt(3);
          case 2 -> -1 - random.nextInt(3);
          case 3 -> 1L << random.nextInt(format.fractionBits);
          case 4 -> -1L << random.nextInt(format.fractionBits);
          case 5 -> any << (format.fractionBits / 2);
          case 6 -> any & random.nextLong() & random.nextLong();
          default -> any;
        };
  }

  /** A number near another, of either sign. */
  private long relative(Format format, long bits) {
    long near = bits + random.nextInt(-2, 3);
    long apart = (long) random.nextInt(-3, 4) << format.fractionBits;
    return switch (random.nextInt(5)) {
          case 0 -> bits ^ format.sign();
          case 1 -> near;
          case 2 -> near ^ format.sign();
          case 3 -> bits + apart;
          default -> (bits + apart) ^ format.sign();
        }
        & (format.sign() | (format.sign() - 1));
  }

  private long integer() {
    long any = random.nextLong();
    long power = 1L << random.nextInt(64);
    return switch (random.nextInt(5)) {
      case 0 -> any >> random.nextInt(64);
      case 1 -> any >>> random.nextInt(64);
      case 2 -> power + random.nextInt(-3, 4);
      case 3 -> -power + random.nextInt(-3, 4);
      default -> power + (1L << random.nextInt(64)) + random.nextInt(-1, 2);
    };
  }
}
