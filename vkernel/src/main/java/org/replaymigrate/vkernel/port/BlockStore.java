package org.replaymigrate.vkernel.port;

import java.lang.foreign.MemorySegment;

/**
 * The content of a disk, which is part of the machine's state: what is read depends on nothing but
 * what was written before. Requests complete at once; a host that cannot serve one now throws
 * {@link HostFault}, and the machine stops until it can.
 *
 * <p>Offsets and lengths are bytes, multiples of 512, and within {@link #sizeBytes()}: the caller
 * has checked them.
 */
public interface BlockStore {
  /** Capacity in bytes, a multiple of 512; constant. */
  long sizeBytes();

  /** Fills {@code destination} with the content at {@code offset}. */
  void read(long offset, MemorySegment destination);

  /** Writes all of {@code source} at {@code offset}. */
  void write(long offset, MemorySegment source);

  /** Makes the range read as zeroes, and gives its room back to the host where it can. */
  void discard(long offset, long length);

  /** The guest has asked that what it wrote be durable. */
  void flush();
}
