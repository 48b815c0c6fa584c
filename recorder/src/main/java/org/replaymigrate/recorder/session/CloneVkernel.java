package org.replaymigrate.recorder.session;

import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import org.replaymigrate.protocol.checkpoint.CheckpointImport;
import org.replaymigrate.protocol.checkpoint.CheckpointManifest;
import org.replaymigrate.protocol.checkpoint.CheckpointReader;
import org.replaymigrate.protocol.codec.StateCodec;
import org.replaymigrate.protocol.digest.Digest128;
import org.replaymigrate.protocol.format.FormatException;
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
import org.replaymigrate.recorder.HostClock;
import org.replaymigrate.recorder.PendingOutputs;
import org.replaymigrate.vkernel.translate.Translation;

/**
 * A vkernel to be that begins where another was: with a checkpoint of it, below an identity of its
 * own. What it does not change of its RAM it shares with all others that begin there. It is the
 * same guest in everything else, down to the addresses of its network cards and what it holds for
 * random.
 *
 * @param origin the vkernel whose checkpoint it is; it may run
 * @param checkpoint its number
 */
public record CloneVkernel(VkernelFolder origin, long checkpoint, Pace pace) {
  /**
   * Brings it into being: with that checkpoint as its own number 0, and an empty log. If that fails
   * at any point, nothing is left of it.
   *
   * @throws org.replaymigrate.protocol.home.HomeException if the name is taken
   * @throws FormatException if the checkpoint is damaged
   */
  public LiveVkernel create(VkernelFolder folder, HostClock clock, Translation translation)
      throws IOException {
    VkernelLock lock = folder.lockForNew();
    try {
      return create(folder, lock, identity(folder.name(), clock), translation);
    } catch (IOException | RuntimeException e) {
      folder.abandon();
      lock.close();
      throw e;
    }
  }

  private VkernelIdentity identity(String name, HostClock clock) throws IOException {
    VkernelIdentity of = origin.identity();
    Instant now = Instant.ofEpochSecond(0, clock.epochNanos()).truncatedTo(ChronoUnit.MILLIS);
    return new VkernelIdentity(
        UUID.randomUUID(), name, of.guest(), now, of.config(), of.disks(), of.nets(), pace);
  }

  private LiveVkernel create(
      VkernelFolder folder, VkernelLock lock, VkernelIdentity identity, Translation translation)
      throws IOException {
    try (CheckpointReader reader = origin.checkpoints().open(checkpoint)) {
      CheckpointManifest of = reader.manifest();
      LogPosition begin = new LogPosition(0, 0, of.state().instructions());
      CheckpointImport.takeAs(
          reader,
          folder.checkpoints(),
          CheckpointManifest.head(
              identity.id(),
              0,
              CheckpointManifest.NO_PARENT,
              of.epochNanos(),
              begin,
              of.digest(),
              of.config(),
              of.state()));
      PendingOutputs outputs = new PendingOutputs();
      HostedMachine hosted =
          HostedMachine.restoreShared(
              reader,
              origin.checkpoints().store(),
              identity.disks(),
              folder.disks(),
              outputs,
              translation);
      try {
        EventLogWriter log = LogSegments.in(folder.log()).create(header(identity, begin));
        new OwnerFile(folder.owner()).write(Ownership.created(identity.id()));
        folder.establish(identity);
        return new LiveVkernel(
            folder, identity, lock, hosted, outputs, log, of.epochNanos(), false);
      } catch (IOException | RuntimeException e) {
        hosted.close();
        throw e;
      }
    }
  }

  private static LogHeader header(VkernelIdentity identity, LogPosition begin) {
    Digest128 config = Digest128.of(new StateCodec().encode(identity.config()));
    return new LogHeader(identity.id(), config, 0, 0, 0, begin.instructions());
  }
}
