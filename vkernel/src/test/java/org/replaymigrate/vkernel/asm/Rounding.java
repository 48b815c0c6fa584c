package org.replaymigrate.vkernel.asm;

import java.util.Locale;

/** Rounding modes as instructions and {@code frm} encode them (unprivileged spec, table 20.1). */
public enum Rounding {
  RNE(0),
  RTZ(1),
  RDN(2),
  RUP(3),
  RMM(4),
  /** Whatever {@code frm} says. */
  DYN(7);

  private final int code;

  Rounding(int code) {
    this.code = code;
  }

  /** Its three bits. */
  public int code() {
    return code;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
