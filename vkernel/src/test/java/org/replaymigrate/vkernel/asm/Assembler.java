package org.replaymigrate.vkernel.asm;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Assembles a flat image. Every instruction of the {@link InstructionTable} can be had with {@link
 * #op} by its mnemonic or with {@link #asm} as a line of text; the common ones are methods of
 * {@link Mnemonics} too. Operands stand in the order of the assembler language: a load is {@code
 * lw(rd, offset, base)}, a store {@code sw(source, offset, base)}.
 *
 * <p>Labels may be used before they are defined. Nothing is relaxed or compressed behind the
 * caller's back, so every address is known while the code is written: {@link #here}.
 */
public final class Assembler implements Mnemonics {
  /** Bits to fill in once all labels are known. */
  private record Fixup(int offset, String label, Encoder encoder) {}

  private interface Encoder {
    /**
     * Encodes into {@code code} at {@code offset} what points from {@code pc} to {@code target}.
     */
    void encode(byte[] code, int offset, long pc, long target);
  }

  private final long base;
  private final ByteArrayOutputStream code = new ByteArrayOutputStream();
  private final Map<String, Long> labels = new HashMap<>();
  private final List<Fixup> fixups = new ArrayList<>();

  /**
   * @param base address of the first byte
   */
  public Assembler(long base) {
    this.base = base;
  }

  /** Address of what comes next. */
  public long here() {
    return base + code.size();
  }

  /** Gives the present address a name. */
  public Assembler label(String name) {
    if (labels.putIfAbsent(name, here()) != null) {
      throw new IllegalArgumentException("label " + name + " is defined twice");
    }
    return this;
  }

  /** Address of a label that has been defined. */
  public long address(String label) {
    Long address = labels.get(label);
    if (address == null) {
      throw new IllegalArgumentException("label " + label + " is not defined");
    }
    return address;
  }

  /**
   * Any instruction.
   *
   * @param operands in the order of the assembler language: {@link Reg}, {@link FReg}, {@link
   *     Rounding}, a number, or for a jump the name of a label; a rounding mode at the end may be
   *     left out and is then dynamic
   * @throws IllegalArgumentException if the instruction does not take them
   */
  @Override
  public Assembler op(String mnemonic, Object... operands) {
    Instruction instruction = InstructionTable.get(mnemonic);
    List<Operand> fields = instruction.operands();
    long[] values = new long[fields.size()];
    if (operands.length == values.length - 1 && fields.getLast() == Operand.RM) {
      values[operands.length] = Rounding.DYN.code();
    } else if (operands.length != values.length) {
      throw new IllegalArgumentException(mnemonic + " takes " + instruction.syntax());
    }
    for (int i = 0; i < operands.length; i++) {
      if (fields.get(i).kind() == Operand.Kind.PC_RELATIVE && operands[i] instanceof String label) {
        int field = i;
        fixups.add(
            new Fixup(
                code.size(),
                label,
                (bytes, offset, pc, target) -> {
                  values[field] = target - pc;
                  put(bytes, offset, instruction.encode(values), instruction.size());
                }));
      } else {
        values[i] = value(instruction, fields.get(i), operands[i]);
      }
    }
    return bytes(instruction.encode(values), instruction.size());
  }

  private static long value(Instruction instruction, Operand field, Object operand) {
    @Nullable Long value =
        switch (operand) {
          case Reg r when field.kind().isInteger() -> (long) r.number();
          case FReg f when field.kind().isFloat() -> (long) f.number();
          case Rounding mode when field == Operand.RM -> (long) mode.code();
          case Number number when field.kind().isNumber() -> number.longValue();
          default -> null;
        };
    if (value == null) {
      throw new IllegalArgumentException(
          instruction.mnemonic() + " " + instruction.syntax() + " does not take " + operand);
    }
    return value;
  }

  /**
   * A line of the assembler language: one instruction of the table, no pseudo-instruction. A jump
   * goes to a label, or to an absolute address in hexadecimal.
   */
  public Assembler asm(String line) {
    String[] words = line.strip().split("[ ,()]+", 0);
    Instruction instruction = InstructionTable.get(words[0]);
    String[] tokens = instruction.syntax().split("[,()]+", 0);
    List<Object> operands = new ArrayList<>();
    for (int i = 1; i < words.length; i++) {
      boolean literal = i <= tokens.length && tokens[i - 1].equals("sp");
      if (operands.size() < instruction.operands().size() && !literal) {
        operands.add(parse(instruction.operands().get(operands.size()), words[i]));
      } else if (!words[i].equals("sp") || !literal) {
        throw new IllegalArgumentException(words[0] + " takes " + instruction.syntax());
      }
    }
    return op(words[0], operands.toArray());
  }

  private Object parse(Operand field, String word) {
    String name = word.toUpperCase(Locale.ROOT);
    return switch (field.kind()) {
      case X, X_NONZERO, X_COMPRESSED -> Reg.valueOf(name);
      case F, F_COMPRESSED -> FReg.valueOf(name);
      case ROUNDING -> Rounding.valueOf(name);
      case PC_RELATIVE ->
          word.startsWith("0x") ? Long.parseUnsignedLong(word.substring(2), 16) - here() : word;
      default -> field.parse(word);
    };
  }

  /** {@code rd = value}, in as few instructions of four bytes as the usual scheme needs. */
  public Assembler li(Reg rd, long value) {
    long low = value << 52 >> 52;
    if (value == low) {
      return addi(rd, Reg.ZERO, (int) low);
    }
    if (value == (int) value) {
      lui(rd, (int) ((value - low) >>> 12) & 0xfffff);
      return low == 0 ? this : addiw(rd, rd, (int) low);
    }
    long high = value - low;
    int shift = Long.numberOfTrailingZeros(high);
    li(rd, high >> shift);
    slli(rd, rd, shift);
    return low == 0 ? this : addi(rd, rd, (int) low);
  }

  /** {@code rd = address of label}, within 2 GiB of here; always two instructions. */
  public Assembler la(Reg rd, String label) {
    pcRelativeHigh(rd, label);
    return addi(rd, rd, 0);
  }

  /** Calls a label within 2 GiB; two instructions. */
  public Assembler call(String label) {
    pcRelativeHigh(Reg.RA, label);
    return jalr(Reg.RA, 0, Reg.RA);
  }

  /** Jumps to a label within 2 GiB; two instructions, and {@code scratch} is lost. */
  public Assembler tail(Reg scratch, String label) {
    pcRelativeHigh(scratch, label);
    return jalr(Reg.ZERO, 0, scratch);
  }

  /** An {@code auipc} whose next instruction, of type I, adds the lower 12 bits. */
  private void pcRelativeHigh(Reg rd, String label) {
    fixups.add(
        new Fixup(
            code.size(),
            label,
            (bytes, offset, pc, target) -> {
              long distance = target - pc;
              long low = distance << 52 >> 52;
              long high = (distance - low) >> 12;
              if (high != high << 44 >> 44) {
                throw new IllegalArgumentException("farther than 2 GiB");
              }
              put(bytes, offset, get(bytes, offset) | (int) high << 12, 4);
              put(bytes, offset + 4, get(bytes, offset + 4) | (int) low << 20, 4);
            }));
    auipc(rd, 0);
  }

  /** Bytes as they are. */
  public Assembler bytes(byte... data) {
    code.writeBytes(data);
    return this;
  }

  private Assembler bytes(long value, int size) {
    byte[] data = new byte[size];
    put(data, 0, value, size);
    return bytes(data);
  }

  public Assembler half(int... values) {
    for (int value : values) {
      bytes(value, 2);
    }
    return this;
  }

  public Assembler word(int... values) {
    for (int value : values) {
      bytes(value, 4);
    }
    return this;
  }

  public Assembler dword(long... values) {
    for (long value : values) {
      bytes(value, 8);
    }
    return this;
  }

  /** The address of a label, as eight bytes. */
  public Assembler dword(String label) {
    fixups.add(
        new Fixup(
            code.size(), label, (bytes, offset, pc, target) -> put(bytes, offset, target, 8)));
    return dword(0);
  }

  /** The text in ASCII, with no zero behind it. */
  public Assembler ascii(String text) {
    return bytes(text.getBytes(StandardCharsets.US_ASCII));
  }

  public Assembler zero(int count) {
    return bytes(new byte[count]);
  }

  /** Zeroes up to a multiple of {@code alignment} bytes, a power of two. */
  public Assembler align(int alignment) {
    return zero((int) (-here() & (alignment - 1)));
  }

  /** Zeroes up to an address, which is not behind us and at most 256 MiB away. */
  public Assembler org(long address) {
    long gap = address - here();
    if (gap < 0 || gap > 1 << 28) {
      throw new IllegalArgumentException(
          "org to " + Long.toHexString(address) + " from " + Long.toHexString(here()));
    }
    return zero((int) gap);
  }

  /**
   * The image.
   *
   * @throws IllegalArgumentException if a label is missing or too far away from where it is used
   */
  public byte[] assemble() {
    byte[] image = code.toByteArray();
    for (Fixup fixup : fixups) {
      long pc = base + fixup.offset();
      try {
        fixup.encoder().encode(image, fixup.offset(), pc, address(fixup.label()));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            "at 0x" + Long.toHexString(pc) + ", label " + fixup.label() + ": " + e.getMessage(), e);
      }
    }
    return image;
  }

  private static int get(byte[] bytes, int offset) {
    int value = 0;
    for (int i = 0; i < 4; i++) {
      value |= (bytes[offset + i] & 0xff) << (8 * i);
    }
    return value;
  }

  private static void put(byte[] bytes, int offset, long value, int size) {
    for (int i = 0; i < size; i++) {
      bytes[offset + i] = (byte) (value >>> (8 * i));
    }
  }
}
