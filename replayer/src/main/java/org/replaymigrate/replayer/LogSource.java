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
 * The log of a recording, from a position to its last whole event. Nobody writes to it, or what is
 * written from now on does not matter.
 */
public final class LogSource implements EventSource {
  private final LogReader reader;
  private final LogPosition lastPosition;
  private final long bytes;
  private volatile @Nullable LogEnd end;

  private LogSource(LogReader reader, Measure measure) {
    this.reader = reader;
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
    Measure measure;
    try (LogReader reader = read(segments, from)) {
      while (reader.next() != null) {
        // Only the position counts.
      }
      reader.end();
      measure = new Measure(reader.position(), reader.logicalBytes());
    }
    return new LogSource(read(segments, from), measure);
  }

  private static LogReader read(LogSegments segments, @Nullable LogPosition from)
      throws IOException {
    return from == null ? segments.read() : segments.read(from);
  }

  @Override
  public synchronized @Nullable Entry take() throws IOException {
    long before = reader.logicalBytes();
    Event event = reader.next();
    if (event == null) {
      end = reader.end();
      return null;
    }
    return new Entry.Events(List.of(event), (int) (reader.logicalBytes() - before));
  }

  @Override
  public Extent extent() {
    return new Extent(lastPosition.sequence(), lastPosition.instructions());
  }

  /** The place behind the last event. */
  public LogPosition lastPosition() {
    return lastPosition;
  }

  /** Bytes of the whole log's entries. */
  public long bytes() {
    return bytes;
  }

  /** How the log ends; null before that is known. */
  public @Nullable LogEnd end() {
    return end;
  }

  @Override
  public synchronized void close() throws IOException {
    reader.close();
  }
}
