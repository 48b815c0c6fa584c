package org.replaymigrate.replayer;

import org.replaymigrate.protocol.format.FormatException;
import org.replaymigrate.protocol.log.Event;

/** What an {@link EventSource} gives: an event, or the news that there was none for a while. */
public sealed interface Entry {
  /**
   * An event.
   *
   * @param bytes what it takes in the log or on the wire
   */
  record Happened(Event event, int bytes) implements Entry {}

  /** An event that is still encoded. Decoding is done on a thread of its own, in order. */
  non-sealed interface Encoded extends Entry {
    /**
     * The event. Called once.
     *
     * @throws FormatException if the bytes are not an event
     */
    Happened decode() throws FormatException;
  }

  /**
   * The recording machine has come to {@code instructions}, and no event lies before that but those
   * with a lower number than {@code sequence}. The replaying machine may run as far.
   *
   * @param sequence number of the next event, whenever it comes
   */
  record Reached(long sequence, long instructions) implements Entry {}
}
