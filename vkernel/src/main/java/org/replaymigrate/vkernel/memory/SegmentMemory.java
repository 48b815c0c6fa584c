package org.replaymigrate.vkernel.memory;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;

/** Through the segment, which checks bounds and its lifetime. */
final class SegmentMemory extends RawMemory {
  private final MemorySegment segment;

  private SegmentMemory(MemorySegment segment) {
    this.segment = segment;
  }

  /** Here, so that verifying its caller does not load this class where the other is used. */
  static RawMemory of(MemorySegment segment) {
    return new SegmentMemory(segment);
  }

  @Override
  public byte getByte(long offset) {
    return segment.get(JAVA_BYTE, offset);
  }

  @Override
  public short getShort(long offset) {
    return segment.get(Ram.SHORT, offset);
  }

  @Override
  public int getInt(long offset) {
    return segment.get(Ram.INT, offset);
  }

  @Override
  public long getLong(long offset) {
    return segment.get(Ram.LONG, offset);
  }

  @Override
  public void putByte(long offset, byte value) {
    segment.set(JAVA_BYTE, offset, value);
  }

  @Override
  public void putShort(long offset, short value) {
    segment.set(Ram.SHORT, offset, value);
  }

  @Override
  public void putInt(long offset, int value) {
    segment.set(Ram.INT, offset, value);
  }

  @Override
  public void putLong(long offset, long value) {
    segment.set(Ram.LONG, offset, value);
  }
}
