package org.replaymigrate.protocol.fault;

import org.jspecify.annotations.Nullable;

/**
 * Named places of the hand-over. A process that was started with {@code
 * -Dreplay-migrate.crash-at=NAME} ends there as {@code kill -9} would end it: no cleaning up,
 * nothing flushed.
 */
public enum CrashPoint {
  SOURCE_CONNECTED,
  SOURCE_BASE_SENT,
  SOURCE_STOPPED,
  SOURCE_STOP_SENT,
  SOURCE_BEFORE_GIVEN,
  SOURCE_AFTER_GIVEN,
  SOURCE_COMMIT_SENT,
  DESTINATION_WELCOMED,
  DESTINATION_BASE_RECEIVED,
  DESTINATION_REPLAYED,
  DESTINATION_BEFORE_PREPARED,
  DESTINATION_AFTER_PREPARED,
  DESTINATION_BEFORE_OWNED,
  DESTINATION_AFTER_OWNED;

  private static final @Nullable String CRASH_AT = System.getProperty("replay-migrate.crash-at");

  /** The process dies here if it was told to. */
  public void reached() {
    if (name().equals(CRASH_AT)) {
      Runtime.getRuntime().halt(137);
    }
  }
}
