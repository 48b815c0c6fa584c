package org.replaymigrate.replayer.receive;

import java.lang.foreign.MemorySegment;
import java.util.BitSet;
import org.replaymigrate.protocol.digest.Digest128;
import org.replaymigrate.protocol.page.PagedContent;
import org.replaymigrate.vkernel.memory.PageWatch;

/**
 * Content in which some pages count as never written.
 *
 * @param unused those pages
 */
record WithoutPages(PagedContent content, BitSet unused) implements PagedContent {
  @Override
  public int pages() {
    return content.pages();
  }

  @Override
  public MemorySegment page(int page, MemorySegment scratch) {
    return content.page(page, scratch);
  }

  @Override
  public int nextTouched(int from) {
    int page = content.nextTouched(from);
    while (page < pages() && unused.get(page)) {
      page = content.nextTouched(page + 1);
    }
    return page;
  }

  @Override
  public Digest128 origin() {
    return content.origin();
  }

  @Override
  public int watch(PageWatch watch) {
    return content.watch(watch);
  }

  @Override
  public void rearm(int handle) {
    content.rearm(handle);
  }

  @Override
  public void unwatch(int handle) {
    content.unwatch(handle);
  }

  @Override
  public boolean unchanged(int handle, int page) {
    return content.unchanged(handle, page);
  }
}
