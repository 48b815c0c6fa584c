package org.replaymigrate.vkernel.memory;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;

/**
 * Bytes of a segment, little-endian, at offsets that the caller vouches for.
 *
 * <p>An access through {@link MemorySegment} is one machine instruction once C2 has compiled it,
 * but a dozen calls before: compiled by C1 alone, a boot of Debian took 12.4 s that way and takes
 * 10.0 s this way. So where the JVM allows it (docs/adr/0007) this is the JDK's own primitive,
 * which checks nothing. Where all memory is native a process loads one subclass, so that HotSpot
 * sees what it calls.
 */
public abstract class RawMemory {
  /** What every JVM allows, or a faster one if this JVM does. */
  static RawMemory of(MemorySegment segment) {
    return isAddressable(segment) ? AddressedMemory.of(segment) : SegmentMemory.of(segment);
  }

  /** Whether generated code, and ours, may reach the segment by address. */
  public static boolean isAddressable(MemorySegment segment) {
    Module base = Object.class.getModule();
    return base.isExported("jdk.internal.misc", RawMemory.class.getModule())
        && segment.isNative()
        && ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
  }

  /** The byte at an offset of the segment. */
  public abstract byte getByte(long offset);

  public abstract short getShort(long offset);

  public abstract int getInt(long offset);

  public abstract long getLong(long offset);

  /** Stores a byte at an offset of the segment. */
  public abstract void putByte(long offset, byte value);

  public abstract void putShort(long offset, short value);

  public abstract void putInt(long offset, int value);

  public abstract void putLong(long offset, long value);
}
