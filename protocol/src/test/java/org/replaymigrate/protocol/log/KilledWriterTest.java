package org.replaymigrate.protocol.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KilledWriterTest {
  @TempDir Path temp;

  /** Writes events as fast as it can until it is killed. */
  static final class Child {
    public static void main(String[] args) throws IOException {
      Samples samples = new Samples(Long.parseLong(args[1]), 0, 0);
      try (EventLogWriter writer =
          EventLogWriter.create(Path.of(args[0]), Samples.header(0, 0, 0))) {
        while (writer.position().sequence() < 5_000_000) {
          Event event = samples.next();
          writer.append(event.instructions(), event.input());
        }
      }
    }
  }

  static List<String> java(Class<?> main, String... args) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(a -> a.startsWith("--"))
        .forEach(command::add);
    command.addAll(
        List.of("-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path")));
    command.add(main.getName());
    command.addAll(List.of(args));
    return command;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void nothingAppendedIsLostAndNothingHalfWrittenIsRead(long seed) throws Exception {
    Path segment = temp.resolve("segment");
    Path output = temp.resolve("output");
    Process child =
        new ProcessBuilder(java(Child.class, segment.toString(), Long.toString(seed)))
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    long acknowledged;
    try {
      acknowledged = readUntil(child, segment, new Random(seed).nextInt(30_000));
    } finally {
      child.destroyForcibly();
    }
    assertTrue(child.waitFor(1, TimeUnit.MINUTES), Files.readString(output));
    assertNotEquals(0, child.exitValue());

    Samples expected = new Samples(seed, 0, 0);
    try (EventLogReader reader = EventLogReader.open(segment)) {
      for (Event e = reader.next(); e != null; e = reader.next()) {
        Samples.assertSame(expected.next(), e);
      }
      assertTrue(reader.position().sequence() >= acknowledged);
      LogEnd end = reader.end();
      assertNotEquals(LogEnd.Kind.CLOSED, end.kind());
      assertEquals(end.kind() == LogEnd.Kind.TORN, end.tornBytes() > 0);
    }
  }

  /** Follows the child's log until it has so many events. */
  private static long readUntil(Process child, Path segment, int wanted) throws IOException {
    while (!Files.exists(segment.resolve(QueueFile.NAME))) {
      assertTrue(child.isAlive());
      Thread.onSpinWait();
    }
    EventLogReader reader = null;
    while (reader == null) {
      assertTrue(child.isAlive());
      reader = EventLogReader.openIfBegun(segment);
    }
    try (EventLogReader r = reader) {
      while (r.position().sequence() < wanted) {
        if (r.next() == null) {
          assertTrue(child.isAlive());
        }
      }
      return r.position().sequence();
    }
  }
}
