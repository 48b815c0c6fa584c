package org.replaymigrate.vkernel.asm;

import java.util.Locale;

/** Floating-point registers by their ABI names. */
public enum FReg {
  FT0,
  FT1,
  FT2,
  FT3,
  FT4,
  FT5,
  FT6,
  FT7,
  FS0,
  FS1,
  FA0,
  FA1,
  FA2,
  FA3,
  FA4,
  FA5,
  FA6,
  FA7,
  FS2,
  FS3,
  FS4,
  FS5,
  FS6,
  FS7,
  FS8,
  FS9,
  FS10,
  FS11,
  FT8,
  FT9,
  FT10,
  FT11;

  private static final FReg[] ALL = values();

  /** Register f{@code number}, 0..31. */
  public static FReg f(int number) {
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
