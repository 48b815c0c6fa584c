package org.replaymigrate.protocol.log;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.replaymigrate.protocol.format.FormatException;

/**
 * A log in which bytes are others than were written is read as far as it goes, or refused. Plays
 * stored inputs; with {@code JAZZER_FUZZ=1} it looks for more.
 */
class LogFuzzTest {
  private static final int EVENTS = 12;
  private static final int MOST_EDITS = 8;

  @TempDir private static Path temp;

  private static byte[] written;

  @FuzzTest(maxDuration = "2m")
  void log(FuzzedDataProvider data) throws IOException {
    Path segment = temp.resolve("segment");
    if (written == null) {
      List<Event> events = Samples.list(9, EVENTS);
      Samples.write(segment, Samples.header(0, 0, 0), events);
      written = end(segment);
    }
    byte[] bytes = written.clone();
    int edits = data.consumeInt(0, MOST_EDITS);
    for (int i = 0; i < edits; i++) {
      int at = data.consumeInt(0, bytes.length - 1);
      bytes[at] = data.consumeByte();
    }
    Files.write(segment.resolve(QueueFile.NAME), bytes);
    try (EventLogReader reader = EventLogReader.open(segment)) {
      while (reader.next() != null) {
        // As far as it goes.
      }
      reader.end();
    } catch (FormatException e) {
      // As it should be.
    }
  }

  private static byte[] end(Path segment) throws IOException {
    long end = 0;
    try (QueueFile file = new QueueFile(segment)) {
      for (int word = file.word(0); word != 0; word = file.word(end)) {
        end = QueueFile.next(end, word & QueueFile.LENGTH);
      }
    }
    byte[] all = Files.readAllBytes(segment.resolve(QueueFile.NAME));
    return java.util.Arrays.copyOf(all, (int) end);
  }
}
