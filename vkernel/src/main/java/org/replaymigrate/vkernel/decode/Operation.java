package org.replaymigrate.vkernel.decode;

/**
 * A decoded instruction, packed into a {@code long} so that executing it costs one load:
 *
 * <pre>
 *   63            32 31  30   26 25   21 20   16 15    10 9    8      0
 *  +----------------+--+-------+-------+-------+--------+----+--------+
 *  | immediate      |  | rs3/- | rs2   | rs1   | rd     | 4B | opcode |
 *  +----------------+--+-------+-------+-------+--------+----+--------+
 * </pre>
 *
 * {@code rd} has 6 bits: an integer destination of {@code x0} becomes register 32, which nobody
 * reads. {@code 4B} is set for an instruction of four bytes. The immediate is the sign-extended one
 * of the instruction, except: a shift amount; the rounding mode; the number of a CSR; for {@code
 * AUIPC}, jumps and branches the distance from the start of the block, so that a block does not
 * depend on the virtual address it runs at; for {@code ILLEGAL} the bits themselves.
 */
public final class Operation {
  /** Where results for x0 go. */
  public static final int SINK = 32;

  private Operation() {}

  static long pack(int opcode, boolean wide, int rd, int rs1, int rs2, int rs3, int immediate) {
    return opcode
        | (wide ? 1L << 9 : 0)
        | (long) rd << 10
        | (long) rs1 << 16
        | (long) rs2 << 21
        | (long) rs3 << 26
        | (long) immediate << 32;
  }

  public static int opcode(long op) {
    return (int) op & 0x1ff;
  }

  /** 2 or 4 bytes. */
  public static int length(long op) {
    return 2 + ((int) op >>> 8 & 2);
  }

  public static int rd(long op) {
    return (int) op >>> 10 & 63;
  }

  public static int rs1(long op) {
    return (int) op >>> 16 & 31;
  }

  public static int rs2(long op) {
    return (int) op >>> 21 & 31;
  }

  public static int rs3(long op) {
    return (int) op >>> 26 & 31;
  }

  public static long immediate(long op) {
    return op >> 32;
  }
}
