package org.replaymigrate.protocol.checkpoint;

import java.lang.foreign.MemorySegment;
import org.replaymigrate.vkernel.memory.PageWatch;
import org.replaymigrate.vkernel.memory.Ram;

/** The pages of RAM. */
public final class RamPages implements PageSpace {
  private final Ram ram;
  private final MemorySegment memory;

  public RamPages(Ram ram) {
    this.ram = ram;
    this.memory = ram.memory();
  }

  @Override
  public int pages() {
    return ram.pages();
  }

  @Override
  public boolean isPresent(int page) {
    return true;
  }

  @Override
  public void copyTo(int page, MemorySegment destination) {
    MemorySegment.copy(memory, (long) page * PAGE_SIZE, destination, 0, PAGE_SIZE);
  }

  @Override
  public void copyFrom(int page, MemorySegment source) {
    MemorySegment.copy(source, 0, memory, (long) page * PAGE_SIZE, PAGE_SIZE);
  }

  @Override
  public int watch(PageWatch watch) {
    return ram.watch(watch);
  }

  @Override
  public void unwatch(int handle) {
    ram.unwatch(handle);
  }
}
