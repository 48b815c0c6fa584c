package org.replaymigrate.protocol.fault;

import org.jspecify.annotations.Nullable;

/**
 * Named places of a migration, one before and one after each step that writes to a disk or to the
 * wire. A process that was started with {@code -Dreplay-migrate.crash-at=NAME} ends there as {@code
 * kill -9} would end it: no cleaning up, nothing flushed. What is on the disks afterwards stands,
 * for each of them, in docs/formats/wire.md, and is tested to be so.
 */
public enum CrashPoint {
  SOURCE_BEFORE_HELLO,
  SOURCE_HELLO_SENT,
  SOURCE_WELCOMED,
  SOURCE_CHECKPOINT_TAKEN,
  SOURCE_AMID_BASE,
  SOURCE_BASE_SENT,
  SOURCE_LOG_SENT,
  SOURCE_AMID_LEAP,
  SOURCE_LEAP_SENT,
  SOURCE_BEFORE_STOP,
  SOURCE_STOPPED,
  SOURCE_STOP_SENT,
  SOURCE_BEFORE_GIVEN,
  SOURCE_AFTER_GIVEN,
  SOURCE_COMMIT_SENT,
  SOURCE_LIVE_HEARD,
  SOURCE_ENDED,
  DESTINATION_HELLO_HEARD,
  DESTINATION_AFTER_RECEIVING,
  DESTINATION_WELCOMED,
  DESTINATION_AMID_BASE,
  DESTINATION_BASE_RECEIVED,
  DESTINATION_RESTORED,
  DESTINATION_LOG_RECEIVED,
  DESTINATION_AMID_LEAP,
  DESTINATION_LEAPT,
  DESTINATION_STOP_HEARD,
  DESTINATION_REPLAYED,
  DESTINATION_BEFORE_PREPARED,
  DESTINATION_AFTER_PREPARED,
  DESTINATION_PREPARED_SENT,
  DESTINATION_BEFORE_OWNED,
  DESTINATION_AFTER_OWNED,
  DESTINATION_LIVE_SENT,
  DESTINATION_RUNNING;

  private static final @Nullable String CRASH_AT = System.getProperty("replay-migrate.crash-at");

  /** Whether this process is going to die at one of them, or to go wrong. */
  public static boolean areArmed() {
    return CRASH_AT != null || BitFlip.isArmed();
  }

  /** The process dies here if it was told to. */
  public void reached() {
    if (name().equals(CRASH_AT)) {
      Runtime.getRuntime().halt(137);
    }
  }
}
