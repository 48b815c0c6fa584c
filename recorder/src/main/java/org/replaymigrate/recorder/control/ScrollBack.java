package org.replaymigrate.recorder.control;

import java.util.ArrayDeque;
import java.util.Arrays;

/** The last bytes of a stream, in the pieces they came in. For one thread at a time. */
final class ScrollBack {
  private final int capacity;
  private final ArrayDeque<byte[]> pieces = new ArrayDeque<>();
  private int size;

  /**
   * @param capacity bytes that are kept
   */
  ScrollBack(int capacity) {
    this.capacity = capacity;
  }

  void add(byte[] bytes) {
    if (bytes.length == 0) {
      return;
    }
    pieces.add(bytes);
    size += bytes.length;
    while (size - pieces.getFirst().length >= capacity) {
      size -= pieces.removeFirst().length;
    }
  }

  /** What is kept, oldest first; at most the capacity. */
  byte[] content() {
    byte[] all = new byte[size];
    int at = 0;
    for (byte[] piece : pieces) {
      System.arraycopy(piece, 0, all, at, piece.length);
      at += piece.length;
    }
    int excess = Math.max(0, size - capacity);
    return excess == 0 ? all : Arrays.copyOfRange(all, excess, size);
  }
}
