package org.replaymigrate.protocol.log;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A log as each released version of the format wrote it. */
class RecordedLogTest {
  private static final String VERSION_1 = "/formats/log-1.cq4.gz";
  private static final int EVENTS = 60;

  @TempDir Path temp;

  @Test
  void logOfVersionOneIsRead() throws IOException {
    try (InputStream in = getClass().getResourceAsStream(VERSION_1);
        InputStream plain = new GZIPInputStream(in)) {
      Files.copy(plain, temp.resolve(QueueFile.NAME));
    }
    try (EventLogReader reader = EventLogReader.open(temp)) {
      assertEquals(Samples.header(3, 0, 0), reader.header());
      Samples.assertSame(Samples.list(2026, EVENTS), EventLogTest.readAll(reader));
      assertEquals(LogEnd.Kind.OPEN, reader.end().kind());
    }
  }

  /** Records the fixture of a new version: the file to write is the only argument. */
  static final class Recorder {
    private Recorder() {}

    public static void main(String[] args) throws IOException {
      Path segment = Files.createTempDirectory("segment");
      List<Event> events = Samples.list(2026, EVENTS);
      Samples.write(segment, Samples.header(3, 0, 0), events);
      byte[] bytes = Files.readAllBytes(segment.resolve(QueueFile.NAME));
      int end = bytes.length;
      while (bytes[end - 1] == 0) {
        end--;
      }
      try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(Path.of(args[0])))) {
        out.write(Arrays.copyOf(bytes, end + 64));
      }
    }
  }
}
