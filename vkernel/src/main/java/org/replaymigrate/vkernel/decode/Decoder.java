package org.replaymigrate.vkernel.decode;

import static org.replaymigrate.vkernel.decode.Operation.SINK;
import static org.replaymigrate.vkernel.decode.Operation.pack;

import org.jspecify.annotations.Nullable;

/** Turns the bits of one instruction into an {@link Operation}. */
public final class Decoder {
  private Decoder() {}

  /** Whether the low half of an instruction says that it has 32 bits. */
  public static boolean isWide(int bits) {
    return (bits & 3) == 3;
  }

  /**
   * Decodes one instruction.
   *
   * @param bits 32 bits, of which only the low 16 count when {@link #isWide} is false
   * @param offset bytes from the start of the block
   */
  public static long decode(int bits, int offset) {
    boolean wide = isWide(bits);
    int raw = wide ? bits : bits & 0xffff;
    int expanded = wide ? bits : CompressedDecoder.expand(raw);
    InstructionTable.@Nullable Row row = InstructionTable.find(expanded);
    if (row == null) {
      return pack(Opcode.ILLEGAL, wide, 0, 0, 0, 0, raw);
    }
    int b = expanded;
    int opcode = row.opcode();
    int fd = b >>> 7 & 31;
    int rd = fd == 0 ? SINK : fd;
    int rs1 = b >>> 15 & 31;
    int rs2 = b >>> 20 & 31;
    int rm = b >>> 12 & 7;
    return switch (row.format()) {
      case R, AMO -> pack(opcode, wide, rd, rs1, rs2, 0, 0);
      case I -> pack(opcode, wide, rd, rs1, 0, 0, b >> 20);
      case FLOAD -> pack(opcode, wide, fd, rs1, 0, 0, b >> 20);
      case S, FSTORE -> pack(opcode, wide, 0, rs1, rs2, 0, (b >> 25 << 5) | fd);
      case B -> pack(opcode, wide, 0, rs1, rs2, 0, offset + branchImmediate(b));
      case U -> pack(opcode, wide, rd, 0, 0, 0, (b & 0xfffff000) + pcRelative(opcode, offset));
      case J -> pack(opcode, wide, rd, 0, 0, 0, offset + jumpImmediate(b));
      case SHIFT -> pack(opcode, wide, rd, rs1, 0, 0, b >>> 20 & 63);
      case UNARY -> pack(opcode, wide, rd, rs1, 0, 0, 0);
      case FR -> pack(opcode, wide, toInteger(opcode) ? rd : fd, rs1, rs2, 0, 0);
      case FRM -> pack(opcode, wide, toInteger(opcode) ? rd : fd, rs1, rs2, 0, rm);
      case FMA -> pack(opcode, wide, fd, rs1, rs2, b >>> 27, rm);
      case CSR -> pack(opcode, wide, rd, rs1, 0, 0, b >>> 20);
      case NONE -> pack(opcode, wide, SINK, rs1, rs2, 0, 0);
    };
  }

  /**
   * Whether nothing after this operation belongs to its block: it jumps, or may change how the next
   * instruction is fetched or whether an interrupt comes first.
   */
  public static boolean endsBlock(int opcode) {
    return switch (opcode) {
      case Opcode.JAL,
          Opcode.JALR,
          Opcode.BEQ,
          Opcode.BNE,
          Opcode.BLT,
          Opcode.BGE,
          Opcode.BLTU,
          Opcode.BGEU,
          Opcode.ILLEGAL,
          Opcode.PAUSE ->
          true;
      default -> opcode >= Opcode.CSRRW;
    };
  }

  private static int pcRelative(int opcode, int offset) {
    return opcode == Opcode.AUIPC ? offset : 0;
  }

  private static boolean toInteger(int opcode) {
    return switch (opcode) {
      case Opcode.FEQ_S,
          Opcode.FLT_S,
          Opcode.FLE_S,
          Opcode.FCLASS_S,
          Opcode.FMV_X_W,
          Opcode.FCVT_W_S,
          Opcode.FCVT_WU_S,
          Opcode.FCVT_L_S,
          Opcode.FCVT_LU_S,
          Opcode.FEQ_D,
          Opcode.FLT_D,
          Opcode.FLE_D,
          Opcode.FCLASS_D,
          Opcode.FMV_X_D,
          Opcode.FCVT_W_D,
          Opcode.FCVT_WU_D,
          Opcode.FCVT_L_D,
          Opcode.FCVT_LU_D ->
          true;
      default -> false;
    };
  }

  private static int branchImmediate(int b) {
    return (b >> 31 << 12) | (b << 4 & 0x800) | (b >>> 20 & 0x7e0) | (b >>> 7 & 0x1e);
  }

  private static int jumpImmediate(int b) {
    return (b >> 31 << 20) | (b & 0xff000) | (b >>> 9 & 0x800) | (b >>> 20 & 0x7fe);
  }
}
