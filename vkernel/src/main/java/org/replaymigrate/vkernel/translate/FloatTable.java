package org.replaymigrate.vkernel.translate;

import org.jspecify.annotations.Nullable;
import org.replaymigrate.vkernel.decode.Opcode;

/**
 * Which method of {@link org.replaymigrate.vkernel.fpu} an instruction of F and D is.
 *
 * <p>A signature has a letter for each operand (D: binary64, S: binary32 out of its box, L: integer
 * register, W: its low word), then m if the method takes a rounding mode and s if it takes the
 * flags, then a colon and the result (D, S; L: to an integer register, I and Z the same from an int
 * or a boolean).
 */
final class FloatTable {
  /**
   * A row.
   *
   * @param single whether the method is in F32
   * @param negateFirst whether the first operand's sign is flipped before
   * @param negateThird whether the third operand's sign is flipped before
   */
  record Row(
      String method, String signature, boolean single, boolean negateFirst, boolean negateThird) {
    boolean readsInteger() {
      return signature.charAt(0) == 'L' || signature.charAt(0) == 'W';
    }

    boolean writesInteger() {
      return "LIZ".indexOf(result()) >= 0;
    }

    int operands() {
      int count = 0;
      while ("DSLW".indexOf(signature.charAt(count)) >= 0) {
        count++;
      }
      return count;
    }

    boolean takesMode() {
      return signature.indexOf('m') >= 0;
    }

    boolean takesStatus() {
      return signature.indexOf('s') >= 0;
    }

    char result() {
      return signature.charAt(signature.length() - 1);
    }
  }

  private static final @Nullable Row[] ROWS = new @Nullable Row[Opcode.COUNT];

  static {
    arithmetic(Opcode.FMADD_S, true);
    arithmetic(Opcode.FMADD_D, false);
    row(Opcode.FCVT_D_W, "fromI32", "W:D", false);
    row(Opcode.FCVT_D_WU, "fromU32", "W:D", false);
    row(Opcode.FCVT_S_W, "fromI32", "Wms:S", true);
    row(Opcode.FCVT_S_WU, "fromU32", "Wms:S", true);
    row(Opcode.FCVT_S_D, "fromF64", "Dms:S", true);
    row(Opcode.FCVT_D_S, "fromF32", "Ss:D", false);
  }

  private FloatTable() {}

  /** The instructions that both formats have in the same order, from FMADD on. */
  private static void arithmetic(int first, boolean single) {
    String three = single ? "SSSms:S" : "DDDms:D";
    String two = single ? "SSms:S" : "DDms:D";
    ROWS[first] = new Row("fma", three, single, false, false);
    ROWS[first + 1] = new Row("fma", three, single, false, true);
    ROWS[first + 2] = new Row("fma", three, single, true, false);
    ROWS[first + 3] = new Row("fma", three, single, true, true);
    int next = first + 4;
    for (String name : new String[] {"add", "sub", "mul", "div"}) {
      row(next++, name, two, single);
    }
    row(next++, "sqrt", single ? "Sms:S" : "Dms:D", single);
    for (String name : new String[] {"copySign", "copySignNegated", "copySignXor"}) {
      row(next++, name, single ? "SS:S" : "DD:D", single);
    }
    row(next++, "min", single ? "SSs:S" : "DDs:D", single);
    row(next++, "max", single ? "SSs:S" : "DDs:D", single);
    for (String name : new String[] {"eq", "lt", "le"}) {
      row(next++, name, single ? "SSs:Z" : "DDs:Z", single);
    }
    row(next++, "classify", single ? "S:I" : "D:I", single);
    // FMV to and from an integer register: the bits as they are.
    next += 2;
    for (String name : new String[] {"toI32", "toU32", "toI64", "toU64"}) {
      row(next++, name, single ? "Sms:L" : "Dms:L", single);
    }
    next += 2;
    row(next++, "fromI64", single ? "Lms:S" : "Lms:D", single);
    row(next, "fromU64", single ? "Lms:S" : "Lms:D", single);
    int move = first + Opcode.FMV_X_D - Opcode.FMADD_D;
    row(move, "", single ? "S:L" : "D:L", single);
    row(move + 1, "", single ? "L:S" : "L:D", single);
  }

  private static void row(int opcode, String method, String signature, boolean single) {
    ROWS[opcode] = new Row(method, signature, single, false, false);
  }

  /** The row of an instruction of F or D that is no load or store. */
  static Row row(int opcode) {
    Row row = ROWS[opcode];
    if (row == null) {
      throw new IllegalArgumentException("no floating-point operation: " + opcode);
    }
    return row;
  }
}
