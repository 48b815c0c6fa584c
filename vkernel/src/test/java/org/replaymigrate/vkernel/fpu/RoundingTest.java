package org.replaymigrate.vkernel.fpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.replaymigrate.vkernel.fpu.FpStatus.NX;
import static org.replaymigrate.vkernel.fpu.FpStatus.OF;
import static org.replaymigrate.vkernel.fpu.FpStatus.UF;

import org.junit.jupiter.api.Test;

/** Known results at the edges; arrays hold one for each mode: RNE, RTZ, RDN, RUP, RMM. */
class RoundingTest {
  private static final long ONE = bits(1.0);
  private static final long MAX = bits(Double.MAX_VALUE);
  private static final long INF = bits(Double.POSITIVE_INFINITY);
  private static final long MIN_NORMAL = bits(Double.MIN_NORMAL);
  private static final long SIGN = 1L << 63;

  private static long bits(double value) {
    return Double.doubleToRawLongBits(value);
  }

  /** An operation in a given mode. */
  private interface Op {
    long apply(int mode, FpStatus status);
  }

  private static void assertModes(int flags, Op op, long... expected) {
    assertModes(new int[] {flags, flags, flags, flags, flags}, op, expected);
  }

  private static void assertModes(int[] flags, Op op, long... expected) {
    for (int mode = 0; mode < 5; mode++) {
      FpStatus status = new FpStatus();
      String result = Long.toHexString(op.apply(mode, status));
      assertEquals(Long.toHexString(expected[mode]), result, "mode " + mode);
      assertEquals(flags[mode], status.flags, "flags in mode " + mode);
    }
  }

  @Test
  void tiesGoToEvenOrAwayOrByDirection() {
    long half = bits(0x1p-53); // half a unit in the last place of 1
    assertModes(NX, (m, s) -> F64.add(ONE, half, m, s), ONE, ONE, ONE, ONE + 1, ONE + 1);
    assertModes(
        NX, (m, s) -> F64.add(ONE + 1, half, m, s), ONE + 2, ONE + 1, ONE + 1, ONE + 2, ONE + 2);
    long minusOne = ONE | SIGN;
    assertModes(
        NX,
        (m, s) -> F64.sub(minusOne, half, m, s),
        minusOne,
        minusOne,
        minusOne + 1,
        minusOne,
        minusOne + 1);
  }

  @Test
  void theSmallestAddendStillCounts() {
    long almostOne = bits(1 - 0x1p-53);
    long tiny = 1;
    assertModes(
        NX,
        (m, s) -> F64.fma(almostOne, bits(1.0), tiny, m, s),
        almostOne,
        almostOne,
        almostOne,
        ONE,
        almostOne);
    assertModes(
        NX,
        (m, s) -> F64.fma(almostOne, bits(1.0), tiny | SIGN, m, s),
        almostOne,
        almostOne - 1,
        almostOne - 1,
        almostOne,
        almostOne);
    // (1 + 2^-52)(1 - 2^-53) is 1 + 2^-53 - 2^-105: a hair below the tie, until something is added.
    assertModes(NX, (m, s) -> F64.mul(ONE + 1, almostOne, m, s), ONE, ONE, ONE, ONE + 1, ONE);
    assertModes(
        NX,
        (m, s) -> F64.fma(ONE + 1, almostOne, bits(0x1p-105), m, s),
        ONE,
        ONE,
        ONE,
        ONE + 1,
        ONE + 1);
    assertModes(
        NX,
        (m, s) -> F64.fma(ONE + 1, almostOne, bits(0x1.8p-105), m, s),
        ONE + 1,
        ONE,
        ONE,
        ONE + 1,
        ONE + 1);
  }

  @Test
  void anExactCancellationIsPositiveZeroButForRoundingDown() {
    assertModes(0, (m, s) -> F64.sub(ONE, ONE, m, s), 0, 0, SIGN, 0, 0);
    assertModes(0, (m, s) -> F64.fma(ONE, ONE, ONE | SIGN, m, s), 0, 0, SIGN, 0, 0);
    assertModes(0, (m, s) -> F64.add(SIGN, SIGN, m, s), SIGN, SIGN, SIGN, SIGN, SIGN);
    assertModes(0, (m, s) -> F64.add(SIGN, 0, m, s), 0, 0, SIGN, 0, 0);
    assertModes(
        0, (m, s) -> F32.sub(0x3f80_0000, 0x3f80_0000, m, s), 0, 0, Integer.MIN_VALUE, 0, 0);
  }

  @Test
  void overflowGoesToInfinityOrToTheGreatestNumber() {
    assertModes(OF | NX, (m, s) -> F64.add(MAX, MAX, m, s), INF, MAX, MAX, INF, INF);
    assertModes(
        OF | NX,
        (m, s) -> F64.mul(MAX, MAX | SIGN, m, s),
        INF | SIGN,
        MAX | SIGN,
        INF | SIGN,
        MAX | SIGN,
        INF | SIGN);
  }

  @Test
  void onlyTheRoundedResultDecidesOverflow() {
    long quarterUlp = bits(0x1p969);
    long halfUlp = bits(0x1p970);
    FpStatus status = new FpStatus();
    assertEquals(MAX, F64.add(MAX, quarterUlp, RoundingMode.RNE, status));
    assertEquals(NX, status.flags);
    assertEquals(INF, F64.add(MAX, halfUlp, RoundingMode.RNE, status));
    assertEquals(OF | NX, status.flags);
    status.flags = 0;
    assertEquals(MAX, F64.add(MAX, halfUlp, RoundingMode.RTZ, status));
    assertEquals(NX, status.flags);
    assertEquals(INF, F64.add(MAX, quarterUlp, RoundingMode.RUP, status));
    assertEquals(OF | NX, status.flags);
  }

  @Test
  void tininessIsJudgedAfterRoundingAtFullPrecision() {
    long below = MIN_NORMAL - 1;
    // Half a subnormal step below the least normal number, and exact in 53 bits: tiny in every
    // mode.
    assertModes(
        UF | NX,
        (m, s) -> F64.mul(MIN_NORMAL, bits(1 - 0x1p-53), m, s),
        MIN_NORMAL,
        below,
        below,
        MIN_NORMAL,
        MIN_NORMAL);
    // 2^-1022 (1 - 2^-54): in 53 bits a tie, which three modes round to the least normal number.
    int[] flags = {NX, UF | NX, UF | NX, NX, NX};
    assertModes(
        flags,
        (m, s) -> F64.mul(bits(0x1p-511 - 0x1p-538), bits(0x1p-511 + 0x1p-538), m, s),
        MIN_NORMAL,
        below,
        below,
        MIN_NORMAL,
        MIN_NORMAL);
    // 601 * 55831 = 2^25 - 1, hence 2^-126 (1 - 2^-25): the same for binary32.
    int left = Float.floatToRawIntBits(601 * 0x1p-70f);
    int right = Float.floatToRawIntBits(55831 * 0x1p-81f);
    assertModes(
        flags,
        (m, s) -> F32.mul(left, right, m, s),
        0x80_0000,
        0x7f_ffff,
        0x7f_ffff,
        0x80_0000,
        0x80_0000);
    assertModes(
        flags,
        (m, s) -> F32.fromF64(bits(0x1p-126 - 0x1p-151), m, s),
        0x80_0000,
        0x7f_ffff,
        0x7f_ffff,
        0x80_0000,
        0x80_0000);
  }

  @Test
  void anExactSubnormalResultRaisesNothing() {
    assertModes(0, (m, s) -> F64.mul(MIN_NORMAL, bits(0.5), m, s), fiveTimes(MIN_NORMAL >>> 1));
    assertModes(0, (m, s) -> F64.sub(MIN_NORMAL, 1, m, s), fiveTimes(MIN_NORMAL - 1));
    assertModes(0, (m, s) -> F32.fromF64(bits(0x1p-149), m, s), fiveTimes(1));
  }

  private static long[] fiveTimes(long value) {
    return new long[] {value, value, value, value, value};
  }

  @Test
  void halfOfTheLeastSubnormalVanishesOrDoesNot() {
    assertModes(UF | NX, (m, s) -> F64.mul(1, bits(0.5), m, s), 0, 0, 0, 1, 1);
    assertModes(
        UF | NX,
        (m, s) -> F64.mul(1 | SIGN, bits(0.5), m, s),
        SIGN,
        SIGN,
        SIGN | 1,
        SIGN,
        SIGN | 1);
    assertModes(UF | NX, (m, s) -> F64.mul(1, bits(0.25), m, s), 0, 0, 0, 1, 0);
    assertModes(UF | NX, (m, s) -> F32.fromF64(bits(0x1p-150), m, s), 0, 0, 0, 1, 1);
  }

  @Test
  void binary32IsRoundedOnceThoughItIsComputedInBinary64() {
    int one = 0x3f80_0000;
    int up = Float.floatToRawIntBits(1 + 0x1p-23f);
    int product = Float.floatToRawIntBits(0x1p-12f);
    assertModes(NX, (m, s) -> F32.fma(product, product, one, m, s), one, one, one, up, up);
    // 4097 * 16773121 = 2^36 + 1: a product of 2^-24 + 2^-60, which vanishes beside 1 in binary64.
    int left = Float.floatToRawIntBits(4097 * 0x1p-30f);
    int right = Float.floatToRawIntBits(16773121 * 0x1p-30f);
    assertModes(NX, (m, s) -> F32.fma(left, right, one, m, s), up, one, one, up, up);
  }
}
