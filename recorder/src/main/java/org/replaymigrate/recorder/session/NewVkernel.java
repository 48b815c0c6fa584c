package org.replaymigrate.recorder.session;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.replaymigrate.protocol.codec.StateCodec;
import org.replaymigrate.protocol.digest.Digest128;
import org.replaymigrate.protocol.disk.BaseImage;
import org.replaymigrate.protocol.home.Pace;
import org.replaymigrate.protocol.home.VkernelFolder;
import org.replaymigrate.protocol.home.VkernelIdentity;
import org.replaymigrate.protocol.home.VkernelLock;
import org.replaymigrate.protocol.host.HostedMachine;
import org.replaymigrate.protocol.log.EventLogWriter;
import org.replaymigrate.protocol.log.LogHeader;
import org.replaymigrate.protocol.log.LogPosition;
import org.replaymigrate.protocol.log.LogSegments;
import org.replaymigrate.protocol.owner.OwnerFile;
import org.replaymigrate.protocol.owner.Ownership;
import org.replaymigrate.recorder.Checkpointer;
import org.replaymigrate.recorder.HostClock;
import org.replaymigrate.recorder.PendingOutputs;
import org.replaymigrate.vkernel.MachineConfig;
import org.replaymigrate.vkernel.board.BootImage;
import org.replaymigrate.vkernel.translate.Translation;

/**
 * A vkernel to be.
 *
 * @param guest what it is made from, for people
 * @param images what its disks hold at first, in the order of their slots
 * @param nets back ends of its network cards, likewise
 */
public record NewVkernel(
    String guest,
    MachineConfig config,
    BootImage boot,
    List<BaseImage> images,
    List<String> nets,
    Pace pace) {

  /**
   * Brings it into being: loaded, at its first instruction, with a checkpoint of that and an empty
   * log. If that fails at any point, nothing is left of it.
   *
   * @throws org.replaymigrate.protocol.home.HomeException if the name is taken
   * @throws org.replaymigrate.vkernel.board.LoadException if it cannot be loaded
   */
  public LiveVkernel create(VkernelFolder folder, HostClock clock, Translation translation)
      throws IOException {
    VkernelLock lock = folder.lockForNew();
    try {
      PendingOutputs outputs = new PendingOutputs();
      HostedMachine hosted =
          HostedMachine.powerOn(config, images, folder.disks(), outputs, translation);
      try {
        hosted.machine().load(boot);
        VkernelIdentity identity = identity(folder.name(), clock);
        // Beside the checkpoint: in a new JVM each of them takes a good part of a second.
        FutureTask<EventLogWriter> beginLog =
            new FutureTask<>(() -> LogSegments.in(folder.log()).create(header(identity.id())));
        Thread.ofPlatform().daemon().name("log").start(beginLog);
        try (Checkpointer first =
            new Checkpointer(identity.id(), folder.checkpoints(), hosted.contents(), clock)) {
          first.takeNow(hosted.machine(), new LogPosition(0, 0, 0));
        } catch (IOException | RuntimeException e) {
          closeWhenBegun(beginLog);
          throw e;
        }
        EventLogWriter log = result(beginLog);
        new OwnerFile(folder.owner()).write(Ownership.created(identity.id()));
        folder.establish(identity);
        return new LiveVkernel(
            folder, identity, lock, hosted, outputs, log, clock.epochNanos(), false);
      } catch (IOException | RuntimeException e) {
        hosted.close();
        throw e;
      }
    } catch (IOException | RuntimeException e) {
      folder.abandon();
      lock.close();
      throw e;
    }
  }

  private static EventLogWriter result(FutureTask<EventLogWriter> log) throws IOException {
    try {
      return log.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while the log was begun");
    }
  }

  private static void closeWhenBegun(FutureTask<EventLogWriter> log) throws IOException {
    EventLogWriter begun;
    try {
      begun = result(log);
    } catch (IOException | RuntimeException e) {
      return; // what went wrong before is told, and there is nothing to close
    }
    begun.close();
  }

  private VkernelIdentity identity(String name, HostClock clock) {
    Instant now = Instant.ofEpochSecond(0, clock.epochNanos()).truncatedTo(ChronoUnit.MILLIS);
    return new VkernelIdentity(UUID.randomUUID(), name, guest, now, config, images, nets, pace);
  }

  private LogHeader header(UUID id) {
    return new LogHeader(id, Digest128.of(new StateCodec().encode(config)), 0, 0, 0, 0);
  }
}
