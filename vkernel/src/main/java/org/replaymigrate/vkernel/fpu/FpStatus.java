package org.replaymigrate.vkernel.fpu;

/**
 * The accrued exception flags, {@code fflags} (RISC-V unprivileged specification, chapter "F",
 * section "Floating-Point Control and Status Register"). Operations only set bits; the owner clears
 * them.
 */
public final class FpStatus {
  /** Inexact: the result was rounded. */
  public static final int NX = 1;

  /** Underflow: the result is inexact and was tiny after rounding. */
  public static final int UF = 2;

  /** Overflow: the rounded result exceeds the format's range. */
  public static final int OF = 4;

  /** Divide by zero: an exact infinity from finite operands. */
  public static final int DZ = 8;

  /** Invalid operation: no meaningful result exists, or a signaling NaN was an operand. */
  public static final int NV = 16;

  /**
   * The bits accrued so far: a union of {@link #NX}, {@link #UF}, {@link #OF}, {@link #DZ}, {@link
   * #NV}.
   */
  public int flags;
}
