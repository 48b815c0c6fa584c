package org.replaymigrate.recorder.plan;

/**
 * What has been measured. Rates are a second.
 *
 * @param baseBytes of a base for a destination that has nothing
 * @param olderBaseBytes of what a destination lacks that holds an older base; -1 if it holds none
 * @param baseMillis until the base can be sent
 * @param restoreMillis from its last byte to a machine that runs
 * @param bandwidth bytes, above 0
 * @param roundTripMillis of the link
 * @param instructions that the guest executes
 * @param logBytes that its log grows by
 * @param replay instructions that the destination replays, when it has nothing to wait for
 * @param dirty pages that the guest changes
 * @param bytesPerPage of such a page, compressed
 */
public record Rates(
    double baseBytes,
    double olderBaseBytes,
    double baseMillis,
    double restoreMillis,
    double bandwidth,
    double roundTripMillis,
    double instructions,
    double logBytes,
    double replay,
    DirtyCurve dirty,
    double bytesPerPage) {}
