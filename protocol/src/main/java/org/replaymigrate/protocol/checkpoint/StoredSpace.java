package org.replaymigrate.protocol.checkpoint;

import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.TreeMap;
import java.util.function.IntConsumer;
import org.replaymigrate.protocol.format.FormatException;
import org.replaymigrate.protocol.store.Pack;
import org.replaymigrate.protocol.store.PackTable;

/** From the map of a space to the batches of the packs that it names. */
final class StoredSpace {
  private StoredSpace() {}

  /** Finds a map wrong that names entries which its packs do not have. */
  static void check(PageMap map, List<Pack> packs, Path where) throws FormatException.Corrupt {
    boolean[] possible = {true};
    map.forEach((first, count, pack, entry) -> {
      if (pack != PageMap.ZERO && entry + count > packs.get(pack).table().entries()) {
        possible[0] = false;
      }
    });
    if (!possible[0]) {
      throw new FormatException.Corrupt(where + ": names pages that its packs do not have");
    }
  }

  /** See {@link CheckpointReader#parts}; the map has been {@link #check}ed. */
  static void addParts(
      PageMap map, List<Pack> packs, BitSet settled, List<Part> parts, IntConsumer zero) {
    TreeMap<Long, StoredPart> byBatch = new TreeMap<>();
    map.forEach((first, count, pack, entry) -> {
      for (int i = 0; i < count; i++) {
        int page = first + i;
        if (settled.get(page)) {
          continue;
        }
        if (pack == PageMap.ZERO) {
          zero.accept(page);
          continue;
        }
        PackTable table = packs.get(pack).table();
        int batch = table.batchOf(entry + i);
        byBatch
            .computeIfAbsent(
                (long) pack << 32 | batch, key -> new StoredPart(packs.get(pack), batch))
            .add(page, entry + i);
      }
    });
    parts.addAll(byBatch.values());
  }
}
