package org.replaymigrate.replayer;

import java.io.IOException;
import java.util.List;

/** Compares the machine, as it stands, with a checkpoint that was taken at this event. */
@FunctionalInterface
public interface CheckpointCheck {
  /**
   * Names what differs. Called on the thread that has the machine.
   *
   * @param checkpoint its number
   * @param sequence of the event behind it
   * @return empty if nothing does, or the checkpoint is no longer there
   */
  List<String> differences(long checkpoint, long sequence) throws IOException;
}
