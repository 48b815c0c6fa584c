package org.replaymigrate.replayer;

import org.jspecify.annotations.Nullable;
import org.replaymigrate.replayer.EventSource.Extent;

/**
 * How far a replay is.
 *
 * @param events applied so far
 * @param sequence number of the next event
 * @param instructions the machine's count
 * @param startInstructions its count when the replay began
 * @param extent how far the recording goes; for a stream, how far it is known to go by now
 */
public record ReplayProgress(
    long events,
    long sequence,
    long instructions,
    long startInstructions,
    @Nullable Extent extent) {

  /** Done, 0 to 1, by instructions; NaN if the end is not known. */
  public double fraction() {
    if (extent == null) {
      return Double.NaN;
    }
    double all = extent.instructions() - startInstructions;
    return all <= 0 ? 1 : Math.min(1, (instructions - startInstructions) / all);
  }

  /** Instructions that the recording machine is known to be ahead. */
  public long instructionsBehind() {
    return extent == null ? 0 : Math.max(0, extent.instructions() - instructions);
  }

  /** Events that have come in, or have been announced, and are not applied. */
  public long eventsBehind() {
    return extent == null ? 0 : Math.max(0, extent.sequence() - sequence);
  }
}
