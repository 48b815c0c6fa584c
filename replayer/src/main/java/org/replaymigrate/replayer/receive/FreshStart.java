package org.replaymigrate.replayer.receive;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.replaymigrate.protocol.checkpoint.CheckpointFolder;
import org.replaymigrate.protocol.checkpoint.CheckpointManifest;
import org.replaymigrate.protocol.digest.Digest128;
import org.replaymigrate.protocol.log.LogHeader;
import org.replaymigrate.protocol.log.LogPosition;
import org.replaymigrate.protocol.log.LogSegments;
import org.replaymigrate.vkernel.MachineState;

/**
 * Begins a received recording anew, with a checkpoint of another state than the one that what was
 * received so far leads to, in place of all that. Until the vkernel is owned here nobody reads the
 * recording, so that what is left if this is interrupted does not matter.
 */
final class FreshStart {
  private final Rebuilding rebuilding;
  private final CheckpointManifest head;

  /**
   * @param sequence of the event that follows that state
   * @param digest of it
   * @param epochNanos the date that goes with its guest time
   */
  FreshStart(
      Rebuilding rebuilding, long sequence, Digest128 digest, long epochNanos, MachineState state)
      throws IOException {
    this.rebuilding = rebuilding;
    this.head =
        CheckpointManifest.head(
            rebuilding.identity().id(),
            rebuilding.folder().checkpoints().next(),
            CheckpointManifest.NO_PARENT,
            epochNanos,
            new LogPosition(
                rebuilding.log().header().segment() + 1, sequence, state.instructions()),
            digest,
            rebuilding.identity().config(),
            state);
  }

  /** What the checkpoint says apart from its pages. */
  CheckpointManifest head() {
    return head;
  }

  /** Removes all but the checkpoint, which is on the disk, and begins the log that follows it. */
  void begin() throws IOException {
    LogHeader before = rebuilding.log().header();
    rebuilding.log().close();
    CheckpointFolder checkpoints = rebuilding.folder().checkpoints();
    for (long each : checkpoints.numbers()) {
      if (each != head.number()) {
        Files.delete(checkpoints.file(each));
      }
    }
    removeLog();
    LogPosition position = head.position();
    rebuilding.write(
        LogSegments.in(rebuilding.folder().log())
            .create(
                new LogHeader(
                    before.vkernel(),
                    before.config(),
                    position.segment(),
                    head.number(),
                    position.sequence(),
                    position.instructions())));
  }

  private void removeLog() throws IOException {
    Path log = rebuilding.folder().log();
    try (Stream<Path> tree = Files.walk(log)) {
      for (Path file : tree.sorted(Comparator.reverseOrder()).toList()) {
        if (!file.equals(log)) {
          Files.delete(file);
        }
      }
    }
  }
}
