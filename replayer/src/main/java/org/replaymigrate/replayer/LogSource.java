package org.replaymigrate.replayer;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.protocol.log.Event;
import org.replaymigrate.protocol.log.LogEnd;
import org.replaymigrate.protocol.log.LogPosition;
import org.replaymigrate.protocol.log.LogReader;
import org.replaymigrate.protocol.log.LogSegments;

/**
 * The log of a recording, from a position to its last whole event, or to the first behind which a
 * replay has no business. Nobody writes to it, or what is written from now on does not matter.
 */
public final class LogSource implements EventSource {
  private final LogReader reader;
  private final Until until;
  private final LogPosition lastPosition;
  private final long bytes;
  private boolean passed;
  private volatile @Nullable LogEnd end;

  private LogSource(LogReader reader, Until until, Measure measure) {
    this.reader = reader;
    this.until = until;
    this.lastPosition = measure.last;
    this.bytes = measure.bytes;
  }

  private record Measure(LogPosition last, long bytes) {}

  /**
   * Opens the log, and reads it once to its end to know how much there is.
   *
   * @param from where to begin; null for the first event
   * @throws org.replaymigrate.protocol.format.FormatException if it is damaged anywhere behind
   *     {@code from}, or does not reach that far
   */
  public static LogSource open(LogSegments segments, @Nullable LogPosition from)
      throws IOException {
    return open(segments, from, Until.END);
  }

  /**
   * Opens the log for a replay that stops at {@code until}: what lies behind the first event that
   * is not before that is neither read nor judged.
   *
   * @param from where to begin; null for the first event
   */
  public static LogSource open(LogSegments segments, @Nullable LogPosition from, Until until)
      throws IOException {
    Measure measure;
    try (LogReader reader = read(segments, from)) {
      Event event = reader.next();
      while (event != null && !isPast(until, event)) {
        event = reader.next();
      }
      if (event == null) {
        reader.end();
      }
      measure = new Measure(reader.position(), reader.logicalBytes());
    }
    return new LogSource(read(segments, from), until, measure);
  }

  private static boolean isPast(Until until, Event event) {
    return switch (until) {
      case Until.End e -> false;
      case Until.Instructions u -> u.count() <= event.instructions();
      case Until.Event u -> u.sequence() <= event.sequence();
    };
  }

  private static LogReader read(LogSegments segments, @Nullable LogPosition from)
      throws IOException {
    return from == null ? segments.read() : segments.read(from);
  }

  @Override
  public synchronized @Nullable Entry take() throws IOException {
    if (passed) {
      return null;
    }
    long before = reader.logicalBytes();
    Event event = reader.next();
    if (event == null) {
      end = reader.end();
      return null;
    }
    passed = isPast(until, event);
    return new Entry.Events(List.of(event), (int) (reader.logicalBytes() - before));
  }

  @Override
  public Extent extent() {
    return new Extent(lastPosition.sequence(), lastPosition.instructions());
  }

  /** The place behind the last event that is read. */
  public LogPosition lastPosition() {
    return lastPosition;
  }

  /** Bytes of all entries that are read. */
  public long bytes() {
    return bytes;
  }

  /** How the log ends; null before that is known, and if it is not read to its end. */
  public @Nullable LogEnd end() {
    return end;
  }

  @Override
  public synchronized void close() throws IOException {
    reader.close();
  }
}
