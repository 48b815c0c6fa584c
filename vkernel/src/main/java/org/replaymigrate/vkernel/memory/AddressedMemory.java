package org.replaymigrate.vkernel.memory;

import java.lang.foreign.MemorySegment;
import jdk.internal.misc.Unsafe;

/** By address: an intrinsic for the JVM's interpreter, C1 and C2 alike. Checks nothing. */
final class AddressedMemory extends RawMemory {
  private static final Unsafe UNSAFE = Unsafe.getUnsafe();

  private final long base;

  private AddressedMemory(long base) {
    this.base = base;
  }

  /** Here, so that verifying its caller does not load this class where the other is used. */
  static RawMemory of(MemorySegment segment) {
    return new AddressedMemory(segment.address());
  }

  @Override
  public byte getByte(long offset) {
    return UNSAFE.getByte(base + offset);
  }

  @Override
  public short getShort(long offset) {
    return UNSAFE.getShort(base + offset);
  }

  @Override
  public int getInt(long offset) {
    return UNSAFE.getInt(base + offset);
  }

  @Override
  public long getLong(long offset) {
    return UNSAFE.getLong(base + offset);
  }

  @Override
  public void putByte(long offset, byte value) {
    UNSAFE.putByte(base + offset, value);
  }

  @Override
  public void putShort(long offset, short value) {
    UNSAFE.putShort(base + offset, value);
  }

  @Override
  public void putInt(long offset, int value) {
    UNSAFE.putInt(base + offset, value);
  }

  @Override
  public void putLong(long offset, long value) {
    UNSAFE.putLong(base + offset, value);
  }
}
