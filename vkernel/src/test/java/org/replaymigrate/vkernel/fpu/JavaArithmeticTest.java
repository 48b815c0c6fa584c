package org.replaymigrate.vkernel.fpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.replaymigrate.vkernel.fpu.RoundingMode.RNE;
import static org.replaymigrate.vkernel.fpu.RoundingMode.RTZ;

import org.junit.jupiter.api.Test;

/** The integer layer against Java's own arithmetic, which is IEEE 754 rounded to nearest even. */
class JavaArithmeticTest {
  private static final int ROUNDS = 300_000;
  private final Operands operands = new Operands(0x1a7a);
  private final FpStatus status = new FpStatus();

  private static void assertSame(double expected, long bits, Operands operands) {
    // doubleToLongBits makes every NaN the canonical one, which is RISC-V's.
    long wanted = Double.doubleToLongBits(expected);
    assertEquals(wanted, bits, () -> "%x for %s".formatted(bits, show(operands)));
  }

  private static void assertSame(float expected, int bits, Operands operands) {
    int wanted = Float.floatToIntBits(expected);
    assertEquals(wanted, bits, () -> "%x for %s".formatted(bits, show(operands)));
  }

  private static String show(Operands operands) {
    return "%x %x %x".formatted(operands.a, operands.b, operands.c);
  }

  @Test
  void binary64IsJavasDouble() {
    for (int i = 0; i < ROUNDS; i++) {
      operands.next(Format.DOUBLE);
      double x = Double.longBitsToDouble(operands.a);
      double y = Double.longBitsToDouble(operands.b);
      double z = Double.longBitsToDouble(operands.c);
      assertSame(x + y, SoftF64.add(operands.a, operands.b, RNE, status), operands);
      assertSame(x * y, SoftF64.mul(operands.a, operands.b, RNE, status), operands);
      assertSame(x / y, SoftF64.div(operands.a, operands.b, RNE, status), operands);
      assertSame(Math.sqrt(x), SoftF64.sqrt(operands.a, RNE, status), operands);
      assertSame(
          Math.fma(x, y, z),
          SoftFma.fma(operands.a, operands.b, operands.c, RNE, status),
          operands);
      assertSame((float) x, SoftF32.narrow(operands.a, RNE, status), operands);
      if (!Double.isNaN(x)) {
        assertEquals((long) x, SoftInteger.toI64(operands.a, RTZ, status));
        assertEquals((int) x, SoftInteger.toI32(operands.a, RTZ, status));
        assertEquals((long) Math.rint(x), SoftInteger.toI64(operands.a, RNE, status));
      }
    }
  }

  @Test
  void binary32IsJavasFloat() {
    for (int i = 0; i < ROUNDS; i++) {
      operands.next(Format.SINGLE);
      int a = (int) operands.a;
      int b = (int) operands.b;
      int c = (int) operands.c;
      float x = Float.intBitsToFloat(a);
      float y = Float.intBitsToFloat(b);
      float z = Float.intBitsToFloat(c);
      assertSame(x + y, SoftF32.add(a, b, RNE, status), operands);
      assertSame(x * y, SoftF32.mul(a, b, RNE, status), operands);
      assertSame(x / y, SoftF32.div(a, b, RNE, status), operands);
      assertSame((float) Math.sqrt(x), SoftF32.sqrt(a, RNE, status), operands);
      assertSame(Math.fma(x, y, z), SoftF32.fma(a, b, c, RNE, status), operands);
      if (!Float.isNaN(x)) {
        assertSame((double) x, SoftF32.widen(a), operands);
      }
    }
  }

  @Test
  void integersConvertAsJavaConvertsThem() {
    for (int i = 0; i < ROUNDS; i++) {
      operands.next(null);
      long value = operands.a;
      boolean negative = value < 0;
      long magnitude = Math.abs(value);
      assertSame((double) value, SoftInteger.toF64(negative, magnitude, RNE, status), operands);
      assertSame((float) value, SoftInteger.toF32(negative, magnitude, RNE, status), operands);
    }
  }
}
