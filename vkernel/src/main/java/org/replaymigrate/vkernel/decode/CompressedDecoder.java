package org.replaymigrate.vkernel.decode;

/**
 * Expands the 16-bit instructions of RV64C to the 32-bit ones that they stand for (Unprivileged
 * ISA, chapter 27).
 */
final class CompressedDecoder {
  /** Not a valid 32-bit instruction either. */
  private static final int ILLEGAL = 0;

  private static final int LOAD = 0x03;
  private static final int FLOAD = 0x07;
  private static final int OP_IMM = 0x13;
  private static final int OP_IMM_32 = 0x1b;
  private static final int STORE = 0x23;
  private static final int FSTORE = 0x27;
  private static final int OP = 0x33;
  private static final int LUI = 0x37;
  private static final int OP_32 = 0x3b;
  private static final int JALR = 0x67;
  private static final int EBREAK = 0x00100073;

  private CompressedDecoder() {}

  /** The 32 bits that mean the same, or 0 for an illegal encoding. */
  static int expand(int c) {
    int funct3 = c >>> 13 & 7;
    return switch (c & 3) {
      case 0 -> quadrant0(c, funct3);
      case 1 -> quadrant1(c, funct3);
      case 2 -> quadrant2(c, funct3);
      default -> ILLEGAL;
    };
  }

  private static int quadrant0(int c, int funct3) {
    int low = 8 + (c >>> 2 & 7);
    int base = 8 + (c >>> 7 & 7);
    int word = field(c, 10, 3, 3) | field(c, 6, 1, 2) | field(c, 5, 1, 6);
    int doubleword = field(c, 10, 3, 3) | field(c, 5, 2, 6);
    return switch (funct3) {
      case 0 -> {
        int imm = field(c, 11, 2, 4) | field(c, 7, 4, 6) | field(c, 6, 1, 2) | field(c, 5, 1, 3);
        yield imm == 0 ? ILLEGAL : i(OP_IMM, 0, low, 2, imm);
      }
      case 1 -> i(FLOAD, 3, low, base, doubleword);
      case 2 -> i(LOAD, 2, low, base, word);
      case 3 -> i(LOAD, 3, low, base, doubleword);
      case 5 -> s(FSTORE, 3, base, low, doubleword);
      case 6 -> s(STORE, 2, base, low, word);
      case 7 -> s(STORE, 3, base, low, doubleword);
      default -> ILLEGAL;
    };
  }

  private static int quadrant1(int c, int funct3) {
    int rd = c >>> 7 & 31;
    int imm6 = signed(field(c, 12, 1, 5) | field(c, 2, 5, 0), 6);
    return switch (funct3) {
      case 0 -> i(OP_IMM, 0, rd, rd, imm6);
      case 1 -> rd == 0 ? ILLEGAL : i(OP_IMM_32, 0, rd, rd, imm6);
      case 2 -> i(OP_IMM, 0, rd, 0, imm6);
      case 3 -> {
        if (rd == 2) {
          int imm =
              field(c, 12, 1, 9)
                  | field(c, 6, 1, 4)
                  | field(c, 5, 1, 6)
                  | field(c, 3, 2, 7)
                  | field(c, 2, 1, 5);
          yield imm == 0 ? ILLEGAL : i(OP_IMM, 0, 2, 2, signed(imm, 10));
        }
        yield imm6 == 0 ? ILLEGAL : imm6 << 12 | rd << 7 | LUI;
      }
      case 4 -> arithmetic(c, imm6);
      case 5 -> {
        int imm =
            field(c, 12, 1, 11)
                | field(c, 11, 1, 4)
                | field(c, 9, 2, 8)
                | field(c, 8, 1, 10)
                | field(c, 7, 1, 6)
                | field(c, 6, 1, 7)
                | field(c, 3, 3, 1)
                | field(c, 2, 1, 5);
        yield jump(signed(imm, 12));
      }
      default -> {
        int imm =
            field(c, 12, 1, 8)
                | field(c, 10, 2, 3)
                | field(c, 5, 2, 6)
                | field(c, 3, 2, 1)
                | field(c, 2, 1, 5);
        yield branch(funct3 - 6, 8 + (c >>> 7 & 7), signed(imm, 9));
      }
    };
  }

  private static int arithmetic(int c, int imm6) {
    int rd = 8 + (c >>> 7 & 7);
    int rs2 = 8 + (c >>> 2 & 7);
    return switch (c >>> 10 & 3) {
      case 0 -> i(OP_IMM, 5, rd, rd, imm6 & 63);
      case 1 -> i(OP_IMM, 5, rd, rd, 0x400 | imm6 & 63);
      case 2 -> i(OP_IMM, 7, rd, rd, imm6);
      default ->
          switch ((c >>> 10 & 4) | (c >>> 5 & 3)) {
            case 0 -> r(OP, 0x20, 0, rd, rd, rs2);
            case 1 -> r(OP, 0, 4, rd, rd, rs2);
            case 2 -> r(OP, 0, 6, rd, rd, rs2);
            case 3 -> r(OP, 0, 7, rd, rd, rs2);
            case 4 -> r(OP_32, 0x20, 0, rd, rd, rs2);
            case 5 -> r(OP_32, 0, 0, rd, rd, rs2);
            default -> ILLEGAL;
          };
    };
  }

  private static int quadrant2(int c, int funct3) {
    int rd = c >>> 7 & 31;
    int rs2 = c >>> 2 & 31;
    int loadDouble = field(c, 12, 1, 5) | field(c, 5, 2, 3) | field(c, 2, 3, 6);
    int storeDouble = field(c, 10, 3, 3) | field(c, 7, 3, 6);
    return switch (funct3) {
      case 0 -> i(OP_IMM, 1, rd, rd, field(c, 12, 1, 5) | field(c, 2, 5, 0));
      case 1 -> i(FLOAD, 3, rd, 2, loadDouble);
      case 2 -> {
        int imm = field(c, 12, 1, 5) | field(c, 4, 3, 2) | field(c, 2, 2, 6);
        yield rd == 0 ? ILLEGAL : i(LOAD, 2, rd, 2, imm);
      }
      case 3 -> rd == 0 ? ILLEGAL : i(LOAD, 3, rd, 2, loadDouble);
      case 4 -> {
        boolean link = (c & 0x1000) != 0;
        if (rs2 != 0) {
          yield r(OP, 0, 0, rd, link ? rd : 0, rs2);
        }
        if (rd != 0) {
          yield i(JALR, 0, link ? 1 : 0, rd, 0);
        }
        yield link ? EBREAK : ILLEGAL;
      }
      case 5 -> s(FSTORE, 3, 2, rs2, storeDouble);
      case 6 -> s(STORE, 2, 2, rs2, field(c, 9, 4, 2) | field(c, 7, 2, 6));
      default -> s(STORE, 3, 2, rs2, storeDouble);
    };
  }

  /** {@code count} bits of {@code c} from bit {@code from}, moved to bit {@code to}. */
  private static int field(int c, int from, int count, int to) {
    return (c >>> from & (1 << count) - 1) << to;
  }

  private static int signed(int value, int bits) {
    return value << 32 - bits >> 32 - bits;
  }

  private static int i(int opcode, int funct3, int rd, int rs1, int imm) {
    return imm << 20 | rs1 << 15 | funct3 << 12 | rd << 7 | opcode;
  }

  private static int s(int opcode, int funct3, int rs1, int rs2, int imm) {
    return imm >>> 5 << 25 | rs2 << 20 | rs1 << 15 | funct3 << 12 | (imm & 31) << 7 | opcode;
  }

  private static int r(int opcode, int funct7, int funct3, int rd, int rs1, int rs2) {
    return funct7 << 25 | rs2 << 20 | rs1 << 15 | funct3 << 12 | rd << 7 | opcode;
  }

  private static int jump(int imm) {
    return imm >> 20 << 31 | (imm & 0x7fe) << 20 | (imm & 0x800) << 9 | (imm & 0xff000) | 0x6f;
  }

  private static int branch(int funct3, int rs1, int imm) {
    return imm >> 12 << 31
        | (imm & 0x7e0) << 20
        | rs1 << 15
        | funct3 << 12
        | (imm & 0x1e) << 7
        | (imm & 0x800) >>> 4
        | 0x63;
  }
}
