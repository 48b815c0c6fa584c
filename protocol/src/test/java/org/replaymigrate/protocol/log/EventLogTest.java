package org.replaymigrate.protocol.log;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.queue.ExcerptTailer;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.replaymigrate.vkernel.port.Input;

class EventLogTest {
  @TempDir Path temp;

  private Path segment() {
    return temp.resolve("segment");
  }

  static List<Event> readAll(EventLogReader reader) throws IOException {
    List<Event> events = new ArrayList<>();
    for (Event e = reader.next(); e != null; e = reader.next()) {
      events.add(e);
    }
    return events;
  }

  @Test
  void whatIsAppendedIsRead() throws IOException {
    List<Event> events = Samples.list(1, 5000);
    LogHeader header = Samples.header(0, 0, 0);
    long bytes = Samples.write(segment(), header, events);
    try (EventLogReader reader = EventLogReader.open(segment())) {
      assertEquals(header, reader.header());
      Samples.assertSame(events, readAll(reader));
      assertEquals(bytes, reader.logicalBytes());
      assertEquals(new LogEnd(LogEnd.Kind.OPEN, 0), reader.end());
      assertEquals(new LogPosition(0, 5000, events.getLast().instructions()), reader.position());
    }
  }

  @Test
  void largestFrameFits() throws IOException {
    byte[] frame = new byte[0xffff];
    frame[0xfffe] = 1;
    List<Event> events = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      events.add(new Event(i, Long.MAX_VALUE, new Input.NetworkFrame(7, frame)));
    }
    Samples.write(segment(), Samples.header(0, 0, 0), events);
    try (EventLogReader reader = EventLogReader.open(segment())) {
      Samples.assertSame(events, readAll(reader));
    }
  }

  @Test
  void readerFollowsAWriter() throws IOException {
    try (EventLogWriter writer = EventLogWriter.create(segment(), Samples.header(0, 7, 1000));
        EventLogReader reader = EventLogReader.open(segment())) {
      assertNull(reader.next());
      Samples samples = new Samples(2, 7, 1000);
      for (int i = 0; i < 20_000; i++) {
        Event event = samples.next();
        writer.append(event.instructions(), event.input());
        Event read = reader.next();
        assertNotNull(read);
        Samples.assertSame(event, read);
        assertNull(reader.next());
        assertEquals(writer.position(), reader.position());
      }
      assertEquals(writer.logicalBytes(), reader.logicalBytes());
    }
  }

  @Test
  void skippingFindsEveryEvent() throws IOException {
    List<Event> events = Samples.list(3, 300);
    Samples.write(segment(), Samples.header(0, 0, 0), events);
    for (int i = 0; i < 300; i += 7) {
      try (EventLogReader reader = EventLogReader.open(segment())) {
        assertTrue(reader.skipTo(i));
        Samples.assertSame(events.subList(i, 300), readAll(reader));
      }
    }
    try (EventLogReader reader = EventLogReader.open(segment())) {
      assertTrue(reader.skipTo(300));
      assertFalse(reader.skipTo(301));
    }
  }

  @Test
  void clockAdvanceTakesAtMostSixteenBytes() throws IOException {
    try (EventLogWriter writer = EventLogWriter.create(segment(), Samples.header(0, 0, 0))) {
      long before = writer.logicalBytes();
      for (int i = 1; i <= 1000; i++) {
        writer.append(i * 2_000_000L, new Input.ClockAdvance(2_000_000));
      }
      assertEquals(16, (writer.logicalBytes() - before) / 1000);
    }
  }

  @Test
  void chronicleSeesTheSameEntries() throws IOException {
    List<Event> events = Samples.list(4, 3000);
    Samples.write(segment(), Samples.header(0, 0, 0), events);
    try (var queue =
            SingleChronicleQueueBuilder.binary(segment())
                .timeProvider(() -> 0L)
                .readOnly(true)
                .build();
        QueueFile file = new QueueFile(segment())) {
      ExcerptTailer tailer = queue.createTailer();
      Bytes<?> bytes = Bytes.allocateElasticOnHeap();
      long offset = 0;
      for (int i = 0; i < 1 + events.size(); i++) {
        assertTrue(tailer.readBytes(bytes.clear()));
        int word = file.word(offset);
        while ((word & QueueFile.INTERNAL) != 0) {
          offset = QueueFile.next(offset, word & QueueFile.LENGTH);
          word = file.word(offset);
        }
        assertTrue(file.has(offset + 4, word));
        assertArrayEquals(bytes.toByteArray(), file.copy(offset + 4, word));
        offset = QueueFile.next(offset, word);
      }
      assertFalse(tailer.readBytes(bytes.clear()));
      assertEquals(0, file.word(offset));
      bytes.releaseLast();
    }
  }

  @Test
  void endOfLogClosesIt() throws IOException {
    List<Event> events =
        List.of(new Event(0, 1, new Input.PowerButton()), new Event(1, 2, new Input.EndOfLog(1)));
    Samples.write(segment(), Samples.header(0, 0, 0), events);
    try (EventLogReader reader = EventLogReader.open(segment())) {
      readAll(reader);
      assertEquals(new LogEnd(LogEnd.Kind.CLOSED, 0), reader.end());
    }
    try (EventLogReader reader = EventLogReader.open(segment())) {
      assertTrue(reader.skipTo(2));
      assertEquals(new LogEnd(LogEnd.Kind.CLOSED, 0), reader.end());
    }
  }

  @Test
  void countNeverGoesBack() throws IOException {
    try (EventLogWriter writer = EventLogWriter.create(segment(), Samples.header(0, 0, 10))) {
      assertThrows(
          IllegalArgumentException.class, () -> writer.append(9, new Input.ConsoleBreak()));
      assertEquals(0, writer.append(10, new Input.ConsoleBreak()));
    }
  }

  @Test
  void oldSegmentIsNeverAppendedTo() throws IOException {
    EventLogWriter.create(segment(), Samples.header(0, 0, 0)).close();
    assertThrows(
        FileAlreadyExistsException.class,
        () -> EventLogWriter.create(segment(), Samples.header(0, 0, 0)));
  }

  @Test
  void prewarmingLeavesNothingBehind() throws IOException {
    EventLogWriter.prewarm(temp);
    try (Stream<Path> files = Files.list(temp)) {
      assertEquals(0, files.count());
    }
  }

  @Test
  void syncedLogIsOnTheDisk() throws IOException {
    try (EventLogWriter writer = EventLogWriter.create(segment(), Samples.header(0, 0, 0))) {
      writer.append(1, new Input.ConsoleBreak());
      writer.sync();
      assertEquals(1, writer.position().sequence());
    }
  }
}
