package org.replaymigrate.protocol.store;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where the pages of some packs are. Made from the packs' own tables, so that there is no file of
 * it that could be wrong; about 20 bytes a page beside those tables. For one thread at a time.
 */
final class PageIndex {
  /** Where a page is. */
  record Place(PackTable pack, int entry) {}

  private static final int FREE = 0;

  /** 1 + number of the pack, or {@link #FREE}. */
  private int[] packs = new int[1 << 10];

  private int[] entries = new int[1 << 10];
  private long[] keys = new long[1 << 10];
  private int used;
  private final Map<Sha256, Integer> numbers = new HashMap<>();
  private PackTable[] tables = new PackTable[16];

  /** How many pages it knows. */
  int pages() {
    return used;
  }

  /** Adds what a pack has. Of pages that are in several, the one added first is found. */
  void add(PackTable table) {
    if (numbers.putIfAbsent(table.id(), numbers.size()) != null) {
      return;
    }
    int number = numbers.size();
    if (number > tables.length) {
      tables = Arrays.copyOf(tables, 2 * tables.length);
    }
    tables[number - 1] = table;
    for (int entry = 0; entry < table.entries(); entry++) {
      if (2 * used >= keys.length) {
        grow();
      }
      Sha256 hash = table.hash(entry);
      int slot = slot(hash);
      if (packs[slot] == FREE) {
        put(slot, hash.a(), number, entry);
        used++;
      }
    }
  }

  private void put(int slot, long key, int pack, int entry) {
    keys[slot] = key;
    packs[slot] = pack;
    entries[slot] = entry;
  }

  /** The slot of a page, or the one where it belongs. */
  private int slot(Sha256 hash) {
    int mask = keys.length - 1;
    int slot = (int) hash.a() & mask;
    while (packs[slot] != FREE
        && !(keys[slot] == hash.a() && tables[packs[slot] - 1].hash(entries[slot]).equals(hash))) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private void grow() {
    long[] oldKeys = keys;
    int[] oldPacks = packs;
    int[] oldEntries = entries;
    keys = new long[2 * oldKeys.length];
    packs = new int[keys.length];
    entries = new int[keys.length];
    int mask = keys.length - 1;
    for (int i = 0; i < oldKeys.length; i++) {
      if (oldPacks[i] != FREE) {
        int slot = (int) oldKeys[i] & mask;
        while (packs[slot] != FREE) {
          slot = (slot + 1) & mask;
        }
        put(slot, oldKeys[i], oldPacks[i], oldEntries[i]);
      }
    }
  }

  @Nullable Place find(Sha256 hash) {
    int slot = slot(hash);
    return packs[slot] == FREE ? null : new Place(tables[packs[slot] - 1], entries[slot]);
  }
}
