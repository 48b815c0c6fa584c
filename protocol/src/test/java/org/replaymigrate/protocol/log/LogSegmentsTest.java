package org.replaymigrate.protocol.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.replaymigrate.protocol.format.FormatException;

class LogSegmentsTest {
  @TempDir Path temp;
  private LogSegments segments;
  private final List<Event> events = Samples.list(11, 300);

  @BeforeEach
  void open() {
    segments = LogSegments.in(temp.resolve("log"));
  }

  private void write(int segment, int from, int to) throws IOException {
    long count = from == 0 ? 0 : events.get(from - 1).instructions();
    LogHeader header = Samples.header(segment, from, count);
    assertEquals(segment, segments.next());
    try (EventLogWriter writer = segments.create(header)) {
      for (Event event : events.subList(from, to)) {
        writer.append(event.instructions(), event.input());
      }
    }
  }

  private static List<Event> readAll(LogReader reader) throws IOException {
    List<Event> read = new ArrayList<>();
    for (Event e = reader.next(); e != null; e = reader.next()) {
      read.add(e);
    }
    return read;
  }

  @Test
  void segmentsReadAsOneLog() throws IOException {
    write(0, 0, 100);
    write(1, 100, 100);
    write(2, 100, 300);
    assertEquals(List.of(0, 1, 2), segments.numbers());
    try (LogReader reader = segments.read()) {
      Samples.assertSame(events, readAll(reader));
      assertEquals(LogEnd.Kind.OPEN, reader.end().kind());
      assertEquals(2, reader.position().segment());
    }
  }

  @Test
  void readingStartsAnywhere() throws IOException {
    write(0, 0, 100);
    write(1, 100, 300);
    for (int from : new int[] {0, 1, 99, 100, 101, 299, 300}) {
      int segment = from < 100 ? 0 : 1;
      for (int s = 0; s <= segment; s++) {
        try (LogReader reader = segments.read(new LogPosition(s, from, 0))) {
          Samples.assertSame(events.subList(from, 300), readAll(reader));
        }
      }
    }
    LogPosition beyond = new LogPosition(0, 301, 0);
    assertThrows(FormatException.Corrupt.class, () -> segments.read(beyond));
    LogPosition before = new LogPosition(1, 99, 0);
    assertThrows(FormatException.Corrupt.class, () -> segments.read(before));
  }

  @Test
  void bytesOfEarlierSegmentsAreThoseThatAReaderCounts() throws IOException {
    write(0, 0, 100);
    write(1, 100, 200);
    write(2, 200, 300);
    assertEquals(0, segments.bytesBefore(0));
    try (LogReader reader = segments.read(new LogPosition(0, 0, 0))) {
      for (int i = 0; i < 200; i++) {
        reader.next();
      }
      assertEquals(reader.logicalBytes(), segments.bytesBefore(2));
    }
  }

  @Test
  void readerFollowsIntoANewSegment() throws IOException {
    write(0, 0, 10);
    try (LogReader reader = segments.read()) {
      assertEquals(10, readAll(reader).size());
      assertNull(reader.next());
      write(1, 10, 20);
      assertEquals(10, readAll(reader).size());
    }
  }

  @Test
  void tornTailIsPassedOverWhenTheNextSegmentGoesOn() throws IOException {
    write(0, 0, 100);
    appendGarbage(0);
    write(1, 100, 200);
    try (LogReader reader = segments.read()) {
      assertEquals(200, readAll(reader).size());
    }
  }

  private void appendGarbage(int segment) throws IOException {
    try (EventLogReader reader = EventLogReader.open(segments.path(segment));
        RandomAccessFile file =
            new RandomAccessFile(segments.path(segment).resolve(QueueFile.NAME).toFile(), "rw")) {
      while (reader.next() != null) {}
      long end;
      try (QueueFile queue = new QueueFile(segments.path(segment))) {
        end = queue.lastWritten(0) + 4;
      }
      file.seek(end);
      file.write(new byte[] {0, 0, 0, (byte) 0x80, 1, 2, 3, 4, 5});
      assertEquals(new LogEnd(LogEnd.Kind.TORN, 12), reader.end());
    }
  }

  @Test
  void segmentThatWasNeverBegunIsPassedOver() throws IOException {
    write(0, 0, 100);
    Files.createDirectory(segments.path(1));
    Files.createFile(segments.path(1).resolve(QueueFile.NAME));
    write(2, 100, 200);
    assertEquals(List.of(0, 2), segments.headers().stream().map(LogHeader::segment).toList());
    try (LogReader reader = segments.read()) {
      assertEquals(200, readAll(reader).size());
    }
  }

  @Test
  void emptyDirectoryOfASegmentIsPassedOver() throws IOException {
    write(0, 0, 100);
    Files.createDirectory(segments.path(1));
    write(2, 100, 200);
    try (LogReader reader = segments.read()) {
      assertEquals(200, readAll(reader).size());
    }
  }

  @Test
  void gapBetweenSegmentsIsDamage() throws IOException {
    write(0, 0, 100);
    write(1, 101, 200);
    try (LogReader reader = segments.read()) {
      var e = assertThrows(FormatException.Corrupt.class, () -> readAll(reader));
      assertTrue(
          e.getMessage().endsWith("goes on at event 101, but the segment before ends at event 100"),
          e.getMessage());
    }
  }

  @Test
  void segmentOfAnotherRecordingIsRefused() throws IOException {
    write(0, 0, 100);
    LogHeader stranger =
        new LogHeader(new UUID(1, 1), Samples.CONFIG, 1, 0, 100, events.get(99).instructions());
    segments.create(stranger).close();
    try (LogReader reader = segments.read()) {
      assertThrows(FormatException.Corrupt.class, () -> readAll(reader));
    }
  }

  @Test
  void logThatIsNotThereIsRefused() {
    assertThrows(FormatException.Corrupt.class, () -> segments.read());
  }
}
