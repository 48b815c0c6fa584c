package org.replaymigrate.replayer.receive;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.protocol.checkpoint.CheckpointFolder;
import org.replaymigrate.protocol.checkpoint.CheckpointManifest;
import org.replaymigrate.protocol.checkpoint.CheckpointReader;
import org.replaymigrate.protocol.checkpoint.Snapshot;
import org.replaymigrate.protocol.codec.StateCodec;
import org.replaymigrate.protocol.digest.Digest128;
import org.replaymigrate.protocol.home.VkernelFolder;
import org.replaymigrate.protocol.home.VkernelIdentity;
import org.replaymigrate.protocol.home.VkernelLock;
import org.replaymigrate.protocol.host.HostedMachine;
import org.replaymigrate.protocol.log.EventLogWriter;
import org.replaymigrate.protocol.log.LogHeader;
import org.replaymigrate.protocol.log.LogPosition;
import org.replaymigrate.protocol.log.LogSegments;
import org.replaymigrate.vkernel.port.Input;
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
  private volatile @Nullable BaseImport base; // set before there are threads; never taken back

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

  /** The checkpoint that it was made from is being imported. */
  void imports(BaseImport underWay) {
    base = underWay;
  }

  /**
   * Whether the checkpoint that it was made from is this host's.
   *
   * @throws IOException if it cannot be
   */
  boolean hasBase() throws IOException {
    BaseImport now = base;
    return now == null || now.isDone();
  }

  /** Has something done when it is; at once if it is already. */
  void whenItHasBase(Runnable action) {
    BaseImport now = base;
    if (now != null) {
      now.whenDone(action);
    }
  }

  /**
   * Waits until it is.
   *
   * @throws IOException if it cannot be
   */
  void awaitBase() throws IOException, InterruptedException {
    BaseImport now = base;
    if (now != null) {
      now.await();
    }
  }

  /** Waits until nothing is written here any more, whatever comes of it. */
  void awaitEnd() throws InterruptedException {
    BaseImport now = base;
    if (now != null) {
      now.awaitEnd();
    }
  }

  /** Begins its log, behind the checkpoint that it was made from. */
  void begin(CheckpointManifest base) throws IOException {
    LogPosition from = base.position();
    write(
        LogSegments.in(folder.log())
            .create(
                new LogHeader(
                    identity.id(),
                    Digest128.of(new StateCodec().encode(base.config())),
                    from.segment(),
                    base.number(),
                    from.sequence(),
                    from.instructions())));
  }

  /**
   * Writes a checkpoint of where it is, which is at the end of its log, and behind it the digest
   * with which it can be told from others.
   *
   * @param epochNanos the date that goes with its guest time
   */
  void checkpoint(long epochNanos, Digest128 digest) throws IOException {
    CheckpointFolder checkpoints = folder.checkpoints();
    long number = checkpoints.next();
    CheckpointManifest head =
        CheckpointManifest.head(
            identity.id(),
            number,
            CheckpointManifest.NO_PARENT,
            epochNanos,
            log().position(),
            digest,
            identity.config(),
            hosted().machine().save());
    Snapshot snapshot = new Snapshot(head, hosted().contents());
    try {
      snapshot.write(checkpoints);
    } finally {
      snapshot.release();
    }
    log()
        .append(
            hosted().machine().instructions(), new Input.StateDigest(digest.high(), digest.low()));
  }

  /** Its log is this one from now on; one that there was before is closed already. */
  void write(EventLogWriter writer) {
    log = writer;
  }

  /**
   * Hands it on to what will run it.
   *
   * @param lock on its folder
   * @param epochNanos the date that goes with its guest time
   * @param running to be called when it runs
   */
  Landing handOn(Landing.Site site, VkernelLock lock, long epochNanos, Runnable running)
      throws IOException {
    Landing landing =
        site.prepare(
            new Received(folder, identity, lock, hosted(), outputs, log(), epochNanos, running));
    hosted = null;
    log = null;
    return landing;
  }

  @Override
  public void close() throws IOException {
    if (log != null) {
      log.close();
      log = null;
    }
    if (hosted != null) {
      hosted.close();
      hosted = null;
    }
  }
}
