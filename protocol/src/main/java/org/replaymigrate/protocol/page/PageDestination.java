package org.replaymigrate.protocol.page;

import java.lang.foreign.MemorySegment;

/** Where the pages of a checkpoint are put back, before there is a machine. */
public interface PageDestination {
  int pages();

  /**
   * Puts back a page, telling no watch. Several threads may put back different pages.
   *
   * @param content {@link PagedContent#PAGE_SIZE} bytes, good until this returns
   */
  void restorePage(int page, MemorySegment content);

  /** Puts back a page that holds only zeroes, in the same way. */
  void restoreZero(int page);

  /** Memory that is going to be RAM. */
  static PageDestination memory(MemorySegment memory) {
    return new PageDestination() {
      @Override
      public int pages() {
        return (int) (memory.byteSize() >>> PagedContent.PAGE_SHIFT);
      }

      @Override
      public void restorePage(int page, MemorySegment content) {
        MemorySegment.copy(content, 0, at(page), 0, PagedContent.PAGE_SIZE);
      }

      @Override
      public void restoreZero(int page) {
        at(page).fill((byte) 0);
      }

      private MemorySegment at(int page) {
        return memory.asSlice((long) page << PagedContent.PAGE_SHIFT, PagedContent.PAGE_SIZE);
      }
    };
  }
}
