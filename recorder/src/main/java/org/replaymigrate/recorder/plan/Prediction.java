package org.replaymigrate.recorder.plan;

/**
 * What a migration is expected to come to.
 *
 * @param bytes over the link
 * @param totalMillis from the start to the end
 * @param downtimeMillis for which the guest stands still
 * @param leaps how often pages are sent after the base
 * @param throttlePercent by how much the guest has to be slowed down for it
 * @param feasible whether it comes to an end at all within the limits; if not, the figures are of
 *     what would have been sent until the limit
 * @param why one line: what decides about it
 */
public record Prediction(
    Strategy strategy,
    double bytes,
    double totalMillis,
    double downtimeMillis,
    int leaps,
    int throttlePercent,
    boolean feasible,
    String why) {}
