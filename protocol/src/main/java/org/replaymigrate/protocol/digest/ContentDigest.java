package org.replaymigrate.protocol.digest;

import java.lang.foreign.MemorySegment;
import java.util.BitSet;
import org.replaymigrate.protocol.page.PagedContent;

/**
 * The digest of RAM or of a disk, kept up to date at a cost that goes with the pages written since
 * it was last asked for. Belongs to the thread that runs the machine.
 */
public final class ContentDigest implements AutoCloseable {
  private final PagedContent content;
  private final HashTree tree;
  private final PageHasher hasher = new PageHasher();
  private final MemorySegment scratch = MemorySegment.ofArray(new byte[PagedContent.PAGE_SIZE]);
  private final BitSet changed;
  private final int handle;

  /** Begins to watch; everything touched so far is hashed when {@link #root} is first called. */
  public ContentDigest(PagedContent content) {
    this.content = content;
    this.tree = new HashTree(content.pages());
    this.changed = new BitSet();
    int pages = content.pages();
    for (int p = content.nextTouched(0); p < pages; p = content.nextTouched(p + 1)) {
      changed.set(p);
    }
    this.handle = content.watch(changed::set);
  }

  /** The digest of the content as it is now; the machine stands still meanwhile. */
  public Digest128 root() {
    if (!changed.isEmpty()) {
      for (int p = changed.nextSetBit(0); p >= 0; p = changed.nextSetBit(p + 1)) {
        hasher.hash(content.page(p, scratch));
        tree.set(p, hasher.high(), hasher.low());
      }
      changed.clear();
      content.rearm(handle);
    }
    return tree.root();
  }

  /** How many pages {@link #root} would hash now. */
  public int stalePages() {
    return changed.cardinality();
  }

  /** The tree as of the last {@link #root}. */
  public HashTree tree() {
    return tree;
  }

  PagedContent content() {
    return content;
  }

  @Override
  public void close() {
    content.unwatch(handle);
  }
}
