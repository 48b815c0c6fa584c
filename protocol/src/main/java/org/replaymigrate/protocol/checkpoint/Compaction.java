package org.replaymigrate.protocol.checkpoint;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.replaymigrate.protocol.digest.PageDigests;
import org.replaymigrate.protocol.store.Sha256;

/**
 * Keeps the packs few that a checkpoint refers to, while each checkpoint adds one: once there are
 * many, a checkpoint also stores anew the pages that it still has in those of which it needs least.
 * When the older checkpoints go, those packs go with them. It costs at most about as much again as
 * what has changed, and nobody ever rewrites a pack or a manifest.
 */
final class Compaction {
  /** So many packs are no trouble: a file each, and a table in memory. */
  private static final int FEW = 32;

  private static final int LEAST_PAGES = 256;

  private Compaction() {}

  /**
   * What the next checkpoint is to move.
   *
   * @param added how many pages this one has added to the store
   */
  static Lineage plan(List<Sha256> packs, List<PageMap> maps, PageDigests digests, long added) {
    BitSet emptied = sparse(packs.size(), maps, Math.max(LEAST_PAGES, added));
    List<BitSet> moving = new ArrayList<>();
    maps.forEach(map -> moving.add(map.pagesIn(emptied)));
    Set<Sha256> ids = new HashSet<>();
    emptied.stream().forEach(pack -> ids.add(packs.get(pack)));
    return new Lineage(packs, maps, digests, moving, ids);
  }

  /** The packs of which least is needed, no more pages of them than the budget. */
  private static BitSet sparse(int packs, List<PageMap> maps, long budget) {
    BitSet chosen = new BitSet();
    if (packs <= FEW) {
      return chosen;
    }
    long[] needed = new long[packs];
    for (PageMap map : maps) {
      map.forEach((first, count, pack, entry) -> {
        if (pack != PageMap.ZERO) {
          needed[pack] += count;
        }
      });
    }
    int[] order =
        IntStream.range(0, packs)
            .boxed()
            .sorted((x, y) -> Long.compare(needed[x], needed[y]))
            .mapToInt(Integer::intValue)
            .toArray();
    long left = budget;
    for (int pack : order) {
      left -= needed[pack];
      if (left < 0 || packs - chosen.cardinality() <= FEW / 2) {
        break;
      }
      chosen.set(pack);
    }
    return chosen;
  }
}
