package org.replaymigrate.vkernel.fpu;

/**
 * RISC-V rounding modes as {@code frm} encodes them (unprivileged specification, chapter "F").
 * Plain ints, because they come straight out of instructions and registers. The caller resolves
 * {@link #DYN} and refuses reserved values before it calls an operation; given one all the same,
 * operations truncate.
 */
public final class RoundingMode {
  /** To nearest, ties to even. */
  public static final int RNE = 0;

  /** Towards zero. */
  public static final int RTZ = 1;

  /** Down, towards negative infinity. */
  public static final int RDN = 2;

  /** Up, towards positive infinity. */
  public static final int RUP = 3;

  /** To nearest, ties away from zero. */
  public static final int RMM = 4;

  /**
   * In an instruction's {@code rm} field: the mode is in {@code frm}. Never passed to an operation.
   */
  public static final int DYN = 7;

  private RoundingMode() {}

  /** True for the five modes an operation may be given. */
  public static boolean isValid(int mode) {
    return mode >= RNE && mode <= RMM;
  }
}
