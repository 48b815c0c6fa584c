package org.replaymigrate.replayer;

/**
 * Told when a replay stands still because the host cannot serve the guest's disk (no room for its
 * working file), and when it goes on. Called on the thread that has the machine.
 */
public interface HostWait {
  /** It stands still; {@code why} is one line. Once, however often the host is asked again. */
  default void waiting(String why) {}

  /** It goes on. */
  default void goingOn() {}

  /** Tells nobody. */
  HostWait SILENT = new HostWait() {};
}
