package org.replaymigrate.protocol.checkpoint;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.protocol.page.PageDestination;
import org.replaymigrate.protocol.page.PagedContent;
import org.replaymigrate.protocol.store.Sha256;

/** Pages of a space that were compressed together, wherever they are, and which of them to take. */
interface Part {
  /** How many pages are to be taken. */
  int count();

  /** Which page of the space the {@code i}th is. */
  int page(int i);

  /** Where among those that were compressed together the {@code i}th is. */
  int index(int i);

  /** The name of the {@code i}th. */
  Sha256 hash(int i);

  /** What a page of those that were compressed together takes, bytes on average. */
  double bytesPerPage();

  /** All pages that were compressed together; those to be taken are what their names say. */
  byte[] read() throws IOException;

  /** The same as it is stored; null if some of it is not to be taken, or not once, in order. */
  byte @Nullable [] whole() throws IOException;

  /** Puts the pages back. */
  default void restore(PageDestination destination) throws IOException {
    MemorySegment pages = MemorySegment.ofArray(read());
    for (int i = 0; i < count(); i++) {
      long at = (long) index(i) * PagedContent.PAGE_SIZE;
      destination.restorePage(page(i), pages.asSlice(at, PagedContent.PAGE_SIZE));
    }
  }
}
