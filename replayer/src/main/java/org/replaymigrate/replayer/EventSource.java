package org.replaymigrate.replayer;

import java.io.Closeable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Where events come from, in the order of their numbers: a finished log, or a stream that grows
 * while it is replayed.
 */
public interface EventSource extends Closeable {
  /**
   * Waits for the next entry. Called on one thread, which is interrupted when the replay ends.
   *
   * @return null if nothing will ever follow
   * @throws IOException if the source cannot go on; entries before are still replayed
   */
  @Nullable Entry take() throws IOException, InterruptedException;

  /** How much there is, as far as is known now; null if nothing is. Any thread may ask. */
  @Nullable Extent extent();

  /** Releases whoever waits in it. Any thread may call it, more than once. */
  @Override
  void close() throws IOException;

  /**
   * How far a recording goes.
   *
   * @param sequence number of the event after the last
   * @param instructions count that the recording machine has reached
   */
  record Extent(long sequence, long instructions) {}
}
