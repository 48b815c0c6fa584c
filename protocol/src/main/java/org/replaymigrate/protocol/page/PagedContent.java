package org.replaymigrate.protocol.page;

import java.lang.foreign.MemorySegment;
import org.replaymigrate.protocol.digest.Digest128;
import org.replaymigrate.vkernel.memory.PageWatch;

/**
 * Content in pages of {@value #PAGE_SIZE} bytes, numbered from 0; a last page that is not full is
 * filled up with zeroes.
 *
 * <p>The thread that runs the machine arms, re-arms and ends watches, and is the one that a watch
 * is told on. {@link #page} may be called on any thread, but promises the content only of pages
 * that are not being written at that moment.
 */
public interface PagedContent {
  int PAGE_SHIFT = 12;
  int PAGE_SIZE = 1 << PAGE_SHIFT;

  int pages();

  /**
   * The content of a page.
   *
   * @param scratch {@value #PAGE_SIZE} bytes that may be used for it
   * @return a view of the content itself, or {@code scratch} filled with it
   */
  MemorySegment page(int page, MemorySegment scratch);

  /**
   * The first page from {@code from} on that has been written since power-on, or {@link #pages} if
   * there is none. Pages in between hold what {@link #origin} stands for and need be neither hashed
   * nor stored.
   */
  int nextTouched(int from);

  /** A digest of what pages hold that were never written; {@link Digest128#NONE} for zeroes. */
  Digest128 origin();

  /**
   * Arms a watch over all pages: it is told once of each page before its next change.
   *
   * @return a handle for {@link #rearm}, {@link #unwatch} and {@link #unchanged}
   * @throws IllegalStateException if there are too many already
   */
  int watch(PageWatch watch);

  /** Arms a watch again for all pages. */
  void rearm(int handle);

  void unwatch(int handle);

  /** Whether a watch has not been told of this page since it was armed. */
  boolean unchanged(int handle, int page);
}
