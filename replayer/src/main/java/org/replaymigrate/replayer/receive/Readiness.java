package org.replaymigrate.replayer.receive;

/** What this process can tell a source of itself before anything has arrived. */
public final class Readiness {
  private Readiness() {}

  /** Guest code was executed here, as a guest that has just arrived would be replayed. */
  public static void executed(long instructions, long nanos) {
    Speeds.REPLAY.measured(instructions, nanos);
  }
}
