package org.replaymigrate.replayer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.replaymigrate.protocol.checkpoint.CheckpointManifest;
import org.replaymigrate.protocol.checkpoint.Snapshot;
import org.replaymigrate.protocol.digest.Digest128;
import org.replaymigrate.protocol.format.FormatException;
import org.replaymigrate.protocol.home.Pace;
import org.replaymigrate.protocol.home.VkernelFolder;
import org.replaymigrate.protocol.home.VkernelIdentity;
import org.replaymigrate.protocol.host.HostedMachine;
import org.replaymigrate.protocol.log.Event;
import org.replaymigrate.protocol.log.EventLogWriter;
import org.replaymigrate.protocol.log.LogEnd;
import org.replaymigrate.protocol.log.LogHeader;
import org.replaymigrate.protocol.log.LogPosition;
import org.replaymigrate.protocol.log.LogSegments;
import org.replaymigrate.replayer.ReplayResult.Outcome;
import org.replaymigrate.replayer.ScriptedRecorder.Recording;
import org.replaymigrate.vkernel.MachineConfig;
import org.replaymigrate.vkernel.board.BootImage;
import org.replaymigrate.vkernel.port.Input;
import org.replaymigrate.vkernel.port.Outputs;
import org.replaymigrate.vkernel.translate.Translation;

/**
 * A vkernel with checkpoints at events 0, 62 and 124 or so, whose process was killed at the end.
 */
class RestoreTest {
  private static final UUID ID = new UUID(7, 8);
  private static final long EPOCH = 1_700_000_000_000_000_000L;

  private static final MachineConfig CONFIG =
      new MachineConfig(16 << 20, 2, List.of(), false, 100, 1000);

  @TempDir Path temp;
  private VkernelFolder folder;
  private HostedMachine live;
  private Recording last;
  private long sequence;
  private long ticksAtLastCheckpoint;

  @BeforeEach
  void record() throws IOException {
    folder = new VkernelFolder(temp.resolve("guest"));
    Files.createDirectories(folder.path());
    folder.establish(
        new VkernelIdentity(
            ID, "guest", "none", Instant.EPOCH, CONFIG, List.of(), List.of(), Pace.MAX));
    live =
        HostedMachine.powerOn(
            CONFIG, List.of(), temp.resolve("live"), Outputs.NONE, Translation.OFF);
    live.machine().load(new BootImage(null, null, BareGuest.busy(), "", new byte[32]));
    try (EventLogWriter log = beginSegment(0)) {
      for (int number = 0; number < 3; number++) {
        checkpoint(number);
        goOn(log, number);
      }
    }
  }

  @AfterEach
  void close() throws IOException {
    live.close();
  }

  private EventLogWriter beginSegment(long checkpoint) throws IOException {
    LogSegments segments = LogSegments.in(folder.log());
    return segments.create(
        new LogHeader(
            ID,
            Digest128.NONE,
            segments.next(),
            checkpoint,
            sequence,
            live.machine().instructions()));
  }

  private void goOn(EventLogWriter log, long seed) throws IOException {
    last = ScriptedRecorder.record(live.machine(), live::digest, sequence, seed, 60);
    for (Event event : last.events()) {
      log.append(event.instructions(), event.input());
    }
    sequence += last.events().size();
  }

  private void checkpoint(long number) throws IOException {
    checkpoint(ID, number, new LogPosition(0, sequence, live.machine().instructions()));
    ticksAtLastCheckpoint = live.machine().ticks();
  }

  private void checkpoint(UUID id, long number, LogPosition position) throws IOException {
    CheckpointManifest head =
        CheckpointManifest.head(
            id,
            number,
            CheckpointManifest.NO_PARENT,
            EPOCH,
            position,
            Digest128.NONE,
            CONFIG,
            live.machine().save());
    Snapshot snapshot = new Snapshot(head, live.contents());
    snapshot.write(folder.checkpoints());
    snapshot.release();
  }

  private Path file(long number) {
    return folder.checkpoints().file(number);
  }

  private Restore restore() throws IOException {
    return new Restore(folder, temp.resolve("work"), Outputs.NONE);
  }

  private Restored toTheEnd() throws Exception {
    return restore().toTheEnd(true, true, p -> {});
  }

  private static void damage(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.write(file, bytes);
  }

  private void assertIsWhereItWas(Restored restored) throws IOException {
    assertEquals(last.digest(), restored.hosted().digest());
    assertEquals(sequence, restored.position().sequence());
    assertEquals(last.instructions(), restored.position().instructions());
    assertEquals(last.instructions(), restored.hosted().machine().instructions());
    restored.hosted().close();
  }

  @Test
  void machineIsWhereItWasKilled() throws Exception {
    Restored restored = toTheEnd();
    assertEquals(2, restored.checkpoint());
    assertEquals(List.of(), restored.warnings());
    assertEquals(last.events().size(), restored.replay().events());
    assertEquals(new LogEnd(LogEnd.Kind.OPEN, 0), restored.end());
    assertEquals(
        EPOCH + 100 * (live.machine().ticks() - ticksAtLastCheckpoint), restored.epochNanos());
    assertIsWhereItWas(restored);
  }

  @Test
  void damagedCheckpointIsPassedOverWithAWarning() throws Exception {
    damage(file(2));
    Restored restored = toTheEnd();
    assertEquals(1, restored.checkpoint());
    assertEquals(1, restored.warnings().size());
    assertTrue(restored.warnings().getFirst().startsWith("checkpoint 2 cannot be used: "));
    assertIsWhereItWas(restored);
  }

  @Test
  void checkpointCutShortIsPassedOverToo() throws Exception {
    Files.write(file(2), new byte[100]);
    Files.write(file(1), new byte[0]);
    Restored restored = toTheEnd();
    assertEquals(0, restored.checkpoint());
    assertEquals(2, restored.warnings().size());
    assertIsWhereItWas(restored);
  }

  @Test
  void checkpointThatTheLogDoesNotReachIsPassedOver() throws Exception {
    checkpoint(ID, 3, new LogPosition(0, sequence + 10, live.machine().instructions()));
    Restored restored = toTheEnd();
    assertEquals(2, restored.checkpoint());
    assertEquals(1, restored.warnings().size());
    assertIsWhereItWas(restored);
  }

  @Test
  void checkpointOfAnotherVkernelIsPassedOver() throws Exception {
    checkpoint(new UUID(1, 1), 3, new LogPosition(0, sequence, live.machine().instructions()));
    assertEquals(2, toTheEnd().checkpoint());
  }

  @Test
  void nothingUsableIsAnError() throws Exception {
    for (int number = 0; number < 3; number++) {
      damage(file(number));
    }
    FormatException.Corrupt e = assertThrows(FormatException.Corrupt.class, () -> toTheEnd());
    assertTrue(e.getMessage().contains("00000002.ckpt"), e.getMessage());
    assertFalse(e.getMessage().contains("\n"));
  }

  @Test
  void checkpointAtTheVeryEndNeedsNoReplay() throws Exception {
    checkpoint(3);
    Restored restored = toTheEnd();
    assertEquals(3, restored.checkpoint());
    assertEquals(0, restored.replay().events());
    assertIsWhereItWas(restored);
  }

  @Test
  void goesOnInASegmentOfItsOwn() throws Exception {
    live.close();
    Restored first = toTheEnd();
    live = first.hosted();
    try (EventLogWriter log = beginSegment(first.checkpoint())) {
      goOn(log, 77);
    }
    live =
        HostedMachine.powerOn(
            CONFIG, List.of(), temp.resolve("other"), Outputs.NONE, Translation.OFF);
    first.hosted().close();
    Restored second = toTheEnd();
    assertEquals(2, second.checkpoint());
    assertEquals(1, second.position().segment());
    assertIsWhereItWas(second);
  }

  @Test
  void divergenceIsAnErrorUnlessToldToGoOn() throws Exception {
    try (EventLogWriter log = beginSegment(2)) {
      log.append(last.instructions(), new Input.StateDigest(1, 2));
      log.append(last.instructions(), new Input.ConsoleBreak());
    }
    DivergenceException e = assertThrows(DivergenceException.class, () -> toTheEnd());
    assertEquals(Outcome.DIVERGED, e.result().outcome());
    assertTrue(e.getMessage().contains("event " + sequence), e.getMessage());
    assertFalse(e.getMessage().contains("\n"));

    Restored anyway = restore().toTheEnd(true, false, p -> {});
    assertEquals(sequence + 2, anyway.position().sequence());
    assertEquals(1, anyway.replay().divergenceCount());
    anyway.hosted().close();
    Restored unchecked = restore().toTheEnd(false, true, p -> {});
    assertEquals(0, unchecked.replay().divergenceCount());
    unchecked.hosted().close();
  }

  @Test
  void whatDiffersFromACheckpointIsNamed() throws Exception {
    try (EventLogWriter log = beginSegment(2)) {
      log.append(last.instructions(), new Input.CheckpointTaken(9)); // which is no longer there
      log.append(last.instructions(), new Input.CheckpointTaken(3));
    }
    sequence += 2;
    checkpoint(3);
    Restore right = restore();
    Restore.Base base = right.base(1L);
    ReplayResult equal = right.replay(base, ReplayOptions.DEFAULT);
    assertEquals(List.of(), equal.divergences());
    base.hosted().close();

    live.machine().ram().putByte(0x8000_5000L, (byte) 0x77);
    live.machine().ram().putByte(0x8080_0000L, (byte) 1);
    live.machine().apply(new Input.ClockAdvance(5));
    checkpoint(3);
    Restore wrong = restore();
    Restore.Base other = wrong.base(1L);
    ReplayResult differs = wrong.replay(other, ReplayOptions.DEFAULT);
    other.hosted().close();
    Divergence divergence = differs.divergences().getFirst();
    assertEquals(Divergence.Kind.CHECKPOINT, divergence.kind());
    assertEquals(sequence - 1, divergence.sequence());
    assertEquals(2, divergence.parts().size(), divergence.toString());
    assertTrue(divergence.parts().get(0).startsWith("skewTicks "), divergence.toString());
    assertEquals("RAM pages 5, 2048", divergence.parts().get(1));
  }

  @Test
  void cancelledRestoreLeavesNothingOpen() throws Exception {
    Restore restore = restore();
    restore.cancel();
    assertThrows(InterruptedException.class, () -> restore.toTheEnd(true, true, p -> {}));
    assertEquals(List.of(), Sources.replayThreads());
  }

  @Test
  void anyCheckpointCanBeReplayedFrom() throws Exception {
    for (long number = 0; number < 3; number++) {
      Restore restore = restore();
      Restore.Base base = restore.base(number);
      ReplayResult result = restore.replay(base, ReplayOptions.DEFAULT);
      assertEquals(last.digest(), result.finalDigest());
      assertEquals(base.manifest().position().instructions(), result.startInstructions());
      base.hosted().close();
    }
    Restore.Base first = restore().base(null);
    assertEquals(0, first.manifest().number());
    first.hosted().close();
    assertThrows(NoSuchFileException.class, () -> restore().base(9L));
  }

  @Test
  void aCheckpointOfAnotherHostWithTheSameNumberIsNotThisOne() throws Exception {
    try (EventLogWriter log = beginSegment(2)) {
      log.append(live.machine().instructions(), new Input.CheckpointTaken(1));
    }
    Restored restored = toTheEnd();
    assertEquals(sequence + 1, restored.position().sequence());
    assertEquals(live.digest(), restored.hosted().digest());
    restored.hosted().close();
  }
}
