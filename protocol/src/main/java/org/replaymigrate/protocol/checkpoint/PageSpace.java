package org.replaymigrate.protocol.checkpoint;

import java.lang.foreign.MemorySegment;
import org.replaymigrate.vkernel.memory.PageWatch;

/**
 * Pages of 4096 bytes that belong to the state: RAM, or what a disk holds. Pages may be copied on any
 * thread as long as they do not change meanwhile; everything else happens on the machine's thread.
 */
public interface PageSpace {
  /** Bytes in a page. */
  int PAGE_SIZE = 4096;

  int pages();

  /** Whether the page is part of what must be saved; absent ones read as what they were created as. */
  boolean isPresent(int page);

  /** Copies a page out. */
  void copyTo(int page, MemorySegment destination);

  /** Copies a page in; for a machine that does not run yet. */
  void copyFrom(int page, MemorySegment source);

  /** Arms a watch; see {@code Ram.watch}. */
  int watch(PageWatch watch);

  void unwatch(int handle);
}
