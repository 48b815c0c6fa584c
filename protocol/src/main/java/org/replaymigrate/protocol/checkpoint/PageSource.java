package org.replaymigrate.protocol.checkpoint;

import java.io.IOException;
import org.replaymigrate.protocol.page.PageDestination;

/** Gives back the pages of a snapshot, wherever they are kept. */
public interface PageSource {
  /** What the snapshot holds apart from its pages. */
  CheckpointManifest manifest();

  /**
   * Puts back all pages of a space, in any order, on several threads.
   *
   * @param space 0 for RAM, 1 + k for disk k
   * @param destination as it was created: zero-filled RAM, a disk that was never written
   * @throws org.replaymigrate.protocol.format.FormatException.Corrupt if a page is damaged or
   *     missing
   */
  void restore(int space, PageDestination destination) throws IOException;
}
