package org.replaymigrate.recorder.ship;

import java.io.Closeable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.protocol.log.Event;
import org.replaymigrate.protocol.log.LogPosition;
import org.replaymigrate.protocol.log.LogReader;
import org.replaymigrate.protocol.wire.EventBatch;
import org.replaymigrate.protocol.wire.WireConnection;
import org.replaymigrate.protocol.wire.WireMessage;

/** Sends the log while it grows. For one thread. */
final class LogFeed implements Closeable {
  private static final long NO_LIMIT = Long.MAX_VALUE;

  /** So much at a time: a log may grow faster than it can be sent. */
  private static final long MOST_BYTES = 1 << 20;

  private final LogReader log;
  private final WireConnection to;
  private final EventBatch batch = new EventBatch();
  private long bytes;

  /**
   * @param log at the first event to send; closed by this
   */
  LogFeed(LogReader log, WireConnection to) {
    this.log = log;
    this.to = to;
  }

  /** Behind the last event that was sent. */
  LogPosition position() {
    return log.position();
  }

  /** What the events have taken on the wire. */
  long bytes() {
    return bytes;
  }

  /**
   * Sends what there is, but no more than a megabyte.
   *
   * @return whether that was all
   */
  boolean send() throws IOException {
    return sendTo(NO_LIMIT, MOST_BYTES);
  }

  /**
   * Sends all up to an event.
   *
   * @param sequence the first that is not sent; those before are in the log
   */
  void send(long sequence) throws IOException {
    sendTo(sequence, NO_LIMIT);
    if (log.position().sequence() != sequence) {
      throw new IOException("the log ends before event " + sequence);
    }
  }

  private boolean sendTo(long limit, long most) throws IOException {
    long before = to.bytesSent();
    boolean all = false;
    while (!all && to.bytesSent() - before < most) {
      Event event = next(limit);
      if (event == null) {
        all = true;
      } else {
        batch.add(event);
        if (!batch.hasRoom()) {
          to.send(batch.take(), false);
        }
      }
    }
    if (!batch.isEmpty()) {
      to.send(batch.take());
    }
    bytes += to.bytesSent() - before;
    return all;
  }

  /**
   * Leaves out what has not been sent yet.
   *
   * @param from where to go on; it is in the log
   */
  void skipTo(LogPosition from) throws IOException {
    log.skipTo(from);
  }

  private @Nullable Event next(long limit) throws IOException {
    return log.position().sequence() < limit ? log.next() : null;
  }

  /**
   * Lets the destination run on without an event.
   *
   * @param reached what the source had reached before the last {@link #send}, if that has sent all;
   *     else 0
   * @return how far the destination may run
   */
  long horizon(long reached) throws IOException {
    // Whatever has not been sent now comes at neither of these counts before.
    long horizon = Math.max(reached, log.position().instructions());
    to.send(new WireMessage.Horizon(horizon));
    return horizon;
  }

  @Override
  public void close() throws IOException {
    log.close();
  }
}
