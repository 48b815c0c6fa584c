package org.replaymigrate.recorder.plan;

import org.jspecify.annotations.Nullable;

/**
 * What has been measured. Rates are a second.
 *
 * @param baseBytes of a base for a destination that has nothing
 * @param held what lies between now and a state that the destination holds; null if it holds none
 * @param baseMillis until the base can be sent
 * @param restoreMillis from its last byte to a machine that runs
 * @param bandwidth bytes, above 0
 * @param roundTripMillis of the link
 * @param instructions that the guest executes
 * @param logBytes that its log grows by
 * @param replay instructions that the destination replays, when it has nothing to wait for
 * @param leapMillis what a leap takes however few pages it has
 * @param dirty pages that the guest changes
 * @param bytesPerPage of such a page, compressed
 */
public record Rates(
    double baseBytes,
    @Nullable Behind held,
    double baseMillis,
    double restoreMillis,
    double bandwidth,
    double roundTripMillis,
    double instructions,
    double logBytes,
    double replay,
    double leapMillis,
    DirtyCurve dirty,
    double bytesPerPage) {
  /**
   * What a destination lacks.
   *
   * @param instructions that it has to replay
   * @param logBytes that say how
   */
  public record Behind(double instructions, double logBytes) {}

  /** What the guest does in so much time. */
  Behind behind(double millis) {
    return new Behind(instructions * millis / 1000, logBytes * millis / 1000);
  }
}
