package org.replaymigrate.protocol.store;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Puts pages into a store, and says of each where it is: in a pack that was there, or in one that
 * is being written. For one thread, while the store is held.
 */
public final class PageAdder implements Closeable {
  private static final int PAGE = PackFormat.PAGE;

  /** So that removing a pack gives room back in pieces: 128 MiB of pages. */
  private static final int ENTRIES_A_PACK = 1 << 15;

  private final PageStore store;
  private final Set<Sha256> avoided;

  /** The packs that were referred to; null for those that are not complete yet. */
  private final List<@Nullable Sha256> packs = new ArrayList<>();

  private final Map<Sha256, Integer> numbers = new HashMap<>();
  private final Map<Sha256, Long> added = new HashMap<>();
  private final Sha256.Hasher hasher = new Sha256.Hasher();
  private final byte[] pages = new byte[PackFormat.MAX_BATCH * PAGE];
  private final MemorySegment segment = MemorySegment.ofArray(pages);
  private final byte[] hashes = new byte[PackFormat.MAX_BATCH * Sha256.BYTES];
  private @Nullable PackWriter writer;
  private int writing;
  private int count;
  private long addedPages;

  /**
   * @param hold held until what refers to the pages is durable
   * @param known packs that are referred to already, and are numbered first
   * @param avoided packs to which nothing new is to refer, because they are to go
   */
  public PageAdder(PageStore.Hold hold, List<Sha256> known, Set<Sha256> avoided)
      throws IOException {
    this.store = hold.store();
    this.avoided = avoided;
    store.refresh();
    known.forEach(this::number);
  }

  private int number(Sha256 pack) {
    Integer number = numbers.putIfAbsent(pack, packs.size());
    if (number == null) {
      packs.add(pack);
      return packs.size() - 1;
    }
    return number;
  }

  /** Where the content of the next page goes, 4096 bytes; {@link #add} takes it. */
  public MemorySegment slot() {
    return segment.asSlice((long) count * PAGE, PAGE);
  }

  /**
   * Takes the page in {@link #slot}.
   *
   * @return where it is: the number of a pack in the upper half, an entry in the lower
   */
  public long add() throws IOException {
    hasher.hash(pages, count * PAGE, PAGE, hashes, count * Sha256.BYTES);
    Sha256 hash = Sha256.at(hashes, count * Sha256.BYTES);
    Long known = find(hash);
    if (known != null) {
      return known;
    }
    long place = place(writing(), Objects.requireNonNull(writer).entries() + count);
    added.put(hash, place);
    addedPages++;
    count++;
    if (count == PackFormat.MAX_BATCH) {
      flush();
    }
    return place;
  }

  /** Where a page is that is here already, as {@link #add} says it; null if it is not. */
  public @Nullable Long find(Sha256 hash) {
    Long own = added.get(hash);
    if (own != null) {
      return own;
    }
    PageIndex.Place there = store.find(hash);
    return there == null || avoided.contains(there.pack().id())
        ? null
        : place(number(there.pack().id()), there.entry());
  }

  /**
   * Adds a batch as it is. None of its pages is here.
   *
   * @param names the hashes of its pages, which the caller has compared
   * @return where the first of its pages is; the others follow
   */
  public long addCompressed(byte[] batch, List<Sha256> names) throws IOException {
    flush();
    long first = place(writing(), Objects.requireNonNull(writer).entries());
    byte[] bytes = new byte[names.size() * Sha256.BYTES];
    for (int i = 0; i < names.size(); i++) {
      System.arraycopy(names.get(i).bytes(), 0, bytes, i * Sha256.BYTES, Sha256.BYTES);
      added.put(names.get(i), first + i);
    }
    addedPages += names.size();
    Objects.requireNonNull(writer).addCompressed(batch, batch.length, names.size(), bytes);
    finishFullPack();
    return first;
  }

  private static long place(int pack, int entry) {
    return (long) pack << 32 | entry;
  }

  /** The number of the pack that is being written. */
  private int writing() throws IOException {
    if (writer == null) {
      writer = new PackWriter(store.packs());
      writing = packs.size();
      packs.add(null);
    }
    return writing;
  }

  private void flush() throws IOException {
    if (count > 0) {
      Objects.requireNonNull(writer).add(pages, count, Arrays.copyOf(hashes, hashes.length));
      count = 0;
      finishFullPack();
    }
  }

  private void finishFullPack() throws IOException {
    if (writer != null && writer.entries() >= ENTRIES_A_PACK) {
      finishPack();
    }
  }

  private void finishPack() throws IOException {
    PackWriter complete = Objects.requireNonNull(writer);
    Sha256 id = complete.finish();
    writer = null;
    packs.set(writing, id);
    numbers.putIfAbsent(id, writing);
    try (Pack pack = store.open(id)) {
      store.learn(pack.table());
    }
    added.clear(); // the store knows them now
  }

  /**
   * Makes durable what was added.
   *
   * @return the packs, by the numbers that {@link #add} gave; some may be there twice
   */
  public List<Sha256> finish() throws IOException {
    flush();
    if (writer != null) {
      finishPack();
    }
    return packs.stream().map(Objects::requireNonNull).toList();
  }

  /** How many pages were not here before. */
  public long addedPages() {
    return addedPages;
  }

  /** Throws away what is not durable. */
  @Override
  public void close() throws IOException {
    if (writer != null) {
      writer.close();
    }
  }
}
