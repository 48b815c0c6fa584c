package org.replaymigrate.replayer;

import java.util.List;
import org.replaymigrate.protocol.digest.Digest128;

/**
 * What has become of a replay. The machine stands at {@code instructions}, with every event before
 * {@code sequence} applied.
 *
 * @param outcome why it has ended
 * @param startInstructions the machine's count when it began
 * @param instructions the machine's count now
 * @param sequence number of the next event
 * @param events applied
 * @param logBytes that the applied events take
 * @param digestsChecked digests compared, of output and of states
 * @param divergences the first of them, at most {@value #MAX_DIVERGENCES}
 * @param divergenceCount all of them
 * @param seconds that it took
 * @param finalDigest of the whole state now; {@link Digest128#NONE} if cancelled
 */
public record ReplayResult(
    Outcome outcome,
    long startInstructions,
    long instructions,
    long sequence,
    long events,
    long logBytes,
    long digestsChecked,
    List<Divergence> divergences,
    long divergenceCount,
    double seconds,
    Digest128 finalDigest) {
  static final int MAX_DIVERGENCES = 100;

  /** Why a replay has ended. */
  public enum Outcome {
    /** It came to where it was to stop, or to the end of its source. */
    REACHED,
    /** It could not, or was not to, go on after a divergence. */
    DIVERGED,
    /** Somebody called {@link Replay#cancel}. */
    CANCELLED
  }

  public ReplayResult {
    divergences = List.copyOf(divergences);
  }
}
