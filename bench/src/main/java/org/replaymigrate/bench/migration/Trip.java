package org.replaymigrate.bench.migration;

import java.util.Map;

/**
 * One migration.
 *
 * @param bytes as the program says
 * @param wireBytes as the link has counted, both ways; NaN where nobody counts
 * @param millis as the program says
 * @param downtimeMillis as the program says
 * @param seenMillis from the last line that the guest has put out on the one side to the first on
 *     the other, by this process's clock; NaN if it puts out none
 * @param more what else the program says
 */
record Trip(
    double bytes,
    double wireBytes,
    double millis,
    double downtimeMillis,
    double seenMillis,
    Map<String, Object> more) {}
