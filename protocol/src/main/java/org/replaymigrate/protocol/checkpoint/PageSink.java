package org.replaymigrate.protocol.checkpoint;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/**
 * Takes the pages of a snapshot, space by space, RAM first; where they end up is its own affair.
 */
public interface PageSink {
  /** Pages of the next space follow. */
  void nextSpace() throws IOException;

  /** Where the next page's content goes, 4096 bytes; {@link #add} says which it was. */
  MemorySegment slot();

  /** The page in {@link #slot} has this number. */
  void add(int page) throws IOException;
}
