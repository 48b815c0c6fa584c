package org.replaymigrate.vkernel.decode;

/**
 * Numbers of the decoded instructions, dense so that a switch over them is one jump, and those of
 * RV64I in the order of how often the interpreter executes them while Debian boots: C1, which
 * compiles the interpreter first, makes a chain of comparisons of a switch. They are no part of any
 * format. {@link InstructionTable} has the encodings.
 */
public final class Opcode {
  /** No instruction: decoded from bits that mean nothing. */
  public static final int ILLEGAL = 0;

  // RV64I
  public static final int ADDI = 1;
  public static final int LD = 2;
  public static final int ADD = 3;
  public static final int SD = 4;
  public static final int BEQ = 5;
  public static final int SLLI = 6;
  public static final int BNE = 7;
  public static final int OR = 8;
  public static final int JALR = 9;
  public static final int AUIPC = 10;
  public static final int LW = 11;
  public static final int XOR = 12;
  public static final int SRLI = 13;
  public static final int LBU = 14;
  public static final int ANDI = 15;
  public static final int SRLIW = 16;
  public static final int ADDIW = 17;
  public static final int ADDW = 18;
  public static final int SLLIW = 19;
  public static final int AND = 20;
  public static final int BGEU = 21;
  public static final int SUB = 22;
  public static final int BLTU = 23;
  public static final int JAL = 24;
  public static final int SW = 25;
  public static final int LUI = 26;
  public static final int SLTU = 27;
  public static final int SB = 28;
  public static final int SUBW = 29;
  public static final int XORI = 30;
  public static final int BLT = 31;
  public static final int BGE = 32;
  public static final int LHU = 33;
  public static final int LB = 34;
  public static final int SH = 35;
  public static final int SRL = 36;
  public static final int SLL = 37;
  public static final int LWU = 38;
  public static final int SRAIW = 39;
  public static final int SLTIU = 40;
  public static final int ORI = 41;
  public static final int SRAI = 42;
  public static final int SLLW = 43;
  public static final int LH = 44;
  public static final int SLTI = 45;
  public static final int SLT = 46;
  public static final int SRA = 47;
  public static final int SRLW = 48;
  public static final int SRAW = 49;
  public static final int PAUSE = 50;
  public static final int FENCE = 51;
  public static final int FENCE_I = 52;

  // M: multiply and divide
  public static final int MUL = 53;
  public static final int MULH = 54;
  public static final int MULHSU = 55;
  public static final int MULHU = 56;
  public static final int DIV = 57;
  public static final int DIVU = 58;
  public static final int REM = 59;
  public static final int REMU = 60;
  public static final int MULW = 61;
  public static final int DIVW = 62;
  public static final int DIVUW = 63;
  public static final int REMW = 64;
  public static final int REMUW = 65;

  // Zba: address generation
  public static final int ADD_UW = 66;
  public static final int SH1ADD = 67;
  public static final int SH2ADD = 68;
  public static final int SH3ADD = 69;
  public static final int SH1ADD_UW = 70;
  public static final int SH2ADD_UW = 71;
  public static final int SH3ADD_UW = 72;
  public static final int SLLI_UW = 73;

  // Zbb: basic bit manipulation
  public static final int ANDN = 74;
  public static final int ORN = 75;
  public static final int XNOR = 76;
  public static final int CLZ = 77;
  public static final int CTZ = 78;
  public static final int CPOP = 79;
  public static final int SEXT_B = 80;
  public static final int SEXT_H = 81;
  public static final int CLZW = 82;
  public static final int CTZW = 83;
  public static final int CPOPW = 84;
  public static final int MAX = 85;
  public static final int MAXU = 86;
  public static final int MIN = 87;
  public static final int MINU = 88;
  public static final int ZEXT_H = 89;
  public static final int ROL = 90;
  public static final int ROR = 91;
  public static final int RORI = 92;
  public static final int ROLW = 93;
  public static final int RORW = 94;
  public static final int RORIW = 95;
  public static final int ORC_B = 96;
  public static final int REV8 = 97;

  // Zbs: single bits
  public static final int BCLR = 98;
  public static final int BEXT = 99;
  public static final int BINV = 100;
  public static final int BSET = 101;
  public static final int BCLRI = 102;
  public static final int BEXTI = 103;
  public static final int BINVI = 104;
  public static final int BSETI = 105;

  // A: atomics
  public static final int LR_W = 106;
  public static final int SC_W = 107;
  public static final int AMOSWAP_W = 108;
  public static final int AMOADD_W = 109;
  public static final int AMOXOR_W = 110;
  public static final int AMOAND_W = 111;
  public static final int AMOOR_W = 112;
  public static final int AMOMIN_W = 113;
  public static final int AMOMAX_W = 114;
  public static final int AMOMINU_W = 115;
  public static final int AMOMAXU_W = 116;
  public static final int LR_D = 117;
  public static final int SC_D = 118;
  public static final int AMOSWAP_D = 119;
  public static final int AMOADD_D = 120;
  public static final int AMOXOR_D = 121;
  public static final int AMOAND_D = 122;
  public static final int AMOOR_D = 123;
  public static final int AMOMIN_D = 124;
  public static final int AMOMAX_D = 125;
  public static final int AMOMINU_D = 126;
  public static final int AMOMAXU_D = 127;

  // F: binary32
  public static final int FLW = 128;
  public static final int FSW = 129;
  public static final int FMADD_S = 130;
  public static final int FMSUB_S = 131;
  public static final int FNMSUB_S = 132;
  public static final int FNMADD_S = 133;
  public static final int FADD_S = 134;
  public static final int FSUB_S = 135;
  public static final int FMUL_S = 136;
  public static final int FDIV_S = 137;
  public static final int FSQRT_S = 138;
  public static final int FSGNJ_S = 139;
  public static final int FSGNJN_S = 140;
  public static final int FSGNJX_S = 141;
  public static final int FMIN_S = 142;
  public static final int FMAX_S = 143;
  public static final int FEQ_S = 144;
  public static final int FLT_S = 145;
  public static final int FLE_S = 146;
  public static final int FCLASS_S = 147;
  public static final int FMV_X_W = 148;
  public static final int FMV_W_X = 149;
  public static final int FCVT_W_S = 150;
  public static final int FCVT_WU_S = 151;
  public static final int FCVT_L_S = 152;
  public static final int FCVT_LU_S = 153;
  public static final int FCVT_S_W = 154;
  public static final int FCVT_S_WU = 155;
  public static final int FCVT_S_L = 156;
  public static final int FCVT_S_LU = 157;

  // D: binary64
  public static final int FLD = 158;
  public static final int FSD = 159;
  public static final int FMADD_D = 160;
  public static final int FMSUB_D = 161;
  public static final int FNMSUB_D = 162;
  public static final int FNMADD_D = 163;
  public static final int FADD_D = 164;
  public static final int FSUB_D = 165;
  public static final int FMUL_D = 166;
  public static final int FDIV_D = 167;
  public static final int FSQRT_D = 168;
  public static final int FSGNJ_D = 169;
  public static final int FSGNJN_D = 170;
  public static final int FSGNJX_D = 171;
  public static final int FMIN_D = 172;
  public static final int FMAX_D = 173;
  public static final int FEQ_D = 174;
  public static final int FLT_D = 175;
  public static final int FLE_D = 176;
  public static final int FCLASS_D = 177;
  public static final int FMV_X_D = 178;
  public static final int FMV_D_X = 179;
  public static final int FCVT_W_D = 180;
  public static final int FCVT_WU_D = 181;
  public static final int FCVT_L_D = 182;
  public static final int FCVT_LU_D = 183;
  public static final int FCVT_D_W = 184;
  public static final int FCVT_D_WU = 185;
  public static final int FCVT_D_L = 186;
  public static final int FCVT_D_LU = 187;
  public static final int FCVT_S_D = 188;
  public static final int FCVT_D_S = 189;

  // Zicsr and the privileged instructions
  public static final int CSRRW = 190;
  public static final int CSRRS = 191;
  public static final int CSRRC = 192;
  public static final int CSRRWI = 193;
  public static final int CSRRSI = 194;
  public static final int CSRRCI = 195;
  public static final int ECALL = 196;
  public static final int EBREAK = 197;
  public static final int SRET = 198;
  public static final int MRET = 199;
  public static final int WFI = 200;
  public static final int SFENCE_VMA = 201;

  /** One more than the highest number. */
  public static final int COUNT = 202;

  private Opcode() {}

  /** Whether it is a conditional branch. */
  public static boolean isBranch(int opcode) {
    return switch (opcode) {
      case BEQ, BNE, BLT, BGE, BLTU, BGEU -> true;
      default -> false;
    };
  }

  /** Whether it loads into an integer register, and is no atomic. */
  public static boolean isLoad(int opcode) {
    return switch (opcode) {
      case LB, LH, LW, LD, LBU, LHU, LWU -> true;
      default -> false;
    };
  }

  /** Whether it stores an integer register, and is no atomic. */
  public static boolean isStore(int opcode) {
    return switch (opcode) {
      case SB, SH, SW, SD -> true;
      default -> false;
    };
  }

  /** Whether it computes from a register and an immediate; of RV64I only. */
  public static boolean isImmediate(int opcode) {
    return switch (opcode) {
      case ADDI, SLTI, SLTIU, XORI, ORI, ANDI, SLLI, SRLI, SRAI, ADDIW, SLLIW, SRLIW, SRAIW -> true;
      default -> false;
    };
  }
}
