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
import org.replaymigrate.protocol.checkpoint.CheckpointManifest.Batch;
import org.replaymigrate.protocol.checkpoint.CheckpointManifest.Run;
import org.replaymigrate.protocol.checkpoint.CheckpointManifest.Space;
import org.replaymigrate.protocol.format.FormatException;
import org.replaymigrate.protocol.page.PageDestination;
import org.replaymigrate.protocol.page.PagedContent;

/** Reads a checkpoint, and those it rests on, which lie beside it. */
public final class CheckpointReader implements PageSource, Closeable {
  /** The checkpoint itself, its parent, and so on. */
  private final List<CheckpointFile> chain;

  /** Pages of a batch that nothing newer has replaced, as indices into it. */
  private record Wanted(CheckpointFile file, Batch batch, BitSet indices) {}

  private CheckpointReader(List<CheckpointFile> chain) {
    this.chain = chain;
  }

  /**
   * Opens a checkpoint and reads its manifest.
   *
   * @throws FormatException if it, or one it rests on, is damaged, cut short, missing, or of
   *     another version
   */
  public static CheckpointReader open(Path path) throws IOException {
    CheckpointReader reader = new CheckpointReader(new ArrayList<>());
    try {
      reader.chain.add(CheckpointFile.open(path));
      while (reader.chain.getLast().manifest().parent() != CheckpointManifest.NO_PARENT) {
        reader.openParent();
      }
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
    List<Wanted> wanted = plan(space, destination);
    try {
      wanted.parallelStream().forEach(w -> restore(w, destination));
    } catch (UncheckedIOException e) {
      throw e.getCause();
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
   * Newest first: what one file lists, none behind it is asked for. Zero pages are put back here.
   */
  private List<Wanted> plan(int space, PageDestination destination) throws FormatException.Corrupt {
    List<Wanted> plan = new ArrayList<>();
    BitSet settled = new BitSet();
    for (CheckpointFile file : chain) {
      Space saved = file.manifest().spaces().get(space);
      if (saved.pages() != destination.pages()) {
        throw new FormatException.Corrupt(
            "%s: space %d has %d pages, not %d"
                .formatted(file.path(), space, saved.pages(), destination.pages()));
      }
      BitSet listed = new BitSet();
      for (Run run : saved.zeroes()) {
        for (int page = run.first(); page < run.first() + run.count(); page++) {
          listed.set(page);
          if (!settled.get(page)) {
            destination.restoreZero(page);
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
          plan.add(new Wanted(file, batch, indices));
        }
      }
      settled.or(listed);
    }
    return plan;
  }

  private static void restore(Wanted wanted, PageDestination destination) {
    try {
      MemorySegment pages = MemorySegment.ofArray(wanted.file.read(wanted.batch));
      for (int i = wanted.indices.nextSetBit(0); i >= 0; i = wanted.indices.nextSetBit(i + 1)) {
        long at = (long) i * PagedContent.PAGE_SIZE;
        destination.restorePage(wanted.batch.pages()[i], pages.asSlice(at, PagedContent.PAGE_SIZE));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    for (CheckpointFile file : chain) {
      file.close();
    }
  }
}
