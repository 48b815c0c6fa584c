package org.replaymigrate.protocol.log;

/**
 * What stands after the last event of a log that nobody writes to any more.
 *
 * @param kind how it ends
 * @param tornBytes bytes of an unfinished entry, which are as good as never written
 */
public record LogEnd(Kind kind, long tornBytes) {
  /** Ways to end. */
  public enum Kind {
    /** The last event is an {@code EndOfLog}. */
    CLOSED,
    /** The writer stopped between two events. */
    OPEN,
    /** The writer died within an entry. */
    TORN
  }
}
