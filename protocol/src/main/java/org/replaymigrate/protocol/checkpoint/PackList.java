package org.replaymigrate.protocol.checkpoint;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.replaymigrate.protocol.digest.Digest128;
import org.replaymigrate.protocol.store.Sha256;

/**
 * The packs that some maps refer to, and no others, each once.
 *
 * @param maps whose packs are numbered as in {@code packs}
 */
record PackList(List<Sha256> packs, List<PageMap> maps) {
  /** From maps whose packs are numbered as in a list that may have others, and some twice. */
  static PackList of(List<Sha256> known, List<PageMap> maps) {
    int[] numbers = new int[known.size()];
    Arrays.fill(numbers, -1);
    List<Sha256> used = new ArrayList<>();
    Map<Sha256, Integer> byId = new HashMap<>();
    for (PageMap map : maps) {
      map.forEach((first, count, pack, entry) -> {
        if (pack != PageMap.ZERO && numbers[pack] < 0) {
          Sha256 id = known.get(pack);
          numbers[pack] =
              byId.computeIfAbsent(
                  id,
                  added -> {
                    used.add(added);
                    return used.size() - 1;
                  });
        }
      });
    }
    return new PackList(used, maps.stream().map(map -> map.renumbered(numbers)).toList());
  }

  /** The manifest of a checkpoint whose pages these are, for what else it says and its digest. */
  CheckpointManifest manifest(CheckpointManifest head, Digest128 digest) {
    List<CheckpointManifest.Space> spaces = new ArrayList<>();
    maps.forEach(map -> spaces.add(new CheckpointManifest.Mapped(map)));
    return head.with(CheckpointManifest.NO_PARENT, digest, packs, spaces);
  }
}
