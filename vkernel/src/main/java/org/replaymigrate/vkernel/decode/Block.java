package org.replaymigrate.vkernel.decode;

import org.jspecify.annotations.Nullable;
import org.replaymigrate.vkernel.memory.Ram;

/**
 * Instructions that follow each other within a page, up to the first that ends a block. It belongs
 * to a physical address and is independent of the virtual one.
 */
public final class Block {
  /** Bound on the length: what a turn that ends early has wasted at most. */
  public static final int MAX_OPERATIONS = 48;

  /** {@link Operation}s, at least one. */
  public final long[] operations;

  /** Length in bytes of all its instructions. */
  public final int bytes;

  /** How often it has been interpreted, while there is somebody who wants to know. */
  public int heat;

  /** What to run in its place, if there is something. */
  public @Nullable Translated translated;

  Block(long[] operations, int bytes) {
    this.operations = operations;
    this.bytes = bytes;
  }

  /** Bytes from the start of the block to the operation at {@code index}. */
  public int offsetOf(int index) {
    int offset = 0;
    for (int i = 0; i < index; i++) {
      offset += Operation.length(operations[i]);
    }
    return offset;
  }

  /** A block of one instruction whose bits the caller has put together from two pages. */
  public static Block ofOne(int bits) {
    return new Block(new long[] {Decoder.decode(bits, 0)}, Decoder.isWide(bits) ? 4 : 2);
  }

  /**
   * Decodes from RAM.
   *
   * @param address physical, even, in RAM
   * @param buffer scratch of {@link #MAX_OPERATIONS}
   * @return a block, or null if the first instruction continues on the next page
   */
  static @Nullable Block decode(Ram ram, long address, long[] buffer) {
    long pageEnd = (address | Ram.PAGE_SIZE - 1) + 1;
    long at = address;
    int count = 0;
    while (count < MAX_OPERATIONS && at < pageEnd) {
      int bits = ram.getShort(at) & 0xffff;
      if (Decoder.isWide(bits)) {
        if (at + 4 > pageEnd) {
          break;
        }
        bits = ram.getInt(at);
      }
      long op = Decoder.decode(bits, (int) (at - address));
      buffer[count++] = op;
      at += Operation.length(op);
      if (Decoder.endsBlock(Operation.opcode(op))) {
        break;
      }
    }
    if (count == 0) {
      return null;
    }
    long[] operations = new long[count];
    System.arraycopy(buffer, 0, operations, 0, count);
    return new Block(operations, (int) (at - address));
  }
}
