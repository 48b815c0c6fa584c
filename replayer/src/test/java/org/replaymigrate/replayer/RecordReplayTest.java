package org.replaymigrate.replayer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.replaymigrate.guest.BuiltinGuest;
import org.replaymigrate.protocol.digest.Digest128;
import org.replaymigrate.protocol.home.Pace;
import org.replaymigrate.protocol.home.VkernelFolder;
import org.replaymigrate.protocol.home.VkernelIdentity;
import org.replaymigrate.protocol.host.HostedMachine;
import org.replaymigrate.protocol.log.EventLogWriter;
import org.replaymigrate.protocol.log.LogHeader;
import org.replaymigrate.protocol.log.LogPosition;
import org.replaymigrate.protocol.log.LogSegments;
import org.replaymigrate.recorder.Checkpointer;
import org.replaymigrate.recorder.HostClock;
import org.replaymigrate.recorder.Outlet;
import org.replaymigrate.recorder.Pacer;
import org.replaymigrate.recorder.PendingOutputs;
import org.replaymigrate.recorder.Recorder;
import org.replaymigrate.vkernel.Machine;
import org.replaymigrate.vkernel.MachineConfig;
import org.replaymigrate.vkernel.MachineConfig.Slot;
import org.replaymigrate.vkernel.board.BootImage;
import org.replaymigrate.vkernel.port.BlockStore;
import org.replaymigrate.vkernel.port.HostFault;
import org.replaymigrate.vkernel.port.Outputs;
import org.replaymigrate.vkernel.translate.Translation;

/** The built-in guest at work under the real recorder, killed, and replayed. */
@Timeout(300)
class RecordReplayTest {
  private static final UUID ID = new UUID(5, 6);
  private static final List<String> SCRIPT =
      List.of(
          "uptime; harts; rand 32",
          "fill 512 7; race 4 300; mem",
          "disk write 100 64 5; disk verify 100 64 5; date",
          "dirty 256 4 1 &",
          "work 6; net; wait",
          "disk write 3000 33 9; disk flush; count 3 10");

  @TempDir Path temp;

  private final StringBuilder console = new StringBuilder();
  private int typed;
  private int answered;

  private record Live(Digest128 digest, long instructions, long sequence) {}

  /** Types the next line when the guest has printed a prompt for it. */
  private final class Typist implements Outlet {
    private Recorder recorder;
    private Checkpointer checkpointer;

    @Override
    public void console(int port, byte[] bytes) {
      console.append(new String(bytes, StandardCharsets.ISO_8859_1));
      int prompt = console.indexOf(BuiltinGuest.PROMPT, answered);
      if (prompt < 0) {
        return;
      }
      answered = prompt + BuiltinGuest.PROMPT.length();
      if (typed == SCRIPT.size()) {
        recorder.post(r -> r.end(Recorder.EndReason.STOPPED));
        return;
      }
      if (typed == 2) {
        recorder.post(checkpointer::take);
      }
      recorder.inputs().type(0, (SCRIPT.get(typed++) + "\r").getBytes(StandardCharsets.UTF_8));
      byte[] frame = new byte[60 + typed];
      frame[12] = 8;
      recorder.inputs().frame(0, frame);
    }

    @Override
    public void frame(int nic, byte[] frame) {}
  }

  private Live record(VkernelFolder folder, int harts) throws IOException {
    MachineConfig config =
        MachineConfig.of(
            64 << 20,
            harts,
            List.of(
                new Slot.Disk(4 << 20, false, "work"),
                new Slot.Rng(),
                new Slot.Net(0x02_00_00_00_00_01L)));
    Files.createDirectories(folder.path());
    folder.establish(
        new VkernelIdentity(
            ID, "guest", "builtin", Instant.EPOCH, config, List.of(), List.of(), Pace.MAX));
    PendingOutputs outputs = new PendingOutputs();
    try (HostedMachine hosted =
        HostedMachine.powerOn(config, List.of(), folder.disks(), outputs, Translation.OFF)) {
      hosted.machine().load(new BootImage(BuiltinGuest.image(), null, null, "", new byte[32]));
      Typist typist = new Typist();
      typist.checkpointer =
          new Checkpointer(ID, folder.checkpoints(), hosted.contents(), HostClock.SYSTEM);
      LogHeader header = new LogHeader(ID, Digest128.NONE, 0, 0, 0, 0);
      try (EventLogWriter log = LogSegments.in(folder.log()).create(header)) {
        typist.checkpointer.takeNow(hosted.machine(), log.position());
        typist.recorder =
            new Recorder(
                hosted.machine(),
                outputs,
                log,
                typist,
                Pacer.MAX,
                HostClock.SYSTEM,
                hosted::digest,
                new Recorder.Listener() {});
        typist.recorder.run();
        typist.recorder.recordDigest();
        return new Live(
            hosted.digest(), hosted.machine().instructions(), log.position().sequence());
      }
    }
  }

  /** A disk in memory of a host that cannot serve the first requests. */
  private static final class BalkingStore implements BlockStore {
    private final MemorySegment content = MemorySegment.ofArray(new byte[4 << 20]);
    private int balks = 3;

    private void balk() {
      if (balks > 0) {
        balks--;
        throw new HostFault("disk0: no room", new IOException("no room"));
      }
    }

    @Override
    public long sizeBytes() {
      return content.byteSize();
    }

    @Override
    public void read(long offset, MemorySegment destination) {
      MemorySegment.copy(content, offset, destination, 0, destination.byteSize());
    }

    @Override
    public void write(long offset, MemorySegment source) {
      balk();
      MemorySegment.copy(source, 0, content, offset, source.byteSize());
    }

    @Override
    public void discard(long offset, long length) {
      balk();
      content.asSlice(offset, length).fill((byte) 0);
    }

    @Override
    public void flush() {}
  }

  @Test
  void aReplayWaitsForTheHostAsTheRecordingDoes() throws Exception {
    VkernelFolder folder = new VkernelFolder(temp.resolve("guest"));
    Live live = record(folder, 1);
    BalkingStore store = new BalkingStore();
    MachineConfig config = folder.identity().config();
    Machine machine =
        new Machine(
            config,
            MemorySegment.ofArray(new byte[(int) config.memoryBytes()]),
            List.of(store),
            Outputs.NONE);
    machine.load(new BootImage(BuiltinGuest.image(), null, null, "", new byte[32]));
    List<String> told = new ArrayList<>();
    HostWait hostWait =
        new HostWait() {
          @Override
          public void waiting(String why) {
            told.add(why);
          }

          @Override
          public void goingOn() {
            told.add("goes on");
          }
        };
    ReplayResult result;
    try (LogSource source =
        LogSource.open(LogSegments.in(folder.log()), new LogPosition(0, 0, 0))) {
      result =
          new Replay(
                  machine,
                  () -> Digest128.NONE,
                  source,
                  0,
                  ReplayOptions.DEFAULT.verifyStates(false).hostWait(hostWait))
              .run();
    }
    assertEquals(List.of("disk0: no room", "goes on"), told);
    assertEquals(List.of(), result.divergences());
    assertEquals(live.instructions(), result.instructions());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4})
  void replayFromAnyCheckpointEndsWhereTheRecordingWasKilled(int harts) throws Exception {
    VkernelFolder folder = new VkernelFolder(temp.resolve("guest"));
    Live live = record(folder, harts);
    assertEquals(SCRIPT.size(), typed, console.toString());
    assertTrue(console.indexOf("0 wrong") > 0, console.toString());

    Restored restored =
        new Restore(folder, temp.resolve("work"), Outputs.NONE).toTheEnd(true, true, p -> {});
    assertEquals(1, restored.checkpoint());
    assertEquals(live.digest(), restored.hosted().digest());
    assertEquals(live.sequence(), restored.position().sequence());
    assertEquals(live.instructions(), restored.position().instructions());
    restored.hosted().close();

    Restore restore = new Restore(folder, temp.resolve("whole"), Outputs.NONE);
    Restore.Base base = restore.base(0L);
    ReplayResult whole = restore.replay(base, ReplayOptions.DEFAULT);
    base.hosted().close();
    assertEquals(List.of(), whole.divergences());
    assertEquals(live.digest(), whole.finalDigest());
    assertTrue(whole.digestsChecked() > 10, whole.toString());
    assertTrue(whole.instructions() > 5_000_000, whole.toString());
  }
}
