package org.replaymigrate.replayer.receive;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.replaymigrate.protocol.checkpoint.CheckpointFolder;
import org.replaymigrate.protocol.checkpoint.CheckpointImport;
import org.replaymigrate.protocol.checkpoint.CheckpointReader;
import org.replaymigrate.protocol.digest.Digest128;
import org.replaymigrate.protocol.log.Event;
import org.replaymigrate.protocol.log.LogPosition;
import org.replaymigrate.replayer.Journal;
import org.replaymigrate.replayer.LogSource;
import org.replaymigrate.replayer.Replay;
import org.replaymigrate.replayer.ReplayOptions;
import org.replaymigrate.replayer.ReplayResult;
import org.replaymigrate.replayer.Until;

/**
 * Brings a machine up in a state that this host holds, in place of one that is sent: from the
 * checkpoint of a {@link Keepsake}, with which the new recording begins, and the log behind it,
 * which is replayed and copied. Nothing is believed: the state must have the digest that the source
 * has named.
 */
final class Revival {
  private final Rebuilding machine;
  private final CheckpointFolder checkpoints;

  Revival(Rebuilding machine) {
    this.machine = machine;
    this.checkpoints = machine.folder().checkpoints();
  }

  /**
   * Does it.
   *
   * @throws IOException if that state cannot be had; then nothing is left of it
   */
  void run(Keepsakes.Choice choice) throws IOException, InterruptedException {
    Keepsake keepsake = choice.keepsake();
    try {
      machine.restore(link(keepsake));
      machine.begin(keepsake.base());
      replay(choice);
      Digest128 digest = machine.hosted().digest();
      Digest128 wanted = choice.state().digest();
      if (!digest.equals(wanted)) {
        throw new IOException("the state that is held here has become " + digest);
      }
    } catch (IOException | InterruptedException | RuntimeException e) {
      machine.close();
      machine.folder().clearRecording();
      throw e;
    }
  }

  /** The checkpoint, in the new recording too. */
  private Path link(Keepsake keepsake) throws IOException {
    Files.createDirectories(checkpoints.path());
    long number = keepsake.base().number();
    try (CheckpointReader reader = keepsake.checkpoints().open(number)) {
      CheckpointImport.take(reader, checkpoints);
    }
    return checkpoints.file(number);
  }

  private void replay(Keepsakes.Choice choice) throws IOException, InterruptedException {
    if (choice.distance() == 0) {
      return;
    }
    LogPosition from = choice.keepsake().base().position();
    long end = choice.state().sequence();
    Until until = new Until.Event(end);
    try (LogSource source = LogSource.open(choice.keepsake().log(), from, until)) {
      ReplayResult result =
          new Replay(
                  machine.hosted().machine(),
                  machine.hosted()::digest,
                  source,
                  from.sequence(),
                  ReplayOptions.DEFAULT.until(until).journal(copyUpTo(end)))
              .run();
      if (result.outcome() != ReplayResult.Outcome.REACHED || result.sequence() != end) {
        throw new IOException("the log that is held here does not lead to that state");
      }
    }
  }

  /** Copies what is replayed; a source gives one event more, to show that it is the end. */
  private Journal copyUpTo(long end) {
    Journal all = Journal.of(machine.log(), false);
    return new Journal() {
      @Override
      public void append(Event event) throws IOException {
        if (event.sequence() < end) {
          all.append(event);
        }
      }

      @Override
      public void commit() {}
    };
  }
}
