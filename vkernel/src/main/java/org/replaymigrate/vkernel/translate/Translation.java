package org.replaymigrate.vkernel.translate;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Whether and how a machine translates its guest's code. Changes speed only.
 *
 * @param threshold how often a block is interpreted before it may be translated, at least 1; {@link
 *     Integer#MAX_VALUE} for never
 * @param maxInstructions most instructions of a region, at least 1
 * @param maxBytes bound on the bytecode of all regions together
 * @param worker runs what compiles a region, on any thread, in any order, or never; null to compile
 *     on the machine's thread, at once
 */
public record Translation(
    int threshold, int maxInstructions, long maxBytes, @Nullable Consumer<Runnable> worker) {
  private static final int DEFAULT_THRESHOLD = 2000;
  private static final int DEFAULT_INSTRUCTIONS = 60;
  private static final long DEFAULT_BYTES = 64L << 20;

  /** The interpreter does everything. */
  public static final Translation OFF = new Translation(Integer.MAX_VALUE, 1, 0, null);

  public Translation {
    if (threshold < 1 || maxInstructions < 1) {
      throw new IllegalArgumentException(
          "translation after " + threshold + " times, of " + maxInstructions + " instructions");
    }
  }

  /** Translates in the background. */
  public static Translation by(Consumer<Runnable> worker) {
    return new Translation(DEFAULT_THRESHOLD, DEFAULT_INSTRUCTIONS, DEFAULT_BYTES, worker);
  }

  /** Translates at once, on the machine's thread: the same each time, for tests. */
  public static Translation atOnce(int threshold) {
    return new Translation(threshold, DEFAULT_INSTRUCTIONS, DEFAULT_BYTES, null);
  }
}
