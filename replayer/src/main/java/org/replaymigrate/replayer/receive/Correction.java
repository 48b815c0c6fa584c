package org.replaymigrate.replayer.receive;

import java.io.IOException;
import java.nio.file.Path;
import org.replaymigrate.protocol.checkpoint.Snapshot;
import org.replaymigrate.protocol.digest.Digest128;
import org.replaymigrate.protocol.wire.WireConnection;
import org.replaymigrate.protocol.wire.WireMessage;
import org.replaymigrate.vkernel.MachineState;

/**
 * What is done when the replay has come to another state than the source: fetches what differs, and
 * makes a new machine of it. The recording here begins with that, since what was received does not
 * lead to it.
 */
final class Correction {
  private final WireConnection connection;
  private final Rebuilding rebuilding;
  private final int silenceMillis;

  Correction(WireConnection connection, Rebuilding rebuilding, int silenceMillis) {
    this.connection = connection;
    this.rebuilding = rebuilding;
    this.silenceMillis = silenceMillis;
  }

  /**
   * Does it; the machine is another one afterwards, in the source's state.
   *
   * @param what is wrong, one line
   * @return how many pages differed
   */
  long run(WireMessage.Stop stop, String what) throws IOException {
    connection.send(new WireMessage.Diverged(false, what));
    Repair repair = new Repair(connection, rebuilding.hosted(), silenceMillis);
    MachineState state = repair.run();
    FreshStart start =
        new FreshStart(rebuilding, stop.sequence(), stop.digest(), stop.epochNanos(), state);
    Path checkpoint = write(new Snapshot(start.head(), repair.contents()));
    start.begin();
    rebuilding.restore(checkpoint);
    Digest128 digest = rebuilding.hosted().digest();
    if (!digest.equals(stop.digest())) {
      throw new ReceptionException("corrected to " + digest + ", not to " + stop.digest(), false);
    }
    return repair.pages();
  }

  private Path write(Snapshot snapshot) throws IOException {
    try {
      return snapshot.write(rebuilding.folder().checkpoints());
    } finally {
      snapshot.release();
    }
  }
}
