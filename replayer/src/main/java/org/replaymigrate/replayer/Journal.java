package org.replaymigrate.replayer;

import java.io.IOException;
import org.replaymigrate.protocol.log.Event;
import org.replaymigrate.protocol.log.EventLogWriter;

/**
 * Where a replay writes down what it receives, beside applying it, so that this side can start
 * again from its own disk. Called on one thread, in order.
 */
public interface Journal {
  /** Takes an event. */
  void append(Event event) throws IOException;

  /** Everything taken so far is safe when this returns. Called after each batch. */
  void commit() throws IOException;

  /**
   * A log segment as journal.
   *
   * @param sync whether each batch is to survive the loss of power too
   */
  static Journal of(EventLogWriter writer, boolean sync) {
    return new Journal() {
      @Override
      public void append(Event event) throws IOException {
        long sequence = writer.append(event.instructions(), event.input());
        if (sequence != event.sequence()) {
          throw new IOException("journal is at event " + sequence + ", not " + event.sequence());
        }
      }

      @Override
      public void commit() throws IOException {
        if (sync) {
          writer.sync();
        }
      }
    };
  }
}
