package org.replaymigrate.protocol.checkpoint;

import java.io.IOException;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.protocol.log.LogPosition;
import org.replaymigrate.protocol.page.PagedContent;
import org.replaymigrate.protocol.store.PageStore;

/**
 * The state of a machine at one instruction, held fast while the machine runs on: its pages ({@link
 * HeldPages}), and what else a checkpoint says. The constructor runs on the machine's thread,
 * {@link #write} on another.
 */
public final class Snapshot {
  private final CheckpointManifest head;
  private final @Nullable Lineage before;
  private final List<PagedContent> contents;
  private final HeldPages pages;
  private volatile @Nullable Lineage lineage;

  /**
   * Holds the state as it is now.
   *
   * @param head what goes into the manifest, apart from the pages
   * @param contents RAM first, then one for each disk
   */
  public Snapshot(CheckpointManifest head, List<? extends PagedContent> contents) {
    this(head, contents, null, new HeldPages(contents, null));
  }

  /**
   * Holds what has changed since another checkpoint.
   *
   * @param before that checkpoint
   * @param changed the pages of each space that are not as that has them, or are to be moved
   */
  Snapshot(
      CheckpointManifest head,
      List<? extends PagedContent> contents,
      Lineage before,
      List<BitSet> changed) {
    this(head, contents, before, new HeldPages(contents, changed));
  }

  Snapshot(
      CheckpointManifest head,
      List<? extends PagedContent> contents,
      @Nullable Lineage before,
      HeldPages pages) {
    this.head = head;
    this.contents = List.copyOf(contents);
    this.before = before;
    this.pages = pages;
  }

  public long number() {
    return head.number();
  }

  /** The place in the log that follows. */
  public LogPosition position() {
    return head.position();
  }

  /**
   * Writes the checkpoint: what the store does not have goes into it, and then the manifest appears
   * in the folder, all of it durable. Whatever comes of it, {@link #release} must follow on the
   * machine's thread.
   *
   * @return its file
   */
  public Path write(CheckpointFolder folder) throws IOException {
    Path path = folder.file(head.number());
    try (PageStore.Hold hold = folder.store().hold();
        StoreSink sink = new StoreSink(hold, contents, before)) {
      pages.sendTo(sink);
      CheckpointManifest manifest = sink.finish(head);
      ManifestFile.write(path, manifest);
      lineage = sink.lineage(manifest);
      return path;
    } finally {
      pages.giveUp();
    }
  }

  /** What the next checkpoint builds on; null if this one has not been written. */
  @Nullable Lineage lineage() {
    return lineage;
  }

  /**
   * Ends the watches; on the machine's thread, after {@link #write} has come back or never will.
   */
  public void release() {
    pages.release();
  }
}
