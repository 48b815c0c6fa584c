package org.replaymigrate.bench.checkpoint;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * A bare-metal guest that writes eight bytes into a page at random, counts a while, and so on
 * without end. Fourteen instructions, put together here so that it takes no compiler.
 */
final class PageWriterGuest {
  private static final int STATE = 5;
  private static final int BASE = 6;
  private static final int MASK = 7;
  private static final int SHIFTED = 28;
  private static final int ADDRESS = 29;
  private static final int COUNT = 30;

  private PageWriterGuest() {}

  /**
   * Its code, for the beginning of RAM.
   *
   * @param memoryBytes of RAM, a power of two from 64 MiB to 1 GiB
   * @param pause how many times to count between two pages, below 2048
   */
  static byte[] image(long memoryBytes, int pause) {
    List<Integer> code = new ArrayList<>();
    code.add(upper(STATE, 0x12345));
    code.add(upper(MASK, (int) (memoryBytes - 1 >>> 12)));
    code.add(immediate(0, BASE, 0, 1));
    code.add(immediate(1, BASE, BASE, 31));
    int loop = code.size();
    code.add(immediate(1, SHIFTED, STATE, 13)); // xorshift64
    code.add(register(4, STATE, STATE, SHIFTED));
    code.add(immediate(5, SHIFTED, STATE, 7));
    code.add(register(4, STATE, STATE, SHIFTED));
    code.add(immediate(1, SHIFTED, STATE, 17));
    code.add(register(4, STATE, STATE, SHIFTED));
    code.add(register(7, ADDRESS, STATE, MASK));
    code.add(register(0, ADDRESS, ADDRESS, BASE));
    code.add(store(STATE, ADDRESS, 1024));
    code.add(immediate(0, COUNT, 0, pause));
    code.add(immediate(0, COUNT, COUNT, -1));
    code.add(branchIfNot(COUNT, -4));
    code.add(jump(4 * (loop - code.size())));
    ByteBuffer image = ByteBuffer.allocate(4 * code.size()).order(ByteOrder.LITTLE_ENDIAN);
    code.forEach(image::putInt);
    return image.array();
  }

  private static int upper(int rd, int imm) {
    return imm << 12 | rd << 7 | 0x37;
  }

  private static int immediate(int function, int rd, int rs, int imm) {
    return imm << 20 | rs << 15 | function << 12 | rd << 7 | 0x13;
  }

  private static int register(int function, int rd, int rs1, int rs2) {
    return rs2 << 20 | rs1 << 15 | function << 12 | rd << 7 | 0x33;
  }

  private static int store(int rs, int base, int imm) {
    return (imm >> 5) << 25 | rs << 20 | base << 15 | 3 << 12 | (imm & 31) << 7 | 0x23;
  }

  /** BNE with x0. */
  private static int branchIfNot(int rs, int offset) {
    return (offset >> 12 & 1) << 31
        | (offset >> 5 & 63) << 25
        | rs << 15
        | 1 << 12
        | (offset >> 1 & 15) << 8
        | (offset >> 11 & 1) << 7
        | 0x63;
  }

  private static int jump(int offset) {
    return (offset >> 20 & 1) << 31
        | (offset >> 1 & 1023) << 21
        | (offset >> 11 & 1) << 20
        | (offset >> 12 & 255) << 12
        | 0x6f;
  }
}
