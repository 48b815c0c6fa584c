package org.replaymigrate.protocol.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.replaymigrate.protocol.format.FormatException;

class DamagedLogTest {
  private static final int EVENTS = 400;

  @TempDir Path temp;
  private Path segment;
  private final List<Event> events = Samples.list(9, EVENTS);

  /** What was written, up to the last event; documents start where {@link #offsets} says. */
  private byte[] bytes;

  private final List<Integer> offsets = new ArrayList<>();

  @BeforeEach
  void writeLog() throws IOException {
    segment = temp.resolve("segment");
    Samples.write(segment, Samples.header(0, 0, 0), events);
    long end = 0;
    try (QueueFile file = new QueueFile(segment)) {
      for (int word = file.word(0); word != 0; word = file.word(end)) {
        offsets.add((int) end);
        end = QueueFile.next(end, word & QueueFile.LENGTH);
      }
    }
    bytes = Arrays.copyOf(Files.readAllBytes(segment.resolve(QueueFile.NAME)), (int) end);
    assertTrue(offsets.size() > 1 + EVENTS);
  }

  private int eventOffset(int index) {
    return offsets.get(offsets.size() - EVENTS + index);
  }

  private void store(byte[] content) throws IOException {
    Files.write(segment.resolve(QueueFile.NAME), content);
  }

  /** Reads what can be read; the events must be those that were written. */
  private LogEnd read(List<Event> into) throws IOException {
    try (EventLogReader reader = EventLogReader.open(segment)) {
      for (Event e = reader.next(); e != null; e = reader.next()) {
        into.add(e);
      }
      return reader.end();
    } finally {
      Samples.assertSame(events.subList(0, into.size()), into);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void flippedBitIsFoundOrHarmless(long seed) throws IOException {
    Random random = new Random(seed);
    int last = eventOffset(EVENTS - 1);
    int first = eventOffset(0);
    int harmless = 0;
    for (int i = 0; i < 100; i++) {
      int bit = first * 8 + random.nextInt((bytes.length - first) * 8);
      byte[] damaged = bytes.clone();
      damaged[bit / 8] ^= (byte) (1 << (bit % 8));
      store(damaged);
      List<Event> read = new ArrayList<>();
      try {
        LogEnd end = read(read);
        if (read.size() < EVENTS) {
          assertTrue(bit / 8 >= last, "bit " + bit + " hid " + (EVENTS - read.size()) + " events");
          assertEquals(LogEnd.Kind.TORN, end.kind());
        } else {
          harmless++; // in the padding
        }
      } catch (FormatException.Corrupt e) {
        long count = read.isEmpty() ? 0 : read.getLast().instructions();
        assertTrue(
            e.getMessage().contains("event " + read.size() + " after instruction " + count),
            e.getMessage());
        assertTrue(bit / 8 >= eventOffset(read.size()), e.getMessage());
        assertFalse(e.getMessage().contains("\n"));
      }
    }
    assertTrue(harmless < 10, harmless + " of 100 flipped bits did no harm");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void flippedBitBeforeTheEventsIsFoundOrHarmless(long seed) throws IOException {
    Random random = new Random(seed);
    for (int i = 0; i < 60; i++) {
      // Headers of Chronicle's own documents matter, and the log's header; their content does not.
      int document = offsets.get(random.nextInt(offsets.size() - EVENTS));
      int bit = document * 8 + random.nextInt(16 * 8);
      byte[] damaged = bytes.clone();
      damaged[bit / 8] ^= (byte) (1 << (bit % 8));
      store(damaged);
      List<Event> read = new ArrayList<>();
      try {
        read(read);
        assertEquals(EVENTS, read.size(), "bit " + bit);
      } catch (FormatException e) {
        assertFalse(e.getMessage().contains("\n"));
      }
    }
  }

  @Test
  void zeroedPageInTheMiddleIsFound() throws IOException {
    byte[] damaged = bytes.clone();
    int page = eventOffset(EVENTS / 2) & ~4095;
    Arrays.fill(damaged, page, page + 4096, (byte) 0);
    store(damaged);
    List<Event> read = new ArrayList<>();
    assertThrows(FormatException.Corrupt.class, () -> read(read));
    assertTrue(read.size() > 10 && read.size() < EVENTS / 2 + 1);
  }

  @Test
  void missingEntryIsFound() throws IOException {
    int from = eventOffset(100);
    int to = eventOffset(101);
    byte[] damaged = new byte[bytes.length];
    System.arraycopy(bytes, 0, damaged, 0, from);
    System.arraycopy(bytes, to, damaged, from, bytes.length - to);
    store(damaged);
    var e = assertThrows(FormatException.Corrupt.class, () -> read(new ArrayList<>()));
    assertTrue(e.getMessage().contains("event 100 after instruction"), e.getMessage());
  }

  @Test
  void writerKilledAnywhereInTheLastEntryLeavesATornTail() throws IOException {
    int start = eventOffset(EVENTS - 1);
    for (int written = start + 4; written < bytes.length; written++) {
      byte[] torn = Arrays.copyOf(bytes, written);
      ByteBuffer.wrap(torn).order(ByteOrder.LITTLE_ENDIAN).putInt(start, QueueFile.UNFINISHED);
      store(Arrays.copyOf(torn, bytes.length + 5000));
      List<Event> read = new ArrayList<>();
      LogEnd end = read(read);
      assertEquals(EVENTS - 1, read.size());
      assertEquals(LogEnd.Kind.TORN, end.kind());
      assertTrue(end.tornBytes() <= written + 3 - start);
    }
  }

  @Test
  void fileCutShortAnywhereIsReadAsFarAsItGoes() throws IOException {
    Random random = new Random(5);
    for (int i = 0; i < 100; i++) {
      int length = eventOffset(0) + random.nextInt(bytes.length - eventOffset(0));
      store(Arrays.copyOf(bytes, length));
      List<Event> read = new ArrayList<>();
      LogEnd end = read(read);
      assertTrue(eventOffset(read.size()) <= length + 3); // the last may have lost its padding
      assertTrue(read.size() + 1 == EVENTS || eventOffset(read.size() + 1) > length);
      assertTrue(end.tornBytes() <= Math.max(0, length - eventOffset(read.size())));
    }
  }

  @Test
  void segmentWithoutHeaderWasNeverBegun() throws IOException {
    for (int document = 0; document < offsets.size() - EVENTS; document++) {
      byte[] torn = Arrays.copyOf(bytes, offsets.get(document) + 8);
      ByteBuffer b = ByteBuffer.wrap(torn).order(ByteOrder.LITTLE_ENDIAN);
      b.putInt(offsets.get(document), QueueFile.UNFINISHED);
      store(Arrays.copyOf(torn, bytes.length));
      assertEquals(null, EventLogReader.openIfBegun(segment));
      assertThrows(FormatException.Corrupt.class, () -> EventLogReader.open(segment));
    }
  }

  @Test
  void undamagedLogIsWhole() throws IOException {
    store(bytes);
    List<Event> read = new ArrayList<>();
    LogEnd end = read(read);
    assertNotNull(end);
    assertEquals(LogEnd.Kind.OPEN, end.kind());
    assertEquals(EVENTS, read.size());
  }
}
