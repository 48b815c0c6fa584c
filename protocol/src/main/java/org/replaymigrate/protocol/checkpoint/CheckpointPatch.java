package org.replaymigrate.protocol.checkpoint;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import org.replaymigrate.protocol.checkpoint.CheckpointManifest.Mapped;
import org.replaymigrate.protocol.checkpoint.CheckpointManifest.Space;
import org.replaymigrate.protocol.format.FormatException;
import org.replaymigrate.protocol.page.PagedContent;
import org.replaymigrate.protocol.store.PageAdder;
import org.replaymigrate.protocol.store.PageStore;

/**
 * A checkpoint that is an older one of its folder but for some pages, which come from elsewhere one
 * by one. No machine is looked at. For one thread; to be closed, which throws away what has not
 * been finished.
 */
public final class CheckpointPatch implements Closeable {
  private static final MemorySegment ZERO =
      MemorySegment.ofArray(new byte[PagedContent.PAGE_SIZE]).asReadOnly();

  private final CheckpointFolder folder;
  private final PageStore.Hold hold;
  private final PageAdder adder;
  private final List<PageMap> before;
  private final List<PageMap.Changes> changes = new ArrayList<>();
  private final List<BitSet> given = new ArrayList<>();

  private CheckpointPatch(
      CheckpointFolder folder, CheckpointManifest older, List<PageMap> before, PageStore.Hold hold)
      throws IOException {
    this.folder = folder;
    this.before = before;
    this.hold = hold;
    this.adder = new PageAdder(hold, older.packs(), Set.of());
    before.forEach(map -> {
      changes.add(new PageMap.Changes());
      given.add(new BitSet());
    });
  }

  /**
   * Begins one.
   *
   * @param older number of the checkpoint that has the pages which are not going to be given; its
   *     pages are in the store
   * @throws FormatException if that cannot be built upon
   */
  public static CheckpointPatch of(CheckpointFolder folder, long older) throws IOException {
    CheckpointManifest manifest = folder.manifest(older);
    List<PageMap> maps = new ArrayList<>();
    for (Space space : manifest.spaces()) {
      if (!(space instanceof Mapped mapped)) {
        throw new FormatException.Corrupt(folder.file(older) + ": has its pages in its own file");
      }
      maps.add(mapped.map());
    }
    PageStore.Hold hold = folder.store().hold();
    try {
      return new CheckpointPatch(folder, manifest, maps, hold);
    } catch (IOException | RuntimeException e) {
      hold.close();
      throw e;
    }
  }

  /**
   * A page that has changed.
   *
   * @param space 0 for RAM, k for the k-th disk
   * @param content 4096 bytes
   * @throws FormatException.Corrupt if there is no such page, or it was given already
   */
  public void add(int space, int page, MemorySegment content) throws IOException {
    if (space < 0 || space >= before.size()) {
      throw new FormatException.Corrupt("part " + space + " of " + before.size());
    }
    int pages = before.get(space).pages();
    if (page < 0 || page >= pages) {
      throw new FormatException.Corrupt("page " + page + " of " + pages);
    }
    if (given.get(space).get(page)) {
      throw new FormatException.Corrupt("page " + page + " twice");
    }
    given.get(space).set(page);
    long place = PageMap.ZERO_PLACE;
    if (content.mismatch(ZERO) >= 0) {
      MemorySegment.copy(content, 0, adder.slot(), 0, PagedContent.PAGE_SIZE);
      place = adder.add();
    }
    changes.get(space).add(page, place);
  }

  /**
   * Writes it, durably.
   *
   * @param head what it says apart from its pages, the digest of its state among it
   * @return its file
   */
  public Path finish(CheckpointManifest head) throws IOException {
    List<PageMap> maps = new ArrayList<>();
    for (int space = 0; space < before.size(); space++) {
      maps.add(before.get(space).with(changes.get(space).sorted(), space > 0));
    }
    PackList packs = PackList.of(adder.finish(), maps);
    Path path = folder.file(head.number());
    ManifestFile.write(path, packs.manifest(head, head.digest()));
    return path;
  }

  @Override
  public void close() throws IOException {
    try {
      adder.close();
    } finally {
      hold.close();
    }
  }
}
