package org.replaymigrate.protocol.upkeep;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.replaymigrate.protocol.checkpoint.CheckpointFolder;
import org.replaymigrate.protocol.checkpoint.CheckpointManifest;
import org.replaymigrate.protocol.checkpoint.CheckpointManifest.Mapped;
import org.replaymigrate.protocol.checkpoint.CheckpointReader;
import org.replaymigrate.protocol.checkpoint.PageMap;
import org.replaymigrate.protocol.format.FormatException;
import org.replaymigrate.protocol.home.Home;
import org.replaymigrate.protocol.home.VkernelFolder;
import org.replaymigrate.protocol.store.Pack;
import org.replaymigrate.protocol.store.PackTable;
import org.replaymigrate.protocol.store.PageStore;
import org.replaymigrate.protocol.store.Sha256;

/**
 * Reads all that is in a store, and every checkpoint of its home: whether each page that one of
 * them needs is there, and is what it is called. Changes nothing; vkernels may run meanwhile.
 */
public final class HomeCheck {
  /**
   * What was found.
   *
   * @param pages in packs
   * @param unreferencedPages of them, whole packs or not
   * @param unreferencedPacks that the next sweep removes
   * @param unreferencedBytes of those packs
   * @param faults a line each, which names the file
   */
  public record Report(
      int checkpoints,
      int packs,
      long packBytes,
      long pages,
      long unreferencedPages,
      int unreferencedPacks,
      long unreferencedBytes,
      List<String> faults) {}

  private final Home home;
  private final PageStore store;
  private final Map<Sha256, BitSet> referenced = new HashMap<>();
  private final List<String> faults = new ArrayList<>();
  private int checkpoints;

  public HomeCheck(Home home) {
    this.home = home;
    this.store = home.store();
  }

  /** Reads everything. */
  public Report run() throws IOException {
    if (!Files.isDirectory(store.folder())) {
      checkCheckpoints();
      return new Report(checkpoints, 0, 0, 0, 0, 0, 0, faults);
    }
    try (PageStore.Hold _ = store.hold()) {
      checkCheckpoints();
      return checkPacks();
    }
  }

  private void checkCheckpoints() throws IOException {
    for (VkernelFolder vkernel : home.folders()) {
      CheckpointFolder folder = vkernel.checkpoints();
      for (long number : folder.numbers()) {
        try (CheckpointReader reader = folder.open(number)) {
          check(reader);
          checkpoints++;
        } catch (NoSuchFileException e) {
          // It has been removed meanwhile, for nothing that one needs goes while the store is held.
        } catch (FormatException e) {
          faults.add(e.getMessage());
        }
      }
    }
  }

  private void check(CheckpointReader reader) throws IOException {
    CheckpointManifest manifest = reader.manifest();
    List<Sha256> packs = manifest.packs();
    for (int space = 0; space < manifest.spaces().size(); space++) {
      if (manifest.spaces().get(space) instanceof Mapped mapped) {
        mapped
            .map()
            .forEach((first, count, pack, entry) -> {
              if (pack != PageMap.ZERO) {
                referenced
                    .computeIfAbsent(packs.get(pack), id -> new BitSet())
                    .set(entry, entry + count);
              }
            });
      } else {
        reader.verify(space);
      }
    }
  }

  private Report checkPacks() throws IOException {
    int packs = 0;
    long bytes = 0;
    long pages = 0;
    long unreferencedPages = 0;
    int unreferencedPacks = 0;
    long unreferencedBytes = 0;
    for (Sha256 id : store.list()) {
      Path file = store.file(id);
      long size = Files.size(file);
      BitSet needed = referenced.getOrDefault(id, new BitSet());
      packs++;
      bytes += size;
      if (needed.isEmpty()) {
        unreferencedPacks++;
        unreferencedBytes += size;
      }
      try (Pack pack = store.open(id)) {
        pages += pack.table().entries();
        unreferencedPages += pack.table().entries() - needed.cardinality();
        check(pack);
      } catch (FormatException e) {
        faults.add(e.getMessage());
      }
    }
    return new Report(
        checkpoints,
        packs,
        bytes,
        pages,
        unreferencedPages,
        unreferencedPacks,
        unreferencedBytes,
        List.copyOf(faults));
  }

  /** Finds every batch of it that is damaged. */
  private void check(Pack pack) throws IOException {
    PackTable table = pack.table();
    Sha256.Hasher hasher = new Sha256.Hasher();
    for (int batch = 0; batch < table.batches(); batch++) {
      try {
        byte[] pages = pack.batch(batch);
        for (int entry = table.first(batch); entry < table.first(batch + 1); entry++) {
          pack.verify(pages, entry, hasher);
        }
      } catch (FormatException e) {
        faults.add(e.getMessage());
      }
    }
  }
}
