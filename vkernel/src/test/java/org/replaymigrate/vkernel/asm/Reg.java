package org.replaymigrate.vkernel.asm;

import java.util.Locale;

/** Integer registers by their ABI names. */
public enum Reg {
  ZERO,
  RA,
  SP,
  GP,
  TP,
  T0,
  T1,
  T2,
  S0,
  S1,
  A0,
  A1,
  A2,
  A3,
  A4,
  A5,
  A6,
  A7,
  S2,
  S3,
  S4,
  S5,
  S6,
  S7,
  S8,
  S9,
  S10,
  S11,
  T3,
  T4,
  T5,
  T6;

  private static final Reg[] ALL = values();

  /** Register x{@code number}, 0..31. */
  public static Reg x(int number) {
    return ALL[number];
  }

  /** Its number in an instruction, 0..31. */
  @SuppressWarnings("EnumOrdinal") // the order is the architecture's
  public int number() {
    return ordinal();
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
