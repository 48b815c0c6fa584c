package org.replaymigrate.protocol.checkpoint;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.IntConsumer;
import org.replaymigrate.protocol.checkpoint.CheckpointManifest.Batch;
import org.replaymigrate.protocol.checkpoint.CheckpointManifest.Listed;
import org.replaymigrate.protocol.checkpoint.CheckpointManifest.Mapped;
import org.replaymigrate.protocol.checkpoint.CheckpointManifest.Run;
import org.replaymigrate.protocol.checkpoint.CheckpointManifest.Space;
import org.replaymigrate.protocol.format.FormatException;
import org.replaymigrate.protocol.page.PageDestination;
import org.replaymigrate.protocol.store.Pack;
import org.replaymigrate.protocol.store.PageStore;
import org.replaymigrate.protocol.store.Sha256;

/**
 * Reads a checkpoint: its own file, and what that rests on, which is the store of its home, or in
 * format 1 other checkpoints beside it. Once open it can be read even if it is removed.
 */
public final class CheckpointReader implements PageSource, Closeable {
  /** The checkpoint itself, its parent, and so on. */
  private final List<CheckpointFile> chain;

  /** Of the last of the chain, if that has its pages in the store. */
  private final List<Pack> packs = new ArrayList<>();

  private CheckpointReader(List<CheckpointFile> chain) {
    this.chain = chain;
  }

  /**
   * Opens a checkpoint and reads its manifest.
   *
   * @param store of its home
   * @throws FormatException if it, or one it rests on, is damaged, cut short, missing, or of
   *     another version
   */
  public static CheckpointReader open(Path path, PageStore store) throws IOException {
    CheckpointReader reader = new CheckpointReader(new ArrayList<>());
    try {
      reader.chain.add(CheckpointFile.open(path));
      while (reader.chain.getLast().manifest().parent() != CheckpointManifest.NO_PARENT) {
        reader.openParent();
      }
      reader.openPacks(store);
      return reader;
    } catch (IOException | RuntimeException e) {
      reader.close();
      throw e;
    }
  }

  private void openParent() throws IOException {
    CheckpointFile child = chain.getLast();
    CheckpointManifest of = child.manifest();
    String needs = child.path() + ": needs checkpoint " + of.parent();
    if (chain.size() == CheckpointFormat.MAX_CHAIN) {
      throw new FormatException.Corrupt(needs + ", and so on without end");
    }
    Path path = child.path().resolveSibling(CheckpointFolder.name(of.parent()));
    CheckpointFile parent;
    try {
      parent = CheckpointFile.open(path);
    } catch (NoSuchFileException e) {
      throw new FormatException.Corrupt(needs + ", which is missing");
    }
    chain.add(parent);
    CheckpointManifest found = parent.manifest();
    if (found.number() != of.parent()
        || !found.vkernel().equals(of.vkernel())
        || !found.config().equals(of.config())) {
      throw new FormatException.Corrupt(needs + ", but " + path + " is another");
    }
  }

  private void openPacks(PageStore store) throws IOException {
    CheckpointFile last = chain.getLast();
    for (Sha256 id : last.manifest().packs()) {
      try {
        packs.add(store.open(id));
      } catch (NoSuchFileException e) {
        throw new FormatException.Corrupt(
            last.path() + ": needs " + store.file(id) + ", which is missing");
      }
    }
    for (Space space : last.manifest().spaces()) {
      if (space instanceof Mapped mapped) {
        StoredSpace.check(mapped.map(), packs, last.path());
      }
    }
  }

  @Override
  public CheckpointManifest manifest() {
    return chain.getFirst().manifest();
  }

  /** The files it takes to restore this checkpoint, itself first. */
  public List<Path> files() {
    return chain.stream().map(CheckpointFile::path).toList();
  }

  /** Bytes of those files. */
  public long bytes() throws IOException {
    long bytes = 0;
    for (CheckpointFile file : chain) {
      bytes += file.bytes();
    }
    return bytes;
  }

  @Override
  public void restore(int space, PageDestination destination) throws IOException {
    List<Part> parts = parts(space, destination.pages(), destination::restoreZero);
    try {
      parts.parallelStream().forEach(part -> restore(part, destination));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static void restore(Part part, PageDestination destination) {
    try {
      part.restore(destination);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Puts back RAM, on several threads.
   *
   * @param memory zero-filled, as long as the machine's RAM
   * @throws FormatException.Corrupt if a page is damaged or missing
   */
  public void restoreRam(MemorySegment memory) throws IOException {
    restore(0, PageDestination.memory(memory));
  }

  /**
   * Puts back what the guest has written to a disk, on several threads.
   *
   * @param disk from 0
   * @param destination a disk that was never written
   * @throws FormatException.Corrupt if a page is damaged or missing
   */
  public void restoreDisk(int disk, PageDestination destination) throws IOException {
    restore(1 + disk, destination);
  }

  /**
   * The pages of a space that have content. Newest first: what one file lists, none behind it is
   * asked for.
   *
   * @param pages how many it must have, and really has
   * @param zero told of each page that is listed as zero
   */
  List<Part> parts(int space, int pages, IntConsumer zero) throws FormatException.Corrupt {
    List<Part> parts = new ArrayList<>();
    BitSet settled = new BitSet();
    for (CheckpointFile file : chain) {
      Space saved = file.manifest().spaces().get(space);
      if (saved.pages() != pages) {
        throw new FormatException.Corrupt(
            "%s: space %d has %d pages, not %d"
                .formatted(file.path(), space, saved.pages(), pages));
      }
      switch (saved) {
        case Listed listed -> addParts(file, listed, settled, parts, zero);
        case Mapped mapped -> StoredSpace.addParts(mapped.map(), packs, settled, parts, zero);
      }
    }
    return parts;
  }

  /**
   * Reads all pages of a space.
   *
   * @throws FormatException.Corrupt if one is damaged or missing
   */
  public void verify(int space) throws IOException {
    for (Part part : parts(space, manifest().spaces().get(space).pages(), page -> {})) {
      part.read();
    }
  }

  private static void addParts(
      CheckpointFile file, Listed saved, BitSet settled, List<Part> parts, IntConsumer zero)
      throws FormatException.Corrupt {
    BitSet listed = new BitSet();
    for (Run run : saved.zeroes()) {
      for (int page = run.first(); page < run.first() + run.count(); page++) {
        listed.set(page);
        if (!settled.get(page)) {
          zero.accept(page);
        }
      }
    }
    for (Batch batch : saved.batches()) {
      BitSet indices = new BitSet();
      for (int i = 0; i < batch.pages().length; i++) {
        int page = batch.pages()[i];
        if (listed.get(page)) {
          throw new FormatException.Corrupt(file.path() + ": page " + page + " is listed twice");
        }
        listed.set(page);
        indices.set(i, !settled.get(page));
      }
      if (!indices.isEmpty()) {
        parts.add(new FilePart(file, batch, indices));
      }
    }
    settled.or(listed);
  }

  @Override
  public void close() throws IOException {
    for (CheckpointFile file : chain) {
      file.close();
    }
    for (Pack pack : packs) {
      pack.close();
    }
  }
}
