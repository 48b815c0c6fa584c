package org.replaymigrate.protocol.home;

/** How guest time goes. */
public enum Pace {
  /** With the wall clock. */
  REAL,
  /** As fast as the guest executes; idle time is skipped. */
  MAX
}
