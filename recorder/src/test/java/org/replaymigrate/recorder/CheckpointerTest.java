package org.replaymigrate.recorder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.replaymigrate.protocol.checkpoint.CheckpointFolder;
import org.replaymigrate.protocol.checkpoint.CheckpointReader;
import org.replaymigrate.protocol.digest.Digest128;
import org.replaymigrate.protocol.host.HostedMachine;
import org.replaymigrate.protocol.log.EventLogWriter;
import org.replaymigrate.protocol.log.LogHeader;
import org.replaymigrate.protocol.log.LogPosition;
import org.replaymigrate.protocol.log.LogSegments;
import org.replaymigrate.protocol.store.PageStore;
import org.replaymigrate.vkernel.MachineConfig;
import org.replaymigrate.vkernel.translate.Translation;

@Timeout(60)
class CheckpointerTest {
  private static final UUID ID = new UUID(3, 4);

  @TempDir Path temp;

  private Pacer pacer = Pacer.MAX;

  /** What a test does with a recorder at the first instruction. */
  private interface Body {
    void with(Recorder recorder, Checkpointer checkpointer, CheckpointFolder folder)
        throws Exception;
  }

  private void record(Body body) throws Exception {
    MachineConfig config = MachineConfig.of(16 << 20, 1, List.of());
    PendingOutputs outputs = new PendingOutputs();
    CheckpointFolder folder =
        new CheckpointFolder(temp.resolve("checkpoints"), PageStore.at(temp.resolve("store")));
    try (HostedMachine hosted =
            HostedMachine.powerOn(
                config, List.of(), temp.resolve("disks"), outputs, Translation.OFF);
        EventLogWriter log =
            LogSegments.in(temp.resolve("log"))
                .create(new LogHeader(ID, Digest128.NONE, 0, 0, 0, 0))) {
      Recorder recorder =
          new Recorder(
              hosted.machine(),
              outputs,
              log,
              new Nowhere(),
              pacer,
              HostClock.SYSTEM,
              hosted::digest,
              new Recorder.Listener() {});
      body.with(
          recorder, new Checkpointer(ID, folder, hosted.contents(), HostClock.SYSTEM), folder);
    }
  }

  private static final class Nowhere implements Outlet {
    @Override
    public void console(int port, byte[] bytes) {}

    @Override
    public void frame(int nic, byte[] frame) {}
  }

  @Test
  void theLogIsOnTheDiskBeforeTheCheckpointIs() throws Exception {
    record((recorder, checkpointer, folder) -> {
      Checkpointer.Taken[] taken = new Checkpointer.Taken[1];
      boolean[] early = new boolean[1];
      boolean[] synced = new boolean[1];
      taken[0] =
          checkpointer.take(
              recorder,
              false,
              () -> {
                early[0] = Files.exists(folder.file(0));
                synced[0] = true;
              });
      assertTrue(Files.exists(taken[0].file().get()));
      assertTrue(synced[0]);
      assertFalse(early[0]);
    });
  }

  @Test
  void aCheckpointWhoseLogCannotBeMadeDurableDoesNotAppear() throws Exception {
    IOException broken = new IOException("the disk is gone");
    record((recorder, checkpointer, folder) -> {
      Checkpointer.Taken taken =
          checkpointer.take(
              recorder,
              false,
              () -> {
                throw broken;
              });
      ExecutionException e = assertThrows(ExecutionException.class, () -> taken.file().get());
      assertInstanceOf(IOException.class, e.getCause());
      assertEquals(List.of(), folder.numbers());
    });
  }

  @Test
  void theLogLeadsToTheCheckpoint() throws Exception {
    record((recorder, checkpointer, folder) -> {
      Checkpointer.Taken taken = checkpointer.take(recorder);
      assertEquals(new LogPosition(0, 1, 0), taken.position());
      assertEquals(recorder.log().position(), taken.position());
      try (CheckpointReader reader = folder.open(taken.file().get())) {
        assertEquals(taken.position(), reader.manifest().position());
      }
    });
  }

  @Test
  void aCheckpointHoldsTheDateOfGuestTimeAndNotTheHosts() throws Exception {
    long hourAgo = HostClock.SYSTEM.epochNanos() - 3_600_000_000_000L;
    pacer = new RealPacer(HostClock.SYSTEM, 0, hourAgo);
    record((recorder, checkpointer, folder) -> {
      Checkpointer.Taken taken = checkpointer.take(recorder);
      try (CheckpointReader reader = folder.open(taken.file().get())) {
        assertEquals(hourAgo, reader.manifest().epochNanos());
      }
    });
  }

  @Test
  void theLongestPauseIsKept() throws Exception {
    record((recorder, checkpointer, folder) -> {
      assertEquals(0, checkpointer.longestPauseNanos());
      long longest = 0;
      for (int i = 0; i < 3; i++) {
        Checkpointer.Taken taken = checkpointer.take(recorder);
        taken.file().get();
        longest = Math.max(longest, taken.pauseNanos());
        assertEquals(taken.pauseNanos(), checkpointer.lastPauseNanos());
      }
      assertEquals(longest, checkpointer.longestPauseNanos());
    });
  }
}
