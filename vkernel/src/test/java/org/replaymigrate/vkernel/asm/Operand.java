package org.replaymigrate.vkernel.asm;

import static org.replaymigrate.vkernel.asm.Operand.Kind.F;
import static org.replaymigrate.vkernel.asm.Operand.Kind.F_COMPRESSED;
import static org.replaymigrate.vkernel.asm.Operand.Kind.PC_RELATIVE;
import static org.replaymigrate.vkernel.asm.Operand.Kind.ROUNDING;
import static org.replaymigrate.vkernel.asm.Operand.Kind.SIGNED;
import static org.replaymigrate.vkernel.asm.Operand.Kind.SIGNED_NONZERO;
import static org.replaymigrate.vkernel.asm.Operand.Kind.UNSIGNED;
import static org.replaymigrate.vkernel.asm.Operand.Kind.UNSIGNED_NONZERO;
import static org.replaymigrate.vkernel.asm.Operand.Kind.X;
import static org.replaymigrate.vkernel.asm.Operand.Kind.X_COMPRESSED;
import static org.replaymigrate.vkernel.asm.Operand.Kind.X_NONZERO;

import java.util.Arrays;
import java.util.Locale;

/**
 * A field of an instruction. Where its bits lie is written as the specification draws it: {@code
 * 31[12|10:5] 11[4:1|11]} says that bits 12 and 10 to 5 of the value go to bit 31 of the word and
 * downwards, bits 4 to 1 and 11 to bit 11 and downwards.
 */
public enum Operand {
  RD(X, "11[4:0]"),
  RS1(X, "19[4:0]"),
  RS2(X, "24[4:0]"),
  FD(F, "11[4:0]"),
  FS1(F, "19[4:0]"),
  FS2(F, "24[4:0]"),
  FS3(F, "31[4:0]"),
  RM(ROUNDING, "14[2:0]"),
  I12(SIGNED, "31[11:0]"),
  S12(SIGNED, "31[11:5] 11[4:0]"),
  B13(PC_RELATIVE, "31[12|10:5] 11[4:1|11]"),
  U20(UNSIGNED, "31[19:0]"),
  J21(PC_RELATIVE, "31[20|10:1|11|19:12]"),
  SH5(UNSIGNED, "24[4:0]"),
  SH6(UNSIGNED, "25[5:0]"),
  CSR(UNSIGNED, "31[11:0]"),
  Z5(UNSIGNED, "19[4:0]"),
  PRED(UNSIGNED, "27[3:0]"),
  SUCC(UNSIGNED, "23[3:0]"),

  // Compressed: N names a register other than x0, P one of x8..x15 or f8..f15.
  CDN(X_NONZERO, "11[4:0]"),
  CD(X, "11[4:0]"),
  CS2N(X_NONZERO, "6[4:0]"),
  CS2(X, "6[4:0]"),
  CFD(F, "11[4:0]"),
  CFS2(F, "6[4:0]"),
  CDP(X_COMPRESSED, "4[2:0]"),
  CS1P(X_COMPRESSED, "9[2:0]"),
  CFDP(F_COMPRESSED, "4[2:0]"),
  CI6(SIGNED, "12[5] 6[4:0]"),
  CI6N(SIGNED_NONZERO, "12[5] 6[4:0]"),
  CSH6(UNSIGNED_NONZERO, "12[5] 6[4:0]"),
  CI16SP(SIGNED_NONZERO, "12[9] 6[4|6|8:7|5]"),
  CI4SPN(UNSIGNED_NONZERO, "12[5:4|9:6|2|3]"),
  CL4(UNSIGNED, "12[5:3] 6[2|6]"),
  CL8(UNSIGNED, "12[5:3] 6[7:6]"),
  CL4SP(UNSIGNED, "12[5] 6[4:2|7:6]"),
  CL8SP(UNSIGNED, "12[5] 6[4:3|8:6]"),
  CS4SP(UNSIGNED, "12[5:2|7:6]"),
  CS8SP(UNSIGNED, "12[5:3|8:6]"),
  CB9(PC_RELATIVE, "12[8|4:3] 6[7:6|2:1|5]"),
  CJ12(PC_RELATIVE, "12[11|4|9:8|10|6|7|3:1|5]");

  /** What a field's value means, and so which values it takes. */
  public enum Kind {
    X,
    X_NONZERO,
    X_COMPRESSED,
    F,
    F_COMPRESSED,
    ROUNDING,
    SIGNED,
    SIGNED_NONZERO,
    UNSIGNED,
    UNSIGNED_NONZERO,
    PC_RELATIVE;

    /** An integer register. */
    public boolean isInteger() {
      return this == X || this == X_NONZERO || this == X_COMPRESSED;
    }

    /** A floating-point register. */
    public boolean isFloat() {
      return this == F || this == F_COMPRESSED;
    }

    /** An immediate, or anything else that may be given as a number. */
    public boolean isNumber() {
      return !isInteger() && !isFloat();
    }
  }

  /** Device input and output, memory reads and writes: bit 3 to bit 0. */
  private static final String FENCE_SETS = "iorw";

  private final Kind kind;

  /** For each bit of the value the bit of the word it goes to, or -1. */
  @SuppressWarnings("ImmutableEnumChecker") // filled by the constructor, never written again
  private final int[] place;

  /** Bits of the word that belong to the field. */
  private final int mask;

  private final int lowest;

  Operand(Kind kind, String layout) {
    this.kind = kind;
    int[] bits = new int[32];
    Arrays.fill(bits, -1);
    int used = 0;
    int highest = 0;
    int low = 31;
    for (String piece : layout.split(" ", -1)) {
      int bracket = piece.indexOf('[');
      int to = Integer.parseInt(piece.substring(0, bracket));
      for (String range : piece.substring(bracket + 1, piece.length() - 1).split("\\|", -1)) {
        String[] ends = range.split(":", -1);
        int first = Integer.parseInt(ends[0]);
        int last = Integer.parseInt(ends[ends.length - 1]);
        for (int bit = first; bit >= last; bit--, to--) {
          bits[bit] = to;
          used |= 1 << to;
        }
        highest = Math.max(highest, first);
        low = Math.min(low, last);
      }
    }
    this.place = Arrays.copyOf(bits, highest + 1);
    this.mask = used;
    this.lowest = low;
  }

  public Kind kind() {
    return kind;
  }

  int mask() {
    return mask;
  }

  /** The value's smallest step, a power of two. */
  public int step() {
    return 1 << lowest;
  }

  /** Smallest value, in units of 1. */
  public long min() {
    return switch (kind) {
      case SIGNED, SIGNED_NONZERO, PC_RELATIVE -> -(1L << (place.length - 1));
      case X_NONZERO -> 1;
      case X_COMPRESSED, F_COMPRESSED -> 8;
      case UNSIGNED_NONZERO -> step();
      default -> 0;
    };
  }

  /** Greatest value, in units of 1. */
  public long max() {
    return switch (kind) {
      case SIGNED, SIGNED_NONZERO, PC_RELATIVE -> (1L << (place.length - 1)) - step();
      case X_COMPRESSED, F_COMPRESSED -> 15;
      default -> (1L << place.length) - step();
    };
  }

  public boolean takes(long value) {
    return value >= min()
        && value <= max()
        && (value & (step() - 1)) == 0
        && !(kind == Kind.SIGNED_NONZERO && value == 0);
  }

  /**
   * The field's bits of the word.
   *
   * @throws IllegalArgumentException if the field cannot hold the value
   */
  int encode(long value) {
    if (!takes(value)) {
      throw new IllegalArgumentException(
          value
              + " does not fit "
              + name().toLowerCase(Locale.ROOT)
              + ": want "
              + min()
              + " to "
              + max()
              + " in steps of "
              + step()
              + (kind == Kind.SIGNED_NONZERO ? ", not 0" : ""));
    }
    int word = 0;
    for (int bit = 0; bit < place.length; bit++) {
      if (place[bit] >= 0 && (value >>> bit & 1) != 0) {
        word |= 1 << place[bit];
      }
    }
    return word;
  }

  /** The field's value in a word. */
  long decode(int word) {
    long value = 0;
    for (int bit = 0; bit < place.length; bit++) {
      if (place[bit] >= 0 && (word >>> place[bit] & 1) != 0) {
        value |= 1L << bit;
      }
    }
    return switch (kind) {
      case SIGNED, SIGNED_NONZERO, PC_RELATIVE ->
          value << (64 - place.length) >> (64 - place.length);
      case X_COMPRESSED, F_COMPRESSED -> value + 8;
      default -> value;
    };
  }

  /** The value as the assembler language writes it. */
  String text(long value, long pc) {
    return switch (kind) {
      case X, X_NONZERO, X_COMPRESSED -> Reg.x((int) value).toString();
      case F, F_COMPRESSED -> FReg.f((int) value).toString();
      case ROUNDING -> {
        for (Rounding rounding : Rounding.values()) {
          if (rounding.code() == value) {
            yield rounding.toString();
          }
        }
        yield Long.toString(value);
      }
      case PC_RELATIVE -> "0x" + Long.toHexString(pc + value);
      default ->
          switch (this) {
            case CSR -> Csr.name((int) value);
            case PRED, SUCC -> fenceSet(value);
            default -> Long.toString(value);
          };
    };
  }

  /** A number as the assembler language writes this field; the inverse of {@link #text}. */
  long parse(String word) {
    if (this == CSR) {
      return Csr.number(word);
    }
    if (this == PRED || this == SUCC) {
      int bits = 0;
      for (int i = 0; i < word.length(); i++) {
        bits |= 8 >> FENCE_SETS.indexOf(word.charAt(i));
      }
      return word.equals("0") ? 0 : bits;
    }
    return Long.decode(word);
  }

  private static String fenceSet(long bits) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < FENCE_SETS.length(); i++) {
      if ((bits & 8 >> i) != 0) {
        text.append(FENCE_SETS.charAt(i));
      }
    }
    return text.isEmpty() ? "0" : text.toString();
  }
}
