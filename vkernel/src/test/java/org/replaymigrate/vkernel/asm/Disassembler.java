package org.replaymigrate.vkernel.asm;

import java.util.ArrayList;
import java.util.List;

/** Turns code back into text, so that a failing test can show what it ran. */
public final class Disassembler {
  private Disassembler() {}

  /**
   * One instruction.
   *
   * @param word the bits at {@code pc}; of a compressed instruction the upper half is ignored
   */
  public static String text(int word, long pc) {
    Instruction instruction = InstructionTable.decode(word);
    if (instruction != null) {
      return instruction.text(word, pc);
    }
    return (word & 3) == 3
        ? String.format(".word 0x%08x", word)
        : String.format(".half 0x%04x", word & 0xffff);
  }

  /**
   * A line for each instruction in {@code [from, to)}: address, bits, text.
   *
   * @param image code and data, the first byte being at {@code base}
   */
  public static List<String> listing(byte[] image, long base, long from, long to) {
    List<String> lines = new ArrayList<>();
    long pc = from;
    while (pc < to) {
      int offset = (int) (pc - base);
      int word = half(image, offset) | half(image, offset + 2) << 16;
      boolean full = (word & 3) == 3;
      String bits = full ? String.format("%08x", word) : String.format("%04x    ", word & 0xffff);
      lines.add(String.format("%x: %s  %s", pc, bits, text(word, pc)));
      pc += full ? 4 : 2;
    }
    return lines;
  }

  private static int half(byte[] image, int offset) {
    return offset + 1 < image.length ? (image[offset] & 0xff) | (image[offset + 1] & 0xff) << 8 : 0;
  }
}
