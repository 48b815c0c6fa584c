package org.replaymigrate.protocol.log;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.protocol.format.FormatException;

/**
 * The log of a recording: a directory of segments, {@code 00000000}, {@code 00000001} and so on. A
 * segment is begun when the recording is, and again whenever it is resumed; nothing is ever
 * appended to an older one, and nothing ever cut from it. A segment whose writer died before its
 * header was written holds nothing and is passed over.
 */
public final class LogSegments {
  private final Path directory;

  private LogSegments(Path directory) {
    this.directory = directory;
  }

  /** The log in {@code directory}, which need not be there yet. */
  public static LogSegments in(Path directory) {
    return new LogSegments(directory);
  }

  /** Numbers of the segments, ascending; those without a header among them. */
  public List<Integer> numbers() throws IOException {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(directory)) {
      return entries
          .map(p -> p.getFileName().toString())
          .filter(name -> name.matches("[0-9]{8}"))
          .map(Integer::valueOf)
          .sorted()
          .toList();
    }
  }

  public Path path(int segment) {
    return directory.resolve(String.format(Locale.ROOT, "%08d", segment));
  }

  /** The number that a new segment gets. */
  public int next() throws IOException {
    List<Integer> numbers = numbers();
    return numbers.isEmpty() ? 0 : numbers.getLast() + 1;
  }

  /**
   * Begins a segment.
   *
   * @param header its segment is {@link #next} or, where a recording comes from another host, later
   */
  public EventLogWriter create(LogHeader header) throws IOException {
    if (header.segment() < next()) {
      throw new IllegalArgumentException("segment " + header.segment() + ", before " + next());
    }
    return EventLogWriter.create(path(header.segment()), header);
  }

  /**
   * Reads all events, from the first segment to the last.
   *
   * @throws org.replaymigrate.protocol.format.FormatException.Corrupt if there is no log
   */
  public LogReader read() throws IOException {
    return LogReader.open(this, 0);
  }

  /**
   * Reads the events from {@code position} on.
   *
   * @throws org.replaymigrate.protocol.format.FormatException.Corrupt if the log does not reach
   *     that far
   */
  public LogReader read(LogPosition position) throws IOException {
    LogReader reader = LogReader.open(this, position.segment());
    try {
      reader.skipTo(position);
      return reader;
    } catch (IOException | RuntimeException e) {
      reader.close();
      throw e;
    }
  }

  /** The first segment with a header from {@code number} on, opened, or null. */
  @Nullable EventLogReader firstFrom(int number) throws IOException {
    for (int n : numbers()) {
      EventLogReader reader = n < number ? null : EventLogReader.openIfBegun(path(n));
      if (reader != null) {
        return reader;
      }
    }
    return null;
  }

  /**
   * Bytes of the entries of all segments before {@code segment}, with what Chronicle adds to each.
   * Of a segment that is damaged, those before the damage count.
   */
  public long bytesBefore(int segment) throws IOException {
    long bytes = 0;
    for (int n : numbers()) {
      if (n < segment) {
        bytes += bytes(n);
      }
    }
    return bytes;
  }

  private long bytes(int segment) throws IOException {
    try (EventLogReader reader = EventLogReader.openIfBegun(path(segment))) {
      if (reader == null) {
        return 0;
      }
      try {
        reader.skipTo(Long.MAX_VALUE);
      } catch (FormatException e) {
        // It is for whoever replays it to say so.
      }
      return reader.logicalBytes();
    } catch (FormatException e) {
      return 0;
    }
  }

  @Override
  public String toString() {
    return directory.toString();
  }

  /** All headers, of segments that have one, in order. */
  public List<LogHeader> headers() throws IOException {
    List<LogHeader> headers = new ArrayList<>();
    for (int n : numbers()) {
      try (EventLogReader reader = EventLogReader.openIfBegun(path(n))) {
        if (reader != null) {
          headers.add(reader.header());
        }
      }
    }
    return headers;
  }
}
