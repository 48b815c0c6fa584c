package org.replaymigrate.vkernel.asm;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A row of the {@link InstructionTable}.
 *
 * @param mnemonic its name in the assembler language
 * @param syntax its operands there, such as {@code rd,i12(rs1)}
 * @param operands the fields among them; {@code sp} in the syntax is no field
 * @param match the fixed bits
 * @param mask which bits are fixed
 * @param size bytes, 2 or 4
 */
public record Instruction(
    String mnemonic, String syntax, List<Operand> operands, int match, int mask, int size) {

  private static final Pattern TOKENS = Pattern.compile("(?<=[,()])|(?=[,()])");

  static Instruction of(String mnemonic, String syntax, int match, int size) {
    List<Operand> operands = new ArrayList<>();
    int mask = size == 2 ? 0xffff : -1;
    for (String token : syntax.split("[,()]+", 0)) {
      if (!token.isEmpty() && !token.equals("sp")) {
        Operand operand = Operand.valueOf(token.toUpperCase(Locale.ROOT));
        operands.add(operand);
        mask &= ~operand.mask();
      }
    }
    if ((match & ~mask) != 0) {
      throw new IllegalArgumentException(mnemonic + " fixes bits of its operands");
    }
    return new Instruction(mnemonic, syntax, List.copyOf(operands), match, mask, size);
  }

  /**
   * The instruction's bits.
   *
   * @param values one for each operand, in order
   * @throws IllegalArgumentException if one does not fit
   */
  public int encode(long... values) {
    if (values.length != operands.size()) {
      throw new IllegalArgumentException(mnemonic + " takes " + syntax);
    }
    int word = match;
    for (int i = 0; i < values.length; i++) {
      try {
        word |= operands.get(i).encode(values[i]);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(mnemonic + " " + syntax + ": " + e.getMessage(), e);
      }
    }
    // Some operands of a compressed instruction make it another one: c.lui of sp is c.addi16sp.
    if (size == 2 && !equals(InstructionTable.decode(word))) {
      throw new IllegalArgumentException(mnemonic + " has no encoding with these operands");
    }
    return word;
  }

  /** Whether a word is this instruction. */
  boolean matches(int word) {
    if ((word & mask) != match || (size == 4) != ((word & 3) == 3)) {
      return false;
    }
    for (Operand operand : operands) {
      if (!operand.takes(operand.decode(word))) {
        return false;
      }
    }
    return true;
  }

  /** The word in the assembler language, for an instruction at {@code pc}. */
  public String text(int word, long pc) {
    StringBuilder text = new StringBuilder(mnemonic);
    if (!syntax.isEmpty()) {
      text.append(' ');
    }
    int next = 0;
    for (String token : TOKENS.split(syntax, -1)) {
      if (!token.isEmpty() && Character.isLetter(token.charAt(0)) && !token.equals("sp")) {
        Operand operand = operands.get(next++);
        text.append(operand.text(operand.decode(word), pc));
      } else {
        text.append(token);
      }
    }
    return text.toString();
  }
}
