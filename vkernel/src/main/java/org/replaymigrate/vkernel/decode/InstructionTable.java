package org.replaymigrate.vkernel.decode;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The instruction set as a table: one row an instruction, in the order of {@link Opcode}. A row is
 * name, operand format, and the pattern of the 32 bits from the most significant down, fields
 * apart: funct7, rs2, rs1, funct3, rd, opcode; a dot is an operand bit. Where two rows match, the
 * first one wins.
 *
 * <p>Encodings: RISC-V Unprivileged ISA 20240411, chapter 34, and Privileged ISA, chapter 16.
 */
public final class InstructionTable {
  /** How an instruction's operands lie in its bits. */
  public enum Format {
    R,
    I,
    S,
    B,
    U,
    J,
    /** rd, rs1, and a shift amount of 6 bits. */
    SHIFT,
    /** rd, rs1. */
    UNARY,
    AMO,
    /** rd is a floating-point register. */
    FLOAD,
    /** rs2 is a floating-point register. */
    FSTORE,
    /** Floating point without a rounding mode. */
    FR,
    /** Floating point with a rounding mode in funct3. */
    FRM,
    /** Like FRM, with rs3. */
    FMA,
    /** rd, rs1 (register or 5-bit immediate), CSR number. */
    CSR,
    NONE
  }

  /**
   * One instruction.
   *
   * @param opcode its {@link Opcode}
   * @param name as an assembler writes it
   * @param mask bits that are not operands
   * @param match their values
   */
  public record Row(int opcode, String name, Format format, int mask, int match) {}

  private static final String TABLE =
      """
      # RV64I
      ADDI       I      ....... ..... ..... 000 ..... 0010011
      LD         I      ....... ..... ..... 011 ..... 0000011
      ADD        R      0000000 ..... ..... 000 ..... 0110011
      SD         S      ....... ..... ..... 011 ..... 0100011
      BEQ        B      ....... ..... ..... 000 ..... 1100011
      SLLI       SHIFT  000000. ..... ..... 001 ..... 0010011
      BNE        B      ....... ..... ..... 001 ..... 1100011
      OR         R      0000000 ..... ..... 110 ..... 0110011
      JALR       I      ....... ..... ..... 000 ..... 1100111
      AUIPC      U      ....... ..... ..... ... ..... 0010111
      LW         I      ....... ..... ..... 010 ..... 0000011
      XOR        R      0000000 ..... ..... 100 ..... 0110011
      SRLI       SHIFT  000000. ..... ..... 101 ..... 0010011
      LBU        I      ....... ..... ..... 100 ..... 0000011
      ANDI       I      ....... ..... ..... 111 ..... 0010011
      SRLIW      SHIFT  0000000 ..... ..... 101 ..... 0011011
      ADDIW      I      ....... ..... ..... 000 ..... 0011011
      ADDW       R      0000000 ..... ..... 000 ..... 0111011
      SLLIW      SHIFT  0000000 ..... ..... 001 ..... 0011011
      AND        R      0000000 ..... ..... 111 ..... 0110011
      BGEU       B      ....... ..... ..... 111 ..... 1100011
      SUB        R      0100000 ..... ..... 000 ..... 0110011
      BLTU       B      ....... ..... ..... 110 ..... 1100011
      JAL        J      ....... ..... ..... ... ..... 1101111
      SW         S      ....... ..... ..... 010 ..... 0100011
      LUI        U      ....... ..... ..... ... ..... 0110111
      SLTU       R      0000000 ..... ..... 011 ..... 0110011
      SB         S      ....... ..... ..... 000 ..... 0100011
      SUBW       R      0100000 ..... ..... 000 ..... 0111011
      XORI       I      ....... ..... ..... 100 ..... 0010011
      BLT        B      ....... ..... ..... 100 ..... 1100011
      BGE        B      ....... ..... ..... 101 ..... 1100011
      LHU        I      ....... ..... ..... 101 ..... 0000011
      LB         I      ....... ..... ..... 000 ..... 0000011
      SH         S      ....... ..... ..... 001 ..... 0100011
      SRL        R      0000000 ..... ..... 101 ..... 0110011
      SLL        R      0000000 ..... ..... 001 ..... 0110011
      LWU        I      ....... ..... ..... 110 ..... 0000011
      SRAIW      SHIFT  0100000 ..... ..... 101 ..... 0011011
      SLTIU      I      ....... ..... ..... 011 ..... 0010011
      ORI        I      ....... ..... ..... 110 ..... 0010011
      SRAI       SHIFT  010000. ..... ..... 101 ..... 0010011
      SLLW       R      0000000 ..... ..... 001 ..... 0111011
      LH         I      ....... ..... ..... 001 ..... 0000011
      SLTI       I      ....... ..... ..... 010 ..... 0010011
      SLT        R      0000000 ..... ..... 010 ..... 0110011
      SRA        R      0100000 ..... ..... 101 ..... 0110011
      SRLW       R      0000000 ..... ..... 101 ..... 0111011
      SRAW       R      0100000 ..... ..... 101 ..... 0111011
      PAUSE      NONE   0000000 10000 00000 000 00000 0001111
      FENCE      NONE   ....... ..... ..... 000 ..... 0001111
      FENCE_I    NONE   ....... ..... ..... 001 ..... 0001111
      # M: multiply and divide
      MUL        R      0000001 ..... ..... 000 ..... 0110011
      MULH       R      0000001 ..... ..... 001 ..... 0110011
      MULHSU     R      0000001 ..... ..... 010 ..... 0110011
      MULHU      R      0000001 ..... ..... 011 ..... 0110011
      DIV        R      0000001 ..... ..... 100 ..... 0110011
      DIVU       R      0000001 ..... ..... 101 ..... 0110011
      REM        R      0000001 ..... ..... 110 ..... 0110011
      REMU       R      0000001 ..... ..... 111 ..... 0110011
      MULW       R      0000001 ..... ..... 000 ..... 0111011
      DIVW       R      0000001 ..... ..... 100 ..... 0111011
      DIVUW      R      0000001 ..... ..... 101 ..... 0111011
      REMW       R      0000001 ..... ..... 110 ..... 0111011
      REMUW      R      0000001 ..... ..... 111 ..... 0111011
      # Zba: address generation
      ADD_UW     R      0000100 ..... ..... 000 ..... 0111011
      SH1ADD     R      0010000 ..... ..... 010 ..... 0110011
      SH2ADD     R      0010000 ..... ..... 100 ..... 0110011
      SH3ADD     R      0010000 ..... ..... 110 ..... 0110011
      SH1ADD_UW  R      0010000 ..... ..... 010 ..... 0111011
      SH2ADD_UW  R      0010000 ..... ..... 100 ..... 0111011
      SH3ADD_UW  R      0010000 ..... ..... 110 ..... 0111011
      SLLI_UW    SHIFT  000010. ..... ..... 001 ..... 0011011
      # Zbb: basic bit manipulation
      ANDN       R      0100000 ..... ..... 111 ..... 0110011
      ORN        R      0100000 ..... ..... 110 ..... 0110011
      XNOR       R      0100000 ..... ..... 100 ..... 0110011
      CLZ        UNARY  0110000 00000 ..... 001 ..... 0010011
      CTZ        UNARY  0110000 00001 ..... 001 ..... 0010011
      CPOP       UNARY  0110000 00010 ..... 001 ..... 0010011
      SEXT_B     UNARY  0110000 00100 ..... 001 ..... 0010011
      SEXT_H     UNARY  0110000 00101 ..... 001 ..... 0010011
      CLZW       UNARY  0110000 00000 ..... 001 ..... 0011011
      CTZW       UNARY  0110000 00001 ..... 001 ..... 0011011
      CPOPW      UNARY  0110000 00010 ..... 001 ..... 0011011
      MAX        R      0000101 ..... ..... 110 ..... 0110011
      MAXU       R      0000101 ..... ..... 111 ..... 0110011
      MIN        R      0000101 ..... ..... 100 ..... 0110011
      MINU       R      0000101 ..... ..... 101 ..... 0110011
      ZEXT_H     UNARY  0000100 00000 ..... 100 ..... 0111011
      ROL        R      0110000 ..... ..... 001 ..... 0110011
      ROR        R      0110000 ..... ..... 101 ..... 0110011
      RORI       SHIFT  011000. ..... ..... 101 ..... 0010011
      ROLW       R      0110000 ..... ..... 001 ..... 0111011
      RORW       R      0110000 ..... ..... 101 ..... 0111011
      RORIW      SHIFT  0110000 ..... ..... 101 ..... 0011011
      ORC_B      UNARY  0010100 00111 ..... 101 ..... 0010011
      REV8       UNARY  0110101 11000 ..... 101 ..... 0010011
      # Zbs: single bits
      BCLR       R      0100100 ..... ..... 001 ..... 0110011
      BEXT       R      0100100 ..... ..... 101 ..... 0110011
      BINV       R      0110100 ..... ..... 001 ..... 0110011
      BSET       R      0010100 ..... ..... 001 ..... 0110011
      BCLRI      SHIFT  010010. ..... ..... 001 ..... 0010011
      BEXTI      SHIFT  010010. ..... ..... 101 ..... 0010011
      BINVI      SHIFT  011010. ..... ..... 001 ..... 0010011
      BSETI      SHIFT  001010. ..... ..... 001 ..... 0010011
      # A: atomics
      LR_W       AMO    00010.. 00000 ..... 010 ..... 0101111
      SC_W       AMO    00011.. ..... ..... 010 ..... 0101111
      AMOSWAP_W  AMO    00001.. ..... ..... 010 ..... 0101111
      AMOADD_W   AMO    00000.. ..... ..... 010 ..... 0101111
      AMOXOR_W   AMO    00100.. ..... ..... 010 ..... 0101111
      AMOAND_W   AMO    01100.. ..... ..... 010 ..... 0101111
      AMOOR_W    AMO    01000.. ..... ..... 010 ..... 0101111
      AMOMIN_W   AMO    10000.. ..... ..... 010 ..... 0101111
      AMOMAX_W   AMO    10100.. ..... ..... 010 ..... 0101111
      AMOMINU_W  AMO    11000.. ..... ..... 010 ..... 0101111
      AMOMAXU_W  AMO    11100.. ..... ..... 010 ..... 0101111
      LR_D       AMO    00010.. 00000 ..... 011 ..... 0101111
      SC_D       AMO    00011.. ..... ..... 011 ..... 0101111
      AMOSWAP_D  AMO    00001.. ..... ..... 011 ..... 0101111
      AMOADD_D   AMO    00000.. ..... ..... 011 ..... 0101111
      AMOXOR_D   AMO    00100.. ..... ..... 011 ..... 0101111
      AMOAND_D   AMO    01100.. ..... ..... 011 ..... 0101111
      AMOOR_D    AMO    01000.. ..... ..... 011 ..... 0101111
      AMOMIN_D   AMO    10000.. ..... ..... 011 ..... 0101111
      AMOMAX_D   AMO    10100.. ..... ..... 011 ..... 0101111
      AMOMINU_D  AMO    11000.. ..... ..... 011 ..... 0101111
      AMOMAXU_D  AMO    11100.. ..... ..... 011 ..... 0101111
      # F: binary32
      FLW        FLOAD  ....... ..... ..... 010 ..... 0000111
      FSW        FSTORE ....... ..... ..... 010 ..... 0100111
      FMADD_S    FMA    .....00 ..... ..... ... ..... 1000011
      FMSUB_S    FMA    .....00 ..... ..... ... ..... 1000111
      FNMSUB_S   FMA    .....00 ..... ..... ... ..... 1001011
      FNMADD_S   FMA    .....00 ..... ..... ... ..... 1001111
      FADD_S     FRM    0000000 ..... ..... ... ..... 1010011
      FSUB_S     FRM    0000100 ..... ..... ... ..... 1010011
      FMUL_S     FRM    0001000 ..... ..... ... ..... 1010011
      FDIV_S     FRM    0001100 ..... ..... ... ..... 1010011
      FSQRT_S    FRM    0101100 00000 ..... ... ..... 1010011
      FSGNJ_S    FR     0010000 ..... ..... 000 ..... 1010011
      FSGNJN_S   FR     0010000 ..... ..... 001 ..... 1010011
      FSGNJX_S   FR     0010000 ..... ..... 010 ..... 1010011
      FMIN_S     FR     0010100 ..... ..... 000 ..... 1010011
      FMAX_S     FR     0010100 ..... ..... 001 ..... 1010011
      FEQ_S      FR     1010000 ..... ..... 010 ..... 1010011
      FLT_S      FR     1010000 ..... ..... 001 ..... 1010011
      FLE_S      FR     1010000 ..... ..... 000 ..... 1010011
      FCLASS_S   FR     1110000 00000 ..... 001 ..... 1010011
      FMV_X_W    FR     1110000 00000 ..... 000 ..... 1010011
      FMV_W_X    FR     1111000 00000 ..... 000 ..... 1010011
      FCVT_W_S   FRM    1100000 00000 ..... ... ..... 1010011
      FCVT_WU_S  FRM    1100000 00001 ..... ... ..... 1010011
      FCVT_L_S   FRM    1100000 00010 ..... ... ..... 1010011
      FCVT_LU_S  FRM    1100000 00011 ..... ... ..... 1010011
      FCVT_S_W   FRM    1101000 00000 ..... ... ..... 1010011
      FCVT_S_WU  FRM    1101000 00001 ..... ... ..... 1010011
      FCVT_S_L   FRM    1101000 00010 ..... ... ..... 1010011
      FCVT_S_LU  FRM    1101000 00011 ..... ... ..... 1010011
      # D: binary64
      FLD        FLOAD  ....... ..... ..... 011 ..... 0000111
      FSD        FSTORE ....... ..... ..... 011 ..... 0100111
      FMADD_D    FMA    .....01 ..... ..... ... ..... 1000011
      FMSUB_D    FMA    .....01 ..... ..... ... ..... 1000111
      FNMSUB_D   FMA    .....01 ..... ..... ... ..... 1001011
      FNMADD_D   FMA    .....01 ..... ..... ... ..... 1001111
      FADD_D     FRM    0000001 ..... ..... ... ..... 1010011
      FSUB_D     FRM    0000101 ..... ..... ... ..... 1010011
      FMUL_D     FRM    0001001 ..... ..... ... ..... 1010011
      FDIV_D     FRM    0001101 ..... ..... ... ..... 1010011
      FSQRT_D    FRM    0101101 00000 ..... ... ..... 1010011
      FSGNJ_D    FR     0010001 ..... ..... 000 ..... 1010011
      FSGNJN_D   FR     0010001 ..... ..... 001 ..... 1010011
      FSGNJX_D   FR     0010001 ..... ..... 010 ..... 1010011
      FMIN_D     FR     0010101 ..... ..... 000 ..... 1010011
      FMAX_D     FR     0010101 ..... ..... 001 ..... 1010011
      FEQ_D      FR     1010001 ..... ..... 010 ..... 1010011
      FLT_D      FR     1010001 ..... ..... 001 ..... 1010011
      FLE_D      FR     1010001 ..... ..... 000 ..... 1010011
      FCLASS_D   FR     1110001 00000 ..... 001 ..... 1010011
      FMV_X_D    FR     1110001 00000 ..... 000 ..... 1010011
      FMV_D_X    FR     1111001 00000 ..... 000 ..... 1010011
      FCVT_W_D   FRM    1100001 00000 ..... ... ..... 1010011
      FCVT_WU_D  FRM    1100001 00001 ..... ... ..... 1010011
      FCVT_L_D   FRM    1100001 00010 ..... ... ..... 1010011
      FCVT_LU_D  FRM    1100001 00011 ..... ... ..... 1010011
      FCVT_D_W   FRM    1101001 00000 ..... ... ..... 1010011
      FCVT_D_WU  FRM    1101001 00001 ..... ... ..... 1010011
      FCVT_D_L   FRM    1101001 00010 ..... ... ..... 1010011
      FCVT_D_LU  FRM    1101001 00011 ..... ... ..... 1010011
      FCVT_S_D   FRM    0100000 00001 ..... ... ..... 1010011
      FCVT_D_S   FRM    0100001 00000 ..... ... ..... 1010011
      # Zicsr and the privileged instructions
      CSRRW      CSR    ....... ..... ..... 001 ..... 1110011
      CSRRS      CSR    ....... ..... ..... 010 ..... 1110011
      CSRRC      CSR    ....... ..... ..... 011 ..... 1110011
      CSRRWI     CSR    ....... ..... ..... 101 ..... 1110011
      CSRRSI     CSR    ....... ..... ..... 110 ..... 1110011
      CSRRCI     CSR    ....... ..... ..... 111 ..... 1110011
      ECALL      NONE   0000000 00000 00000 000 00000 1110011
      EBREAK     NONE   0000000 00001 00000 000 00000 1110011
      SRET       NONE   0001000 00010 00000 000 00000 1110011
      MRET       NONE   0011000 00010 00000 000 00000 1110011
      WFI        NONE   0001000 00101 00000 000 00000 1110011
      SFENCE_VMA NONE   0001001 ..... ..... 000 00000 1110011
      """;

  private static final List<Row> ROWS = parse();

  /** Rows by bits 6:2 and funct3, so that a look-up tries few. */
  private static final Row[][] BUCKETS = buckets();

  private InstructionTable() {}

  /** All instructions; the row of opcode n is at n - 1. */
  public static List<Row> rows() {
    return ROWS;
  }

  /** The name of an opcode. */
  public static String name(int opcode) {
    return opcode == Opcode.ILLEGAL ? "illegal" : ROWS.get(opcode - 1).name();
  }

  /** The row which these 32 bits match, or null. */
  static @Nullable Row find(int bits) {
    if ((bits & 3) == 3) {
      for (Row row : BUCKETS[bucket(bits)]) {
        if ((bits & row.mask()) == row.match()) {
          return row;
        }
      }
    }
    return null;
  }

  private static int bucket(int bits) {
    return (bits >>> 2 & 31) << 3 | (bits >>> 12 & 7);
  }

  private static Row[][] buckets() {
    Row[][] buckets = new Row[256][];
    for (int i = 0; i < buckets.length; i++) {
      int key = (i >>> 3) << 2 | (i & 7) << 12 | 3;
      int keyMask = 0x707f;
      buckets[i] =
          ROWS.stream()
              .filter(row -> ((row.match() ^ key) & row.mask() & keyMask) == 0)
              .toArray(Row[]::new);
    }
    return buckets;
  }

  private static List<Row> parse() {
    List<Row> rows = new ArrayList<>();
    TABLE
        .lines()
        .map(String::strip)
        .filter(line -> !line.startsWith("#"))
        .forEach(line -> {
          String[] words = line.split(" +", 3);
          String pattern = words[2].replace(" ", "");
          int mask = 0;
          int match = 0;
          for (int i = 0; i < 32; i++) {
            char c = pattern.charAt(i);
            mask = mask << 1 | (c == '.' ? 0 : 1);
            match = match << 1 | (c == '1' ? 1 : 0);
          }
          String name = words[0].toLowerCase(Locale.ROOT).replace('_', '.');
          rows.add(new Row(rows.size() + 1, name, Format.valueOf(words[1]), mask, match));
        });
    return List.copyOf(rows);
  }
}
