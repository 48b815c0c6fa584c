package org.replaymigrate.recorder.ship;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.recorder.plan.Prediction;

/**
 * What a migration came to.
 *
 * @param migrated whether the destination owns the vkernel; else the source runs on
 * @param rehearsed whether it was a rehearsal, which has come to its end: the source runs on
 * @param confirmed whether the destination has said that it is live
 * @param reason one line, when not migrated or not confirmed; else empty
 * @param refusedForSafety whether it was refused rather than failed
 * @param totalMillis from the start to the end
 * @param downtimeMillis from the stop of the guest here to its first instruction there; at most a
 *     network delay too much
 * @param downtimeParts what that consisted of
 * @param transferredBytes all that was given to the network
 * @param repeatedBytes of it, what was sent once more because a link broke
 * @param reconnections how often a link broke and was made again
 * @param warm whether the destination has begun with a state that it held from an earlier trip
 * @param coldBecause why it has not, though it said that it held one: one line, else empty
 * @param baseBytes of it, the base checkpoint
 * @param logBytes of it, events
 * @param pageBytes of it, leaps; and pages and digests that a replay which had diverged was
 *     corrected with
 * @param digestMatch whether both sides had the same state at the hand-over
 * @param divergence how the destination's replay was not the recording, one line; else empty
 * @param repairedPages how many pages were sent again for that
 * @param replayedInstructions by the destination, those among them that it leapt over
 * @param leaps how often it was sent pages to leap ahead
 * @param prediction of the strategy that was chosen, as of the time when the first of the base had
 *     gone over the link; null if it did not come to that
 * @param predictions of all strategies
 */
public record ShipmentResult(
    boolean migrated,
    boolean rehearsed,
    boolean confirmed,
    String reason,
    boolean refusedForSafety,
    long totalMillis,
    long downtimeMillis,
    DowntimeParts downtimeParts,
    long transferredBytes,
    long repeatedBytes,
    long reconnections,
    boolean warm,
    String coldBecause,
    long baseBytes,
    long logBytes,
    long pageBytes,
    boolean digestMatch,
    String divergence,
    long repairedPages,
    long replayedInstructions,
    int leaps,
    @Nullable Prediction prediction,
    List<Prediction> predictions) {}
