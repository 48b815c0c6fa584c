package org.replaymigrate.recorder.control;

import java.io.IOException;
import java.util.Map;

/** Carries out one kind of request. */
@FunctionalInterface
public interface ControlRequest {
  /**
   * Called on a thread of its own, which may wait.
   *
   * @param arguments what the client has sent, unchecked; see {@link ControlArguments}
   * @param peer the client
   * @return the answer's fields: strings, numbers, booleans, and maps and lists of them
   * @throws ControlException to say what kind of failure it was
   * @throws IOException for an ordinary failure; its message is the answer
   */
  Map<String, ?> carryOut(ControlArguments arguments, ControlPeer peer)
      throws IOException, InterruptedException;
}
