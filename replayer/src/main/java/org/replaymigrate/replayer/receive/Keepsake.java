package org.replaymigrate.replayer.receive;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.replaymigrate.protocol.checkpoint.CheckpointFolder;
import org.replaymigrate.protocol.checkpoint.CheckpointManifest;
import org.replaymigrate.protocol.digest.Digest128;
import org.replaymigrate.protocol.home.Home;
import org.replaymigrate.protocol.home.VkernelFolder;
import org.replaymigrate.protocol.log.Event;
import org.replaymigrate.protocol.log.LogReader;
import org.replaymigrate.protocol.log.LogSegments;
import org.replaymigrate.protocol.wire.WireMessage.Mark;
import org.replaymigrate.vkernel.port.Input;

/**
 * What is left here of a vkernel that has been here, or nearly: a checkpoint, and the log behind
 * it, which lead to states that need not be sent again when it comes back.
 *
 * @param checkpoints where it is
 * @param base the checkpoint's manifest
 * @param log the log that leads on from it
 * @param states that can be brought up and whose digest is known, in the order of the log
 */
record Keepsake(
    CheckpointFolder checkpoints, CheckpointManifest base, LogSegments log, List<Mark> states) {
  /** Recordings that are looked at, the newest ones; and states of each that are named. */
  private static final int MOST_RECORDINGS = 4;

  private static final int MOST_STATES = 16;

  /** What is worth replaying here, instead of having a newer state sent. */
  private static final long MOST_INSTRUCTIONS = 2_000_000_000L;

  /** Nobody waits while more of a log than this is read. */
  private static final long MOST_EVENTS = 2_000_000;

  /** Those of a vkernel; what cannot be read is left out. */
  static List<Keepsake> of(Home home, UUID vkernel) throws IOException {
    return newest(Way.recordings(home, vkernel)).stream()
        .map(Keepsake::read)
        .flatMap(Optional::stream)
        .toList();
  }

  /** A recording, and when its owner has changed last. */
  private record Dated(VkernelFolder folder, FileTime changed) {}

  private static List<VkernelFolder> newest(List<VkernelFolder> recordings) throws IOException {
    List<Dated> all = new ArrayList<>();
    for (VkernelFolder each : recordings) {
      all.add(new Dated(each, Files.getLastModifiedTime(each.owner())));
    }
    all.sort(Comparator.comparing(Dated::changed).reversed());
    return all.stream().limit(MOST_RECORDINGS).map(Dated::folder).toList();
  }

  private static Optional<Keepsake> read(VkernelFolder folder) {
    try {
      CheckpointFolder checkpoints = folder.checkpoints();
      List<Long> numbers = checkpoints.numbers();
      if (numbers.isEmpty()) {
        return Optional.empty();
      }
      CheckpointManifest base = checkpoints.manifest(numbers.getLast());
      LogSegments log = LogSegments.in(folder.log());
      return Optional.of(new Keepsake(checkpoints, base, log, states(log, base)));
    } catch (IOException e) {
      return Optional.empty(); // no state can be brought up from it, and none has to be
    }
  }

  private static List<Mark> states(LogSegments log, CheckpointManifest base) throws IOException {
    List<Mark> states = new ArrayList<>();
    long until = base.position().instructions() + MOST_INSTRUCTIONS;
    try (LogReader reader = log.read(base.position())) {
      Event event = reader.next();
      for (long n = 0; event != null && event.instructions() <= until && n < MOST_EVENTS; n++) {
        if (event.input() instanceof Input.StateDigest d) {
          Digest128 digest = new Digest128(d.high(), d.low());
          if (n == 0 && event.instructions() == base.position().instructions()) {
            // No instruction lies between: it is the digest of the checkpoint itself too.
            states.add(new Mark(event.sequence(), event.instructions(), digest));
          }
          states.add(new Mark(event.sequence() + 1, event.instructions(), digest));
          while (states.size() > MOST_STATES) {
            states.removeFirst();
          }
        }
        event = reader.next();
      }
    }
    return states;
  }
}
