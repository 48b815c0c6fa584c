package org.replaymigrate.replayer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.replaymigrate.protocol.format.FormatException;
import org.replaymigrate.protocol.log.LogEnd;
import org.replaymigrate.protocol.log.LogPosition;
import org.replaymigrate.protocol.log.LogSegments;
import org.replaymigrate.replayer.EventSource.Extent;
import org.replaymigrate.replayer.ScriptedRecorder.Recording;
import org.replaymigrate.vkernel.Machine;

class LogSourceTest {
  @TempDir Path temp;

  private final Recording recording =
      ScriptedRecorder.record(Bench.machine(BareGuest.busy(), 1), 41, 150);
  private LogSegments log;

  @BeforeEach
  void writeLog() throws IOException {
    log = recording.write(temp.resolve("log"));
  }

  private static ReplayResult replay(Machine machine, LogSource source, long sequence)
      throws Exception {
    return new Replay(machine, Bench.digest(machine), source, sequence, ReplayOptions.DEFAULT)
        .run();
  }

  private Path file() throws IOException {
    try (Stream<Path> files = Files.list(log.path(0))) {
      return files.filter(p -> p.toString().endsWith(".cq4")).findFirst().orElseThrow();
    }
  }

  @Test
  void logIsReplayedToItsEnd() throws Exception {
    Machine machine = Bench.machine(BareGuest.busy(), 1);
    LogSource source = LogSource.open(log, null);
    assertEquals(new Extent(recording.events().size(), recording.instructions()), source.extent());
    ReplayResult result = replay(machine, source, 0);
    assertEquals(recording.digest(), result.finalDigest());
    assertEquals(List.of(), result.divergences());
    assertEquals(new LogEnd(LogEnd.Kind.OPEN, 0), source.end());
    assertTrue(result.logBytes() > 8L * recording.events().size());
    assertTrue(result.logBytes() <= source.bytes());
  }

  @Test
  void replayGoesOnFromAPosition() throws Exception {
    Machine machine = Bench.machine(BareGuest.busy(), 1);
    ReplayOptions half = ReplayOptions.DEFAULT.until(new Until.Event(70));
    ReplayResult first =
        new Replay(machine, Bench.digest(machine), LogSource.open(log, null), 0, half).run();
    assertEquals(70, first.sequence());
    LogSource rest = LogSource.open(log, new LogPosition(0, 70, first.instructions()));
    ReplayResult second = replay(machine, rest, 70);
    assertEquals(recording.digest(), second.finalDigest());
    assertEquals(recording.events().size() - 70, second.events());
  }

  @Test
  void recordingCutAnywhereIsReplayedAsFarAsItGoes() throws Exception {
    Path file = file();
    byte[] whole = Files.readAllBytes(file);
    int used = whole.length;
    while (whole[used - 1] == 0) {
      used--;
    }
    Random random = new Random(3);
    long most = 0;
    for (int i = 0; i < 12; i++) {
      int cut = used - random.nextInt(2000);
      try (RandomAccessFile raf = new RandomAccessFile(file.toFile(), "rw")) {
        raf.write(whole);
        raf.setLength(cut);
        raf.setLength(whole.length);
      }
      Machine machine = Bench.machine(BareGuest.busy(), 1);
      ReplayResult result = replay(machine, LogSource.open(log, null), 0);
      assertEquals(List.of(), result.divergences(), "cut at " + cut);
      if (result.events() > 0) {
        assertEquals(
            recording.events().get((int) result.events() - 1).instructions(),
            result.instructions());
      }
      most = Math.max(most, result.events());
    }
    assertTrue(most > 10);
  }

  /** Turns over a bit of an event not far from the end. */
  private void damage() throws IOException {
    Path file = file();
    byte[] bytes = Files.readAllBytes(file);
    int used = bytes.length;
    while (bytes[used - 1] == 0) {
      used--;
    }
    bytes[used - 900] ^= 0x10;
    Files.write(file, bytes);
  }

  @Test
  void damageBehindWhereAReplayStopsDoesNotConcernIt() throws Exception {
    damage();
    Machine machine = Bench.machine(BareGuest.busy(), 1);
    Until until = new Until.Event(10);
    ReplayResult result =
        new Replay(
                machine,
                Bench.digest(machine),
                LogSource.open(log, null, until),
                0,
                ReplayOptions.DEFAULT.until(until))
            .run();
    assertEquals(ReplayResult.Outcome.REACHED, result.outcome());
    assertEquals(10, result.events());
  }

  @Test
  void damageInTheMiddleIsFoundBeforeAnythingRuns() throws Exception {
    damage();
    FormatException.Corrupt e =
        assertThrows(FormatException.Corrupt.class, () -> LogSource.open(log, null));
    assertTrue(e.getMessage().matches("(?s).*event \\d+ after instruction \\d+.*"));
  }
}
