package org.replaymigrate.replayer;

import java.util.List;
import org.replaymigrate.protocol.format.FormatException;
import org.replaymigrate.protocol.log.Event;

/** What an {@link EventSource} gives: events, or the news that there was none for a while. */
public sealed interface Entry {
  /**
   * Events that came in together, at least one.
   *
   * @param bytes that they take in the log or on the wire
   */
  record Events(List<Event> events, int bytes) implements Entry {
    public Events {
      events = List.copyOf(events);
    }
  }

  /** Events that are still encoded. Decoding is done on a thread of its own, in order. */
  non-sealed interface Encoded extends Entry {
    /**
     * The events. Called once.
     *
     * @throws FormatException if the bytes are something else
     */
    Events decode() throws FormatException;
  }

  /**
   * The recording machine has come to {@code instructions}, and no event lies before that but those
   * with a lower number than {@code sequence}. The replaying machine may run as far.
   *
   * @param sequence number of the next event, whenever it comes
   */
  record Reached(long sequence, long instructions) implements Entry {}
}
