package org.replaymigrate.protocol.checkpoint;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.protocol.page.PagedContent;
import org.replaymigrate.protocol.store.PageAdder;
import org.replaymigrate.protocol.store.PageStore;
import org.replaymigrate.protocol.store.Sha256;

/**
 * Takes in a checkpoint that has come from elsewhere: its pages go into the store, if they are not
 * there, and a manifest into the folder.
 */
public final class CheckpointImport {
  private CheckpointImport() {}

  /**
   * Takes it in, durably. Batches none of whose pages are known are taken as they are.
   *
   * @param reader of the checkpoint, wherever it is
   * @return its file in the folder
   */
  public static Path take(CheckpointReader reader, CheckpointFolder folder) throws IOException {
    return takeAs(reader, folder, reader.manifest());
  }

  /**
   * Takes in its pages as those of another checkpoint.
   *
   * @param head that checkpoint, apart from its pages; of the same configuration
   */
  public static Path takeAs(
      CheckpointReader reader, CheckpointFolder folder, CheckpointManifest head)
      throws IOException {
    CheckpointManifest manifest = reader.manifest();
    try (PageStore.Hold hold = folder.store().hold();
        PageAdder adder = new PageAdder(hold, List.of(), Set.of())) {
      List<PageMap> maps = new ArrayList<>();
      for (int space = 0; space < manifest.spaces().size(); space++) {
        maps.add(map(reader, space, adder));
      }
      PackList packs = PackList.of(adder.finish(), maps);
      Path path = folder.file(head.number());
      ManifestFile.write(path, packs.manifest(head, head.digest()));
      return path;
    }
  }

  private static PageMap map(CheckpointReader reader, int space, PageAdder adder)
      throws IOException {
    int pages = reader.manifest().spaces().get(space).pages();
    PageMap.Changes changes = new PageMap.Changes();
    for (Part part : reader.parts(space, pages, page -> changes.add(page, PageMap.ZERO_PLACE))) {
      add(part, adder, changes);
    }
    return new PageMap.Builder(pages, true).build().with(changes.sorted(), space > 0);
  }

  private static void add(Part part, PageAdder adder, PageMap.Changes changes) throws IOException {
    List<Sha256> names = IntStream.range(0, part.count()).mapToObj(part::hash).toList();
    List<@Nullable Long> places = names.stream().<@Nullable Long>map(adder::find).toList();
    if (!places.contains(null)) {
      for (int i = 0; i < part.count(); i++) {
        changes.add(part.page(i), Objects.requireNonNull(places.get(i)));
      }
      return;
    }
    byte[] content = part.read(); // and compares it with its names
    byte[] whole = places.stream().allMatch(Objects::isNull) ? part.whole() : null;
    if (whole != null) {
      long first = adder.addCompressed(whole, names);
      for (int i = 0; i < part.count(); i++) {
        changes.add(part.page(i), first + i);
      }
      return;
    }
    MemorySegment from = MemorySegment.ofArray(content);
    for (int i = 0; i < part.count(); i++) {
      Long known = adder.find(names.get(i));
      if (known == null) {
        long at = (long) part.index(i) * PagedContent.PAGE_SIZE;
        MemorySegment.copy(from, at, adder.slot(), 0, PagedContent.PAGE_SIZE);
        known = adder.add();
      }
      changes.add(part.page(i), known);
    }
  }
}
