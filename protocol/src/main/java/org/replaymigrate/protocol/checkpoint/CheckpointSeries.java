package org.replaymigrate.protocol.checkpoint;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.protocol.page.ChangedPages;
import org.replaymigrate.protocol.page.PagedContent;

/**
 * The checkpoints that one process takes of a machine. The first holds all that the machine has,
 * and each of those that follow only what has changed since the one before, if that came off and is
 * through. Belongs to the machine's thread; snapshots are written on another.
 */
public final class CheckpointSeries implements AutoCloseable {
  private final List<PagedContent> contents;
  private final List<ChangedPages> watches;

  /** Of what was taken from the watches, all that has ever changed. */
  private final List<BitSet> everTaken;

  private @Nullable Lineage lineage;
  private long newest = -1;
  private int beingWritten;

  /**
   * Begins to watch what changes.
   *
   * @param contents RAM first, then one for each disk
   */
  public CheckpointSeries(List<? extends PagedContent> contents) {
    this.contents = List.copyOf(contents);
    this.watches = contents.stream().map(ChangedPages::new).toList();
    this.everTaken = contents.stream().map(content -> new BitSet()).toList();
  }

  /**
   * Holds the state as it is now. {@link #release} must follow, when it has been written or never
   * will be.
   *
   * @param head its number is greater than that of all before
   */
  public Snapshot hold(CheckpointManifest head) {
    List<BitSet> changed = takeChanged();
    Lineage before = beingWritten == 0 ? lineage : null;
    Snapshot snapshot;
    if (before == null) {
      snapshot = new Snapshot(head, contents);
    } else {
      for (int i = 0; i < changed.size(); i++) {
        changed.get(i).or(before.moving().get(i));
      }
      snapshot = new Snapshot(head, contents, before, changed);
    }
    beingWritten++;
    return snapshot;
  }

  /** What has changed since the last call, or since the beginning. */
  private List<BitSet> takeChanged() {
    List<BitSet> changed = new ArrayList<>();
    for (int i = 0; i < watches.size(); i++) {
      BitSet taken = watches.get(i).take();
      everTaken.get(i).or(taken);
      changed.add(taken);
    }
    return changed;
  }

  /** The pages of each part that have changed since this has begun to watch. */
  public List<BitSet> changedEver() {
    List<BitSet> all = new ArrayList<>();
    for (int i = 0; i < watches.size(); i++) {
      BitSet changed = (BitSet) everTaken.get(i).clone();
      changed.or(watches.get(i).look());
      all.add(changed);
    }
    return all;
  }

  /** Watches no more. */
  @Override
  public void close() {
    watches.forEach(ChangedPages::close);
  }

  /**
   * Ends the watches of a snapshot. If it was written the next one builds on it; if not, what has
   * changed since an earlier one is not known any more, and the next one holds everything.
   */
  public void release(Snapshot snapshot) {
    snapshot.release();
    beingWritten--;
    if (snapshot.number() > newest) {
      newest = snapshot.number();
      lineage = snapshot.lineage();
    }
  }
}
