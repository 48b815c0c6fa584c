package org.replaymigrate.replayer.receive;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.protocol.checkpoint.CheckpointManifest;
import org.replaymigrate.protocol.checkpoint.CheckpointReader;
import org.replaymigrate.protocol.home.VkernelFolder;
import org.replaymigrate.protocol.home.VkernelIdentity;
import org.replaymigrate.protocol.home.VkernelLock;
import org.replaymigrate.protocol.host.HostedMachine;
import org.replaymigrate.protocol.log.EventLogWriter;
import org.replaymigrate.vkernel.port.Outputs;
import org.replaymigrate.vkernel.translate.Translation;

/**
 * A vkernel that is being rebuilt here: its machine and its log, which are closed unless they are
 * handed on. For one thread.
 */
final class Rebuilding implements Closeable {
  private final VkernelFolder folder;
  private final VkernelIdentity identity;
  private final Outputs outputs;
  private final Translation translation;
  private @Nullable HostedMachine hosted;
  private @Nullable EventLogWriter log;

  Rebuilding(
      VkernelFolder folder, VkernelIdentity identity, Outputs outputs, Translation translation) {
    this.folder = folder;
    this.identity = identity;
    this.outputs = outputs;
    this.translation = translation;
  }

  VkernelFolder folder() {
    return folder;
  }

  VkernelIdentity identity() {
    return identity;
  }

  /** The machine, which there is. */
  HostedMachine hosted() {
    return Objects.requireNonNull(hosted);
  }

  /** Its log, which there is. */
  EventLogWriter log() {
    return Objects.requireNonNull(log);
  }

  /**
   * Makes the machine, as a checkpoint has it; one that there was before is closed.
   *
   * @throws ReceptionException if it is the checkpoint of another vkernel
   */
  CheckpointManifest restore(Path checkpoint) throws IOException {
    if (hosted != null) {
      hosted.close();
      hosted = null;
    }
    try (CheckpointReader reader = folder.checkpoints().open(checkpoint)) {
      CheckpointManifest manifest = reader.manifest();
      if (!manifest.vkernel().equals(identity.id())
          || !manifest.config().equals(identity.config())) {
        throw new ReceptionException("a checkpoint of another vkernel", true);
      }
      hosted =
          HostedMachine.restore(reader, identity.disks(), folder.disks(), outputs, translation);
      return manifest;
    }
  }

  /** Its log is this one from now on; one that there was before is closed already. */
  void write(EventLogWriter writer) {
    log = writer;
  }

  /**
   * Lets go of it: it is the caller's now.
   *
   * @param lock which the caller of this has held
   * @param epochNanos the date that goes with its guest time
   */
  Received handOn(VkernelLock lock, long epochNanos) {
    Received received = new Received(folder, identity, lock, hosted(), outputs, log(), epochNanos);
    hosted = null;
    log = null;
    return received;
  }

  @Override
  public void close() throws IOException {
    if (log != null) {
      log.close();
    }
    if (hosted != null) {
      hosted.close();
    }
  }
}
