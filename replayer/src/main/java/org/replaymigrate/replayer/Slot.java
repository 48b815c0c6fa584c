package org.replaymigrate.replayer;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.replayer.ReplayResult.Outcome;

/**
 * A place in the ring. Each field is written by one stage and read by later ones:
 *
 * <pre>
 *   receive   entry, broken: an entry, or why none follows, or (both null) the end
 *   check     the same; the entry is no longer encoded, and broken says what comes after it
 *   apply     sequence, instructions: how far the machine is; outcome, failure: if that was all
 * </pre>
 */
final class Slot {
  @Nullable Entry entry;
  @Nullable IOException broken;

  long sequence;
  long instructions;
  @Nullable Outcome outcome;
  @Nullable IOException failure;

  void clear() {
    entry = null;
    broken = null;
    outcome = null;
    failure = null;
  }
}
