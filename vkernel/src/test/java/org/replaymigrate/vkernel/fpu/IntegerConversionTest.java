package org.replaymigrate.vkernel.fpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.replaymigrate.vkernel.fpu.FpStatus.NV;
import static org.replaymigrate.vkernel.fpu.FpStatus.NX;

import org.junit.jupiter.api.Test;

/** Conversions at the limits of the integer types, with every kind of fraction, in every mode. */
class IntegerConversionTest {
  private static final long MIN32 = Integer.MIN_VALUE;
  private static final long MAX32 = Integer.MAX_VALUE;
  private static final long MIN64 = Long.MIN_VALUE;
  private static final long MAX64 = Long.MAX_VALUE;

  /** A conversion from binary64. */
  private interface Conversion {
    long apply(long a, int mode, FpStatus status);
  }

  /** What one mode gives. */
  private record Outcome(long value, int flags) {}

  private static Outcome exact(long value) {
    return new Outcome(value, 0);
  }

  private static Outcome inexact(long value) {
    return new Outcome(value, NX);
  }

  private static Outcome invalid(long value) {
    return new Outcome(value, NV);
  }

  private static void assertModes(
      Conversion conversion,
      double x,
      Outcome rne,
      Outcome rtz,
      Outcome rdn,
      Outcome rup,
      Outcome rmm) {
    Outcome[] expected = {rne, rtz, rdn, rup, rmm};
    for (int mode = 0; mode < 5; mode++) {
      FpStatus status = new FpStatus();
      long value = conversion.apply(Double.doubleToRawLongBits(x), mode, status);
      assertEquals(expected[mode], new Outcome(value, status.flags), x + " in mode " + mode);
    }
  }

  private static void assertAlways(Conversion conversion, double x, Outcome outcome) {
    assertModes(conversion, x, outcome, outcome, outcome, outcome, outcome);
  }

  @Test
  void fractionsRoundByMode() {
    for (Conversion to : new Conversion[] {F64::toI32, F64::toU32, F64::toI64, F64::toU64}) {
      assertModes(to, 0.25, inexact(0), inexact(0), inexact(0), inexact(1), inexact(0));
      assertModes(to, 0.5, inexact(0), inexact(0), inexact(0), inexact(1), inexact(1));
      assertModes(to, 1.5, inexact(2), inexact(1), inexact(1), inexact(2), inexact(2));
      assertModes(to, 2.5, inexact(2), inexact(2), inexact(2), inexact(3), inexact(3));
      assertModes(to, Double.MIN_VALUE, inexact(0), inexact(0), inexact(0), inexact(1), inexact(0));
      assertAlways(to, 0.0, exact(0));
      assertAlways(to, -0.0, exact(0));
      assertAlways(to, 41.0, exact(41));
    }
    assertModes(F64::toI32, -2.5, inexact(-2), inexact(-2), inexact(-3), inexact(-2), inexact(-3));
    assertModes(F64::toI64, -1.5, inexact(-2), inexact(-1), inexact(-2), inexact(-1), inexact(-2));
  }

  @Test
  void signedWordsEndAtTwoToThe31() {
    Conversion to = F64::toI32;
    assertAlways(to, 0x1p31 - 1, exact(MAX32));
    assertModes(
        to,
        0x1p31 - 0.75,
        inexact(MAX32),
        inexact(MAX32),
        inexact(MAX32),
        invalid(MAX32),
        inexact(MAX32));
    assertModes(
        to,
        0x1p31 - 0.5,
        invalid(MAX32),
        inexact(MAX32),
        inexact(MAX32),
        invalid(MAX32),
        invalid(MAX32));
    assertAlways(to, 0x1p31, invalid(MAX32));
    assertAlways(to, -0x1p31, exact(MIN32));
    assertModes(
        to,
        -0x1p31 - 0.25,
        inexact(MIN32),
        inexact(MIN32),
        invalid(MIN32),
        inexact(MIN32),
        inexact(MIN32));
    assertModes(
        to,
        -0x1p31 - 0.5,
        inexact(MIN32),
        inexact(MIN32),
        invalid(MIN32),
        inexact(MIN32),
        invalid(MIN32));
    assertAlways(to, -0x1p31 - 1, invalid(MIN32));
  }

  @Test
  void unsignedWordsAreSignExtendedAndEndAtTwoToThe32() {
    Conversion to = F64::toU32;
    assertAlways(to, 0x1p31 - 1, exact(MAX32));
    assertAlways(to, 0x1p31, exact(MIN32));
    assertAlways(to, 0x1p32 - 1, exact(-1));
    assertModes(
        to,
        0x1p31 - 0.5,
        inexact(MIN32),
        inexact(MAX32),
        inexact(MAX32),
        inexact(MIN32),
        inexact(MIN32));
    assertModes(to, 0x1p32 - 0.75, inexact(-1), inexact(-1), inexact(-1), invalid(-1), inexact(-1));
    assertModes(to, 0x1p32 - 0.5, invalid(-1), inexact(-1), inexact(-1), invalid(-1), invalid(-1));
    assertAlways(to, 0x1p32, invalid(-1));
  }

  @Test
  void negativeFractionsAreUnsignedZerosOnlyWhereTheyRoundToZero() {
    for (Conversion to : new Conversion[] {F64::toU32, F64::toU64}) {
      assertModes(to, -0.25, inexact(0), inexact(0), invalid(0), inexact(0), inexact(0));
      assertModes(to, -0.5, inexact(0), inexact(0), invalid(0), inexact(0), invalid(0));
      assertModes(to, -0.75, invalid(0), inexact(0), invalid(0), inexact(0), invalid(0));
      assertAlways(to, -1.0, invalid(0));
      assertAlways(to, -0x1p70, invalid(0));
    }
  }

  @Test
  void longsEndAtTwoToThe63() {
    assertAlways(F64::toI64, 0x1p63, invalid(MAX64));
    assertAlways(F64::toI64, Math.nextDown(0x1p63), exact(MAX64 - 1023));
    assertAlways(F64::toI64, -0x1p63, exact(MIN64));
    assertAlways(F64::toI64, Math.nextDown(-0x1p63), invalid(MIN64));
    assertAlways(F64::toU64, 0x1p63, exact(MIN64));
    assertAlways(F64::toU64, Math.nextDown(0x1p64), exact(-2048));
    assertAlways(F64::toU64, 0x1p64, invalid(-1));
  }

  @Test
  void nanIsTheGreatestIntegerAndInfinityTheNearest() {
    for (double x : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
      assertAlways(F64::toI32, x, invalid(MAX32));
      assertAlways(F64::toU32, x, invalid(-1));
      assertAlways(F64::toI64, x, invalid(MAX64));
      assertAlways(F64::toU64, x, invalid(-1));
    }
    assertAlways(F64::toI32, Double.NEGATIVE_INFINITY, invalid(MIN32));
    assertAlways(F64::toU32, Double.NEGATIVE_INFINITY, invalid(0));
    assertAlways(F64::toI64, Double.NEGATIVE_INFINITY, invalid(MIN64));
    assertAlways(F64::toU64, Double.NEGATIVE_INFINITY, invalid(0));
    FpStatus status = new FpStatus();
    assertEquals(MAX64, F32.toI64(0xffff_ffff, RoundingMode.RNE, status)); // its sign is ignored
    assertEquals(NV, status.flags);
  }

  @Test
  void integersBecomeFloatsByMode() {
    FpStatus status = new FpStatus();
    assertEquals(0x4b80_0000, F32.fromI32((1 << 24) + 1, RoundingMode.RNE, status));
    assertEquals(NX, status.flags);
    assertEquals(0x4b80_0001, F32.fromI32((1 << 24) + 1, RoundingMode.RMM, status));
    assertEquals(0xcb80_0001, F32.fromI32(-(1 << 24) - 1, RoundingMode.RDN, status));
    assertEquals(0x4f7f_ffff, F32.fromU32(-1, RoundingMode.RTZ, status));
    assertEquals(0x4f80_0000, F32.fromU32(-1, RoundingMode.RNE, status));
    assertEquals(0x5f80_0000, F32.fromU64(-1, RoundingMode.RNE, status));
    assertEquals(0x43ef_ffff_ffff_ffffL, F64.fromU64(-1, RoundingMode.RTZ, status));
    assertEquals(0x43f0_0000_0000_0000L, F64.fromU64(-1, RoundingMode.RUP, status));
    assertEquals(0x43e0_0000_0000_0000L, F64.fromI64(MAX64, RoundingMode.RNE, status));
    status.flags = 0;
    assertEquals(0xc3e0_0000_0000_0000L, F64.fromI64(MIN64, RoundingMode.RNE, status));
    assertEquals(0xdf00_0000, F32.fromI64(MIN64, RoundingMode.RDN, status));
    assertEquals(0, F32.fromI64(0, RoundingMode.RDN, status));
    assertEquals(0x41ef_ffff_ffe0_0000L, F64.fromU32(-1));
    assertEquals(0xc1e0_0000_0000_0000L, F64.fromI32(Integer.MIN_VALUE));
    assertEquals(0, status.flags);
  }
}
