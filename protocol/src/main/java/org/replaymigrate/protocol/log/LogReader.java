package org.replaymigrate.protocol.log;

import java.io.Closeable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.protocol.format.FormatException;

/**
 * Reads a recording's log across its segments, also while the last is being written. A torn tail of
 * a segment is passed over when the next one goes on where it was cut. For one thread at a time.
 */
public final class LogReader implements Closeable {
  private final LogSegments segments;
  private EventLogReader current;
  private long bytesBefore;

  private LogReader(LogSegments segments, EventLogReader first) {
    this.segments = segments;
    this.current = first;
  }

  static LogReader open(LogSegments segments, int from) throws IOException {
    EventLogReader first = segments.firstFrom(from);
    if (first == null) {
      throw new FormatException.Corrupt(segments + ": no log segment from number " + from + " on");
    }
    return new LogReader(segments, first);
  }

  /** The header of the segment that is being read. */
  public LogHeader header() {
    return current.header();
  }

  /** The place before the event that {@link #next} returns next. */
  public LogPosition position() {
    return current.position();
  }

  /** Bytes of the entries read or passed over so far, over all segments. */
  public long logicalBytes() {
    return bytesBefore + current.logicalBytes();
  }

  /**
   * The next event, or null if there is none yet.
   *
   * @throws FormatException if a segment is damaged, of another version, or does not go on where
   *     the one before has ended
   */
  public @Nullable Event next() throws IOException {
    while (true) {
      Event event = current.next();
      if (event != null) {
        return event;
      }
      EventLogReader following = segments.firstFrom(current.header().segment() + 1);
      if (following == null) {
        return null;
      }
      // Only now has whoever wrote this segment certainly stopped.
      event = current.next();
      if (event != null) {
        following.close();
        return event;
      }
      goOnWith(following);
    }
  }

  /**
   * Finds out how the log ends. To be asked when {@link #next} has returned null and nobody writes.
   *
   * @throws FormatException.Corrupt if there are more events, but damage lies before them
   */
  public LogEnd end() throws IOException {
    return current.end();
  }

  /**
   * Goes ahead, or stays where it is.
   *
   * @throws FormatException.Corrupt if the log does not reach that far
   */
  public void skipTo(LogPosition wanted) throws IOException {
    while (!current.skipTo(wanted.sequence())) {
      EventLogReader following = segments.firstFrom(current.header().segment() + 1);
      if (following == null) {
        throw new FormatException.Corrupt(
            segments
                + ": ends at event "
                + position().sequence()
                + ", before "
                + wanted.sequence());
      }
      goOnWith(following);
    }
    if (position().sequence() != wanted.sequence()) {
      throw new FormatException.Corrupt(
          segments + ": begins at event " + position().sequence() + ", not " + wanted.sequence());
    }
  }

  private void goOnWith(EventLogReader following) throws IOException {
    try {
      current.end(); // damage in the middle is not a torn tail
      requireContinues(current, following.header());
    } catch (IOException | RuntimeException e) {
      following.close();
      throw e;
    }
    bytesBefore += current.logicalBytes();
    current.close();
    current = following;
  }

  private void requireContinues(EventLogReader before, LogHeader after) throws FormatException {
    LogPosition end = before.position();
    if (!after.vkernel().equals(before.header().vkernel())
        || !after.config().equals(before.header().config())) {
      throw new FormatException.Corrupt(
          segments.path(after.segment()) + ": belongs to another recording");
    }
    if (after.firstSequence() != end.sequence() || after.firstInstructions() < end.instructions()) {
      throw new FormatException.Corrupt(
          segments.path(after.segment())
              + ": goes on at event "
              + after.firstSequence()
              + ", but the segment before ends at event "
              + end.sequence());
    }
  }

  @Override
  public void close() throws IOException {
    current.close();
  }
}
