package org.replaymigrate.vkernel.fpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.replaymigrate.vkernel.fpu.FpStatus.NV;

import org.junit.jupiter.api.Test;

/** Minimum, maximum, comparison, classification and signs, over one number of each class. */
class ComparisonTest {
  /** In order, from -infinity to +infinity, with the two zeros apart; then the NaNs. */
  private static final long[] DOUBLES = {
    0xfff0_0000_0000_0000L, // -infinity
    0xbff0_0000_0000_0000L, // -1
    0x8000_0000_0000_0001L, // the negative subnormal nearest to zero
    0x8000_0000_0000_0000L, // -0
    0x0000_0000_0000_0000L, // +0
    0x000f_ffff_ffff_ffffL, // the greatest subnormal
    0x3ff0_0000_0000_0000L, // 1
    0x7ff0_0000_0000_0000L, // +infinity
    0x7ff0_0000_0000_0001L, // signaling NaN
    0xfff8_0000_0000_0123L, // quiet NaN with sign and payload
  };

  private static final int[] FLOATS = {
    0xff80_0000,
    0xbf80_0000,
    0x8000_0001,
    0x8000_0000,
    0x0000_0000,
    0x007f_ffff,
    0x3f80_0000,
    0x7f80_0000,
    0x7f80_0001,
    0xffc0_0123,
  };

  private static final int MINUS_ZERO = 3;
  private static final int PLUS_ZERO = 4;
  private static final int SIGNALING = 8;
  private static final int QUIET = 9;

  private final FpStatus status = new FpStatus();

  private static boolean isNan(int i) {
    return i >= SIGNALING;
  }

  private static int rank(int i) {
    return i == MINUS_ZERO ? PLUS_ZERO : i;
  }

  private int takeFlags() {
    int flags = status.flags;
    status.flags = 0;
    return flags;
  }

  @Test
  void equalityIsQuietAndOrderIsSignaling() {
    for (int i = 0; i < DOUBLES.length; i++) {
      for (int j = 0; j < DOUBLES.length; j++) {
        boolean unordered = isNan(i) || isNan(j);
        int quiet = i == SIGNALING || j == SIGNALING ? NV : 0;
        int signaling = unordered ? NV : 0;
        String pair = i + ", " + j;
        boolean equal = !unordered && rank(i) == rank(j);
        boolean less = !unordered && rank(i) < rank(j);
        assertEquals(equal, F64.eq(DOUBLES[i], DOUBLES[j], status), pair);
        assertEquals(quiet, takeFlags(), pair);
        assertEquals(equal, F32.eq(FLOATS[i], FLOATS[j], status), pair);
        assertEquals(quiet, takeFlags(), pair);
        assertEquals(less, F64.lt(DOUBLES[i], DOUBLES[j], status), pair);
        assertEquals(signaling, takeFlags(), pair);
        assertEquals(less, F32.lt(FLOATS[i], FLOATS[j], status), pair);
        assertEquals(signaling, takeFlags(), pair);
        assertEquals(less || equal, F64.le(DOUBLES[i], DOUBLES[j], status), pair);
        assertEquals(signaling, takeFlags(), pair);
        assertEquals(less || equal, F32.le(FLOATS[i], FLOATS[j], status), pair);
        assertEquals(signaling, takeFlags(), pair);
      }
    }
  }

  @Test
  void minimumAndMaximumPreferNumbersAndTellZerosApart() {
    for (int i = 0; i < DOUBLES.length; i++) {
      for (int j = 0; j < DOUBLES.length; j++) {
        String pair = i + ", " + j;
        int flags = i == SIGNALING || j == SIGNALING ? NV : 0;
        boolean none = isNan(i) && isNan(j);
        int min = isNan(i) ? j : isNan(j) ? i : Math.min(i, j);
        int max = isNan(i) ? j : isNan(j) ? i : Math.max(i, j);
        assertEquals(
            none ? F64.CANONICAL_NAN : DOUBLES[min], F64.min(DOUBLES[i], DOUBLES[j], status), pair);
        assertEquals(flags, takeFlags(), pair);
        assertEquals(
            none ? F64.CANONICAL_NAN : DOUBLES[max], F64.max(DOUBLES[i], DOUBLES[j], status), pair);
        assertEquals(flags, takeFlags(), pair);
        assertEquals(
            none ? F32.CANONICAL_NAN : FLOATS[min], F32.min(FLOATS[i], FLOATS[j], status), pair);
        assertEquals(flags, takeFlags(), pair);
        assertEquals(
            none ? F32.CANONICAL_NAN : FLOATS[max], F32.max(FLOATS[i], FLOATS[j], status), pair);
        assertEquals(flags, takeFlags(), pair);
      }
    }
  }

  @Test
  void eachClassHasItsBit() {
    for (int i = 0; i < DOUBLES.length; i++) {
      assertEquals(1 << i, F64.classify(DOUBLES[i]));
      assertEquals(1 << i, F32.classify(FLOATS[i]));
    }
    assertEquals(1 << 5, F64.classify(1));
    assertEquals(1 << 6, F64.classify(1L << 52));
    assertEquals(1 << 1, F64.classify(0xffef_ffff_ffff_ffffL));
    assertEquals(1 << 5, F32.classify(1));
    assertEquals(1 << 6, F32.classify(1 << 23));
    assertEquals(1 << 1, F32.classify(0xff7f_ffff));
  }

  @Test
  void signsAreInjectedIntoNansToo() {
    long sign = 1L << 63;
    for (long a : DOUBLES) {
      for (long b : DOUBLES) {
        long magnitude = a & ~sign;
        assertEquals(b < 0 ? magnitude | sign : magnitude, F64.copySign(a, b));
        assertEquals(b < 0 ? magnitude : magnitude | sign, F64.copySignNegated(a, b));
        assertEquals((a < 0) != (b < 0) ? magnitude | sign : magnitude, F64.copySignXor(a, b));
      }
    }
    for (int a : FLOATS) {
      for (int b : FLOATS) {
        int magnitude = a & Integer.MAX_VALUE;
        int negative = a | Integer.MIN_VALUE;
        assertEquals(b < 0 ? negative : magnitude, F32.copySign(a, b));
        assertEquals(b < 0 ? magnitude : negative, F32.copySignNegated(a, b));
        assertEquals((a < 0) != (b < 0) ? negative : magnitude, F32.copySignXor(a, b));
      }
    }
  }

  @Test
  void everyNanResultIsTheCanonicalOne() {
    long payload = DOUBLES[QUIET];
    int narrow = FLOATS[QUIET];
    for (int mode = 0; mode < 5; mode++) {
      assertEquals(F64.CANONICAL_NAN, F64.add(payload, DOUBLES[6], mode, status));
      assertEquals(F64.CANONICAL_NAN, F64.mul(DOUBLES[6], payload, mode, status));
      assertEquals(F64.CANONICAL_NAN, F64.div(payload, payload, mode, status));
      assertEquals(F64.CANONICAL_NAN, F64.sqrt(payload, mode, status));
      assertEquals(F64.CANONICAL_NAN, F64.fma(0, 0, payload, mode, status));
      assertEquals(F64.CANONICAL_NAN, F64.fromF32(narrow, status));
      assertEquals(F32.CANONICAL_NAN, F32.add(narrow, FLOATS[6], mode, status));
      assertEquals(F32.CANONICAL_NAN, F32.mul(narrow, 0, mode, status));
      assertEquals(F32.CANONICAL_NAN, F32.sqrt(narrow, mode, status));
      assertEquals(F32.CANONICAL_NAN, F32.fromF64(payload, mode, status));
    }
    assertEquals(0, takeFlags());
    assertEquals(F64.CANONICAL_NAN, F64.fma(0, DOUBLES[7], payload, RoundingMode.RNE, status));
    assertEquals(NV, takeFlags());
    assertEquals(F32.CANONICAL_NAN, F32.fma(FLOATS[7], 0, narrow, RoundingMode.RNE, status));
    assertEquals(NV, takeFlags());
    assertEquals(F64.CANONICAL_NAN, F64.fromF32(FLOATS[SIGNALING], status));
    assertEquals(NV, takeFlags());
  }
}
