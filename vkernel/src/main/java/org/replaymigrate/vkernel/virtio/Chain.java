package org.replaymigrate.vkernel.virtio;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.replaymigrate.vkernel.memory.Ram;

/**
 * A checked descriptor chain: two runs of bytes in guest RAM, first what the device reads, then
 * what it writes. How a driver cuts either into descriptors means nothing (2.7.4.1), so devices
 * address bytes by their offset in the run. Valid until the queue is asked for another one.
 */
final class Chain {
  /** Takes a contiguous part of a run. */
  @FunctionalInterface
  interface Piece {
    /**
     * Visits the part.
     *
     * @param at where it starts, counted from the start of what was asked for
     */
    void accept(long at, MemorySegment content);
  }

  private final Ram ram;
  private int head;
  private int count;
  private int readableCount;
  private long readableBytes;
  private long writableBytes;
  private long[] address = new long[16];
  private int[] length = new int[16];

  Chain(Ram ram) {
    this.ram = ram;
  }

  void start(int head) {
    this.head = head;
    count = 0;
    readableCount = 0;
    readableBytes = 0;
    writableBytes = 0;
  }

  /** Appends a part which lies in RAM; readable ones come first. */
  void add(long address, int length, boolean writable) {
    if (count == this.address.length) {
      this.address = Arrays.copyOf(this.address, 2 * count);
      this.length = Arrays.copyOf(this.length, 2 * count);
    }
    this.address[count] = address;
    this.length[count] = length;
    count++;
    if (writable) {
      writableBytes += length;
    } else {
      readableCount++;
      readableBytes += length;
    }
  }

  /** Index of the first descriptor: the chain's name in the used ring. */
  int head() {
    return head;
  }

  /** Length of what the device reads; at most {@link VirtQueue#MAX_CHAIN_BYTES}. */
  long readableBytes() {
    return readableBytes;
  }

  /** Length of what the device writes; at most {@link VirtQueue#MAX_CHAIN_BYTES}. */
  long writableBytes() {
    return writableBytes;
  }

  /** Copies out of the readable run; the range is within it. */
  void read(long offset, byte[] destination) {
    MemorySegment all = MemorySegment.ofArray(destination);
    eachReadable(
        offset,
        destination.length,
        (at, part) -> MemorySegment.copy(part, 0, all, at, part.byteSize()));
  }

  /** Copies into the writable run; the range is within it. */
  void write(long offset, byte[] source, int from, int length) {
    MemorySegment all = MemorySegment.ofArray(source);
    eachWritable(
        offset, length, (at, part) -> MemorySegment.copy(all, from + at, part, 0, part.byteSize()));
  }

  /** Visits a range of the readable run; the pieces are read-only. */
  void eachReadable(long offset, long bytes, Piece piece) {
    each(0, readableCount, offset, bytes, (at, from, n) -> piece.accept(at, ram.readable(from, n)));
  }

  /** Visits a range of the writable run; each piece is to be written whole. */
  void eachWritable(long offset, long bytes, Piece piece) {
    each(
        readableCount,
        count,
        offset,
        bytes,
        (at, from, n) -> piece.accept(at, ram.writable(from, n)));
  }

  /** Whether a range of the readable run is cut at multiples of {@code unit} bytes only. */
  boolean readableCutAt(int unit, long offset, long bytes) {
    return cutAt(unit, 0, readableCount, offset, bytes);
  }

  /** Whether a range of the writable run is cut at multiples of {@code unit} bytes only. */
  boolean writableCutAt(int unit, long offset, long bytes) {
    return cutAt(unit, readableCount, count, offset, bytes);
  }

  private boolean cutAt(int unit, int first, int last, long offset, long bytes) {
    boolean[] cut = {true};
    each(first, last, offset, bytes, (at, from, n) -> cut[0] &= n % unit == 0);
    return cut[0];
  }

  /** Whether any writable byte lies in {@code [from, from + bytes)}. */
  boolean writes(long from, long bytes) {
    for (int i = readableCount; i < count; i++) {
      if (address[i] < from + bytes && from < address[i] + length[i]) {
        return true;
      }
    }
    return false;
  }

  /** Whether a writable byte is also one of the first {@code bytes} readable ones. */
  boolean writesItsFirst(long bytes) {
    boolean[] overlap = {false};
    each(0, readableCount, 0, bytes, (at, from, n) -> overlap[0] |= writes(from, n));
    return overlap[0];
  }

  private interface Range {
    void accept(long at, long address, long bytes);
  }

  private void each(int first, int last, long offset, long bytes, Range range) {
    long skip = offset;
    long done = 0;
    for (int i = first; i < last && done < bytes; i++) {
      if (skip >= length[i]) {
        skip -= length[i];
        continue;
      }
      long part = Math.min(length[i] - skip, bytes - done);
      range.accept(done, address[i] + skip, part);
      done += part;
      skip = 0;
    }
    if (done < bytes) {
      throw new IndexOutOfBoundsException("range beyond the end of a descriptor chain");
    }
  }
}
