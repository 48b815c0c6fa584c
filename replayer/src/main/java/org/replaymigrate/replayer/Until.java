package org.replaymigrate.replayer;

/** Where a replay stops, if its source does not end before. */
public sealed interface Until {
  /** With the last entry of the source. */
  record End() implements Until {}

  /**
   * At an instruction count: with every event before it applied, and none of those which are
   * stamped with it.
   */
  record Instructions(long count) implements Until {}

  /** Before an event: at its count, with every event before it applied. */
  record Event(long sequence) implements Until {}

  /** With the last entry. */
  Until END = new End();
}
