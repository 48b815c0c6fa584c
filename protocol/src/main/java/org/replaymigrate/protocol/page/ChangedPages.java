package org.replaymigrate.protocol.page;

import java.util.BitSet;

/**
 * Which pages have changed since they were last asked for: what an incremental checkpoint has to
 * write. Belongs to the machine's thread.
 */
public final class ChangedPages implements AutoCloseable {
  private final PagedContent content;
  private final int handle;
  private BitSet changed = new BitSet();

  /** Begins to watch; nothing has changed yet. */
  public ChangedPages(PagedContent content) {
    this.content = content;
    this.handle = content.watch(page -> changed.set(page));
  }

  /** The pages that have changed since the last call, or since the beginning. */
  public BitSet take() {
    BitSet taken = changed;
    changed = new BitSet();
    content.rearm(handle);
    return taken;
  }

  /** The pages that have changed so far, to be looked at and not to be changed. */
  public BitSet look() {
    return changed;
  }

  /** How many there are. */
  public int count() {
    return changed.cardinality();
  }

  /** Counts these as changed again: what they were taken for has come to nothing. */
  public void giveBack(BitSet taken) {
    changed.or(taken);
  }

  @Override
  public void close() {
    content.unwatch(handle);
  }
}
