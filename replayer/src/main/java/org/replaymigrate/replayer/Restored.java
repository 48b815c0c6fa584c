package org.replaymigrate.replayer;

import java.util.List;
import org.replaymigrate.protocol.host.HostedMachine;
import org.replaymigrate.protocol.log.LogEnd;
import org.replaymigrate.protocol.log.LogPosition;

/**
 * A machine at the end of its recording, ready to go live.
 *
 * @param hosted the machine; the caller closes it
 * @param checkpoint number of the checkpoint that it was brought up from
 * @param position behind the last event; a new segment of the log begins here
 * @param end how the log ended
 * @param epochNanos the date at which guest time stood still, as far as guest time tells: that of
 *     the checkpoint, and what has passed for the guest since
 * @param replay what was replayed
 * @param warnings a line each about checkpoints that could not be used
 */
public record Restored(
    HostedMachine hosted,
    long checkpoint,
    LogPosition position,
    LogEnd end,
    long epochNanos,
    ReplayResult replay,
    List<String> warnings) {
  public Restored {
    warnings = List.copyOf(warnings);
  }
}
