package org.replaymigrate.protocol.checkpoint;

import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.protocol.store.Pack;
import org.replaymigrate.protocol.store.PackTable;
import org.replaymigrate.protocol.store.Sha256;

/** Pages of a batch of a pack. */
final class StoredPart implements Part {
  private final Pack pack;
  private final int batch;
  private int[] pages = new int[16];
  private int[] entries = new int[16];
  private int count;

  StoredPart(Pack pack, int batch) {
    this.pack = pack;
    this.batch = batch;
  }

  /** This entry of the pack is to be taken for this page. */
  void add(int page, int entry) {
    if (count == pages.length) {
      pages = Arrays.copyOf(pages, 2 * count);
      entries = Arrays.copyOf(entries, 2 * count);
    }
    pages[count] = page;
    entries[count++] = entry;
  }

  @Override
  public int count() {
    return count;
  }

  @Override
  public int page(int i) {
    return pages[i];
  }

  @Override
  public int index(int i) {
    return entries[i] - pack.table().first(batch);
  }

  @Override
  public Sha256 hash(int i) {
    return pack.table().hash(entries[i]);
  }

  @Override
  public double bytesPerPage() {
    PackTable table = pack.table();
    return (double) table.length(batch) / (table.first(batch + 1) - table.first(batch));
  }

  @Override
  public byte[] read() throws IOException {
    byte[] content = pack.batch(batch);
    Sha256.Hasher hasher = new Sha256.Hasher();
    for (int i = 0; i < count; i++) {
      if (i == 0 || entries[i] != entries[i - 1]) {
        pack.verify(content, entries[i], hasher);
      }
    }
    return content;
  }

  @Override
  public byte @Nullable [] whole() throws IOException {
    int first = pack.table().first(batch);
    if (count != pack.table().first(batch + 1) - first) {
      return null;
    }
    for (int i = 0; i < count; i++) {
      if (entries[i] != first + i) {
        return null;
      }
    }
    return pack.compressed(batch);
  }
}
