package org.replaymigrate.protocol.checkpoint;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.protocol.checkpoint.CheckpointManifest.Mapped;
import org.replaymigrate.protocol.digest.PageDigests;
import org.replaymigrate.protocol.page.PagedContent;
import org.replaymigrate.protocol.store.PageAdder;
import org.replaymigrate.protocol.store.PageStore;
import org.replaymigrate.protocol.store.Sha256;

/** Puts the pages of a snapshot into a store, and makes a map of them. For one thread. */
final class StoreSink implements PageSink, Closeable {
  private static final MemorySegment ZERO =
      MemorySegment.ofArray(new byte[PagedContent.PAGE_SIZE]).asReadOnly();

  private final List<? extends PagedContent> contents;
  private final @Nullable Lineage before;
  private final PageDigests digests;
  private final PageAdder adder;
  private final List<PageMap> maps = new ArrayList<>();
  private PageMap.Changes changes = new PageMap.Changes();

  /**
   * @param before the checkpoint from which pages are taken that are not given; null if all that
   *     were ever written are given
   */
  StoreSink(PageStore.Hold hold, List<? extends PagedContent> contents, @Nullable Lineage before)
      throws IOException {
    this.contents = contents;
    this.before = before;
    this.digests = before == null ? new PageDigests(contents) : before.digests();
    this.adder =
        before == null
            ? new PageAdder(hold, List.of(), Set.of())
            : new PageAdder(hold, before.packs(), before.emptied());
    if (before != null) {
      for (Sha256 pack : before.packs()) {
        if (!hold.store().has(pack)) {
          adder.close();
          throw new IOException(hold.store().file(pack) + ": gone, though it is needed");
        }
      }
    }
  }

  @Override
  public MemorySegment slot() {
    return adder.slot();
  }

  @Override
  public void add(int page) throws IOException {
    MemorySegment content = adder.slot();
    digests.page(maps.size(), page, content);
    changes.add(page, content.mismatch(ZERO) < 0 ? PageMap.ZERO_PLACE : adder.add());
  }

  @Override
  public void nextSpace() {
    int space = maps.size();
    PageMap old =
        before == null
            ? new PageMap.Builder(contents.get(space).pages(), true).build()
            : before.maps().get(space);
    maps.add(old.with(changes.sorted(), space > 0));
    changes = new PageMap.Changes();
  }

  /** How many pages the store did not have. */
  long addedPages() {
    return adder.addedPages();
  }

  /**
   * Makes the pages durable; all of them have been given.
   *
   * @return the manifest, complete
   */
  CheckpointManifest finish(CheckpointManifest head) throws IOException {
    nextSpace();
    return PackList.of(adder.finish(), maps).manifest(head, digests.of(contents, head.state()));
  }

  /** For the next checkpoint, once this one is durable. */
  Lineage lineage(CheckpointManifest finished) {
    return Compaction.plan(
        finished.packs(),
        finished.spaces().stream().map(space -> ((Mapped) space).map()).toList(),
        digests,
        adder.addedPages());
  }

  @Override
  public void close() throws IOException {
    adder.close();
  }
}
