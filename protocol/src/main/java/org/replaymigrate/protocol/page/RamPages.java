package org.replaymigrate.protocol.page;

import java.lang.foreign.MemorySegment;
import org.replaymigrate.protocol.digest.Digest128;
import org.replaymigrate.vkernel.memory.PageWatch;
import org.replaymigrate.vkernel.memory.Ram;

/** The pages of a machine's RAM. Pages count as touched, always: loading a guest writes them. */
public record RamPages(Ram ram) implements PagedContent {
  @Override
  public int pages() {
    return ram.pages();
  }

  @Override
  public MemorySegment page(int page, MemorySegment scratch) {
    return ram.memory().asSlice((long) page << PAGE_SHIFT, PAGE_SIZE);
  }

  @Override
  public int nextTouched(int from) {
    return from;
  }

  @Override
  public Digest128 origin() {
    return Digest128.NONE;
  }

  @Override
  public int watch(PageWatch watch) {
    return ram.watch(watch);
  }

  @Override
  public void rearm(int handle) {
    ram.rearm(handle);
  }

  @Override
  public void unwatch(int handle) {
    ram.unwatch(handle);
  }

  @Override
  public boolean unchanged(int handle, int page) {
    return ram.unchanged(handle, page);
  }
}
