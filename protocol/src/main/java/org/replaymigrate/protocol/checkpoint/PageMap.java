package org.replaymigrate.protocol.checkpoint;

import java.util.Arrays;
import java.util.BitSet;

/**
 * Where the pages of a space are: runs of pages that are entries of a pack one behind the other,
 * and runs of zero pages. Immutable; its size goes with the runs, and not with what anybody says
 * that they cover.
 */
public final class PageMap {
  /** In place of a pack's number: the pages hold only zeroes. */
  public static final int ZERO = -1;

  /** The place of a zero page. */
  static final long ZERO_PLACE = -1;

  /** Told of a run. */
  @FunctionalInterface
  public interface RunVisitor {
    /**
     * A run.
     *
     * @param first page
     * @param count of pages, at least 1
     * @param pack its number in the manifest's list; {@link #ZERO} for zero pages
     * @param entry that the first page is; 0 for zero pages
     */
    void run(int first, int count, int pack, int entry);
  }

  private final int pages;
  private final int[] firsts;
  private final int[] counts;
  private final int[] packs;
  private final int[] entries;

  private PageMap(int pages, int[] firsts, int[] counts, int[] packs, int[] entries) {
    this.pages = pages;
    this.firsts = firsts;
    this.counts = counts;
    this.packs = packs;
    this.entries = entries;
  }

  /** How many pages the space has. */
  public int pages() {
    return pages;
  }

  public int runs() {
    return firsts.length;
  }

  /** All runs, by page. */
  public void forEach(RunVisitor visitor) {
    for (int i = 0; i < firsts.length; i++) {
      visitor.run(firsts[i], counts[i], packs[i], entries[i]);
    }
  }

  /** How many pages are in packs. */
  public long saved() {
    long saved = 0;
    for (int i = 0; i < firsts.length; i++) {
      saved += packs[i] == ZERO ? 0 : counts[i];
    }
    return saved;
  }

  /** Makes a map, run by run, in the order of the pages. */
  static final class Builder {
    private final int pages;
    private final boolean listsZeroes;
    private int[] firsts = new int[16];
    private int[] counts = new int[16];
    private int[] packs = new int[16];
    private int[] entries = new int[16];
    private int runs;

    /**
     * @param listsZeroes whether zero pages must be known for such: not in RAM, where whatever is
     *     not listed is zero
     */
    Builder(int pages, boolean listsZeroes) {
      this.pages = pages;
      this.listsZeroes = listsZeroes;
    }

    /** A page behind those so far, at a place as {@code PageAdder} gives it. */
    void add(int page, long place) {
      if (place == ZERO_PLACE) {
        add(page, 1, ZERO, 0);
      } else {
        add(page, 1, (int) (place >>> 32), (int) place);
      }
    }

    void add(int first, int count, int pack, int entry) {
      if (count == 0 || pack == ZERO && !listsZeroes) {
        return;
      }
      int last = runs - 1;
      if (runs > 0
          && first == firsts[last] + counts[last]
          && pack == packs[last]
          && (pack == ZERO || entry == entries[last] + counts[last])) {
        counts[last] += count;
        return;
      }
      if (runs == firsts.length) {
        firsts = Arrays.copyOf(firsts, 2 * runs);
        counts = Arrays.copyOf(counts, 2 * runs);
        packs = Arrays.copyOf(packs, 2 * runs);
        entries = Arrays.copyOf(entries, 2 * runs);
      }
      firsts[runs] = first;
      counts[runs] = count;
      packs[runs] = pack;
      entries[runs] = entry;
      runs++;
    }

    PageMap build() {
      return new PageMap(
          pages,
          Arrays.copyOf(firsts, runs),
          Arrays.copyOf(counts, runs),
          Arrays.copyOf(packs, runs),
          Arrays.copyOf(entries, runs));
    }
  }

  /**
   * The map of the same space after some pages have changed.
   *
   * @param changes by page; their packs are numbered as this map's are
   */
  PageMap with(Changes changes, boolean listsZeroes) {
    Builder next = new Builder(pages, listsZeroes);
    int i = 0;
    for (int run = 0; run < firsts.length; run++) {
      int first = firsts[run];
      int end = first + counts[run];
      while (i < changes.count && changes.page(i) < end) {
        int page = changes.page(i);
        if (page > first) {
          next.add(first, page - first, packs[run], entry(run, first));
        }
        next.add(page, changes.place(i++));
        first = Math.max(first, page + 1);
      }
      next.add(first, end - first, packs[run], entry(run, first));
    }
    for (; i < changes.count; i++) {
      next.add(changes.page(i), changes.place(i));
    }
    return next.build();
  }

  private int entry(int run, int page) {
    return packs[run] == ZERO ? 0 : entries[run] + page - firsts[run];
  }

  /** The same map with other numbers for its packs. */
  PageMap renumbered(int[] numbers) {
    int[] renumbered = new int[packs.length];
    for (int i = 0; i < packs.length; i++) {
      renumbered[i] = packs[i] == ZERO ? ZERO : numbers[packs[i]];
    }
    return new PageMap(pages, firsts, counts, renumbered, entries);
  }

  /** The pages that are in some packs. */
  BitSet pagesIn(BitSet wanted) {
    BitSet found = new BitSet();
    forEach((first, count, pack, entry) -> {
      if (pack != ZERO && wanted.get(pack)) {
        found.set(first, first + count);
      }
    });
    return found;
  }

  /** Pages that have changed, and where they are now. */
  static final class Changes {
    private int[] pages = new int[64];
    private long[] places = new long[64];
    private int count;

    /** In any order, each page once. */
    void add(int page, long place) {
      if (count == pages.length) {
        pages = Arrays.copyOf(pages, 2 * count);
        places = Arrays.copyOf(places, 2 * count);
      }
      pages[count] = page;
      places[count++] = place;
    }

    int count() {
      return count;
    }

    private int page(int i) {
      return pages[i];
    }

    private long place(int i) {
      return places[i];
    }

    /** Brings them into the order of the pages. */
    Changes sorted() {
      long[] order = new long[count];
      for (int i = 0; i < count; i++) {
        order[i] = (long) pages[i] << 32 | i;
      }
      Arrays.sort(order);
      Changes sorted = new Changes();
      for (long each : order) {
        sorted.add((int) (each >>> 32), places[(int) each]);
      }
      return sorted;
    }
  }
}
