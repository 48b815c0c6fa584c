package org.replaymigrate.vkernel.fpu;

/**
 * Narrow values in wide registers (RISC-V unprivileged specification, chapter "D", section "NaN
 * Boxing of Narrower Values"): a binary32 lives in a 64-bit register under 32 one bits.
 */
public final class NanBox {
  private static final long BOX = 0xffff_ffff_0000_0000L;

  private NanBox() {}

  /** The register holding the binary32 {@code value}. */
  public static long box(int value) {
    return BOX | Integer.toUnsignedLong(value);
  }

  /** The binary32 in {@code register}, or the canonical NaN if it holds no properly boxed value. */
  public static int unbox(long register) {
    return (register & BOX) == BOX ? (int) register : F32.CANONICAL_NAN;
  }
}
