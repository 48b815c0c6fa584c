package org.replaymigrate.vkernel.virtio;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.replaymigrate.vkernel.port.BlockStore;
import org.replaymigrate.vkernel.port.HostFault;

/** A disk in memory which keeps to its contract pedantically and can be told to fail. */
final class MemoryStore implements BlockStore {
  final byte[] content;
  int flushes;

  /** Requests to serve before every further one fails. */
  int allowed = Integer.MAX_VALUE;

  MemoryStore(int size) {
    content = new byte[size];
  }

  @Override
  public long sizeBytes() {
    return content.length;
  }

  @Override
  public void read(long offset, MemorySegment destination) {
    check(offset, destination.byteSize());
    destination.copyFrom(MemorySegment.ofArray(content).asSlice(offset, destination.byteSize()));
  }

  @Override
  public void write(long offset, MemorySegment source) {
    check(offset, source.byteSize());
    MemorySegment.ofArray(content).asSlice(offset, source.byteSize()).copyFrom(source);
  }

  @Override
  public void discard(long offset, long length) {
    check(offset, length);
    MemorySegment.ofArray(content).asSlice(offset, length).fill((byte) 0);
  }

  @Override
  public void flush() {
    check(0, 512);
    flushes++;
  }

  private void check(long offset, long length) {
    if (offset < 0
        || length <= 0
        || offset % 512 != 0
        || length % 512 != 0
        || length > content.length
        || offset > content.length - length) {
      throw new AssertionError("store asked for " + length + " bytes at " + offset);
    }
    if (allowed-- <= 0) {
      allowed = 0;
      throw new HostFault("no room", new IOException("test"));
    }
  }
}
