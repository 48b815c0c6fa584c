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
public final class CheckpointSeries {
  private final List<PagedContent> contents;
  private @Nullable List<ChangedPages> watches;
  private @Nullable Lineage lineage;
  private long newest = -1;
  private int beingWritten;

  /**
   * @param contents RAM first, then one for each disk
   */
  public CheckpointSeries(List<? extends PagedContent> contents) {
    this.contents = List.copyOf(contents);
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
    if (before == null || changed == null) {
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

  /** What has changed since the last call; null the first time, when watching begins. */
  private @Nullable List<BitSet> takeChanged() {
    List<ChangedPages> watching = watches;
    if (watching == null) {
      watches = contents.stream().map(ChangedPages::new).toList();
      return null;
    }
    List<BitSet> changed = new ArrayList<>();
    watching.forEach(each -> changed.add(each.take()));
    return changed;
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
