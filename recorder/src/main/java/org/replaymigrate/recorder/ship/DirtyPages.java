package org.replaymigrate.recorder.ship;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.protocol.page.ChangedPages;
import org.replaymigrate.protocol.page.PagedContent;
import org.replaymigrate.protocol.wire.PageBatch;

/**
 * The pages that have changed since the destination's base, or since the last leap. Everything here
 * belongs to the machine's thread: to be called within commands of the recorder.
 */
final class DirtyPages {
  private final List<PagedContent> contents;
  private @Nullable List<ChangedPages> watches;

  /**
   * @param contents RAM, then the disks
   */
  DirtyPages(List<PagedContent> contents) {
    this.contents = List.copyOf(contents);
  }

  /** Begins to watch; nothing has changed yet. */
  void begin() {
    end();
    watches = contents.stream().map(ChangedPages::new).toList();
  }

  /**
   * Begins to watch.
   *
   * @param changed what has changed already, of each part
   */
  void beginWith(List<BitSet> changed) {
    begin();
    List<ChangedPages> begun = Objects.requireNonNull(watches);
    for (int i = 0; i < begun.size(); i++) {
      begun.get(i).giveBack(changed.get(i));
    }
  }

  /**
   * Begins to watch, where nobody knows what has changed since the destination's base: then
   * everything may have that was ever written.
   */
  void beginWithAll() {
    beginWith(contents.stream().map(DirtyPages::touched).toList());
  }

  private static BitSet touched(PagedContent content) {
    BitSet touched = new BitSet();
    int pages = content.pages();
    for (int page = content.nextTouched(0); page < pages; page = content.nextTouched(page + 1)) {
      touched.set(page);
    }
    return touched;
  }

  /** How many there are. */
  long count() {
    List<ChangedPages> begun = watches;
    return begun == null ? 0 : begun.stream().mapToLong(ChangedPages::count).sum();
  }

  /** Them, for each part; from now on those count that change later. */
  List<BitSet> take() {
    List<BitSet> taken = new ArrayList<>();
    if (watches != null) {
      watches.forEach(watch -> taken.add(watch.take()));
    }
    return taken;
  }

  /**
   * What a page of them takes when it is compressed, on average over some; 0 if there are none.
   *
   * @param most how many are looked at
   */
  double bytesPerPage(int most) {
    List<ChangedPages> begun = watches;
    List<Integer> pages = new ArrayList<>();
    if (begun != null) {
      BitSet ram = begun.getFirst().look();
      int step = Math.max(1, ram.cardinality() / most);
      int seen = 0;
      for (int page = ram.nextSetBit(0); page >= 0; page = ram.nextSetBit(page + 1)) {
        if (seen++ % step == 0 && pages.size() < most) {
          pages.add(page);
        }
      }
    }
    return pages.isEmpty() ? 0 : PageBatch.cost(contents.getFirst(), pages);
  }

  /** Watches no more. */
  void end() {
    if (watches != null) {
      watches.forEach(ChangedPages::close);
      watches = null;
    }
  }
}
