package org.replaymigrate.replayer.receive;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.protocol.checkpoint.CheckpointFolder;
import org.replaymigrate.protocol.checkpoint.CheckpointManifest;
import org.replaymigrate.protocol.checkpoint.Snapshot;
import org.replaymigrate.protocol.home.VkernelFolder;
import org.replaymigrate.protocol.home.VkernelIdentity;
import org.replaymigrate.protocol.log.EventLogWriter;
import org.replaymigrate.protocol.log.LogHeader;
import org.replaymigrate.protocol.log.LogPosition;
import org.replaymigrate.protocol.log.LogSegments;
import org.replaymigrate.protocol.page.PagedContent;
import org.replaymigrate.protocol.wire.WireMessage;
import org.replaymigrate.vkernel.MachineState;

/**
 * Begins a received recording anew, with a checkpoint of where the source has stopped, in place of
 * the base and the log that were received.
 */
final class FreshStart {
  private final VkernelFolder folder;
  private final VkernelIdentity identity;
  private @Nullable LogHeader next;

  FreshStart(VkernelFolder folder, VkernelIdentity identity) {
    this.folder = folder;
    this.identity = identity;
  }

  /**
   * Writes the checkpoint, durably, and then removes what is older.
   *
   * @param before of the log that was received, which is closed
   */
  Path checkpoint(
      LogHeader before, WireMessage.Stop stop, MachineState state, List<PagedContent> contents)
      throws IOException {
    CheckpointFolder checkpoints = folder.checkpoints();
    List<Long> old = checkpoints.numbers();
    long number = checkpoints.next();
    LogPosition position =
        new LogPosition(before.segment() + 1, stop.sequence(), stop.instructions());
    CheckpointManifest head =
        CheckpointManifest.head(
            identity.id(),
            number,
            CheckpointManifest.NO_PARENT,
            stop.epochNanos(),
            position,
            stop.digest(),
            identity.config(),
            state);
    Snapshot snapshot = new Snapshot(head, contents);
    try {
      snapshot.write(checkpoints);
    } finally {
      snapshot.release();
    }
    for (long each : old) {
      Files.deleteIfExists(checkpoints.file(each));
    }
    removeLog();
    next =
        new LogHeader(
            before.vkernel(),
            before.config(),
            position.segment(),
            number,
            position.sequence(),
            position.instructions());
    return checkpoints.file(number);
  }

  private void removeLog() throws IOException {
    try (Stream<Path> tree = Files.walk(folder.log())) {
      for (Path file : tree.sorted(Comparator.reverseOrder()).toList()) {
        if (!file.equals(folder.log())) {
          Files.delete(file);
        }
      }
    }
  }

  /** The log that begins there. */
  EventLogWriter log() throws IOException {
    return LogSegments.in(folder.log()).create(Objects.requireNonNull(next));
  }
}
