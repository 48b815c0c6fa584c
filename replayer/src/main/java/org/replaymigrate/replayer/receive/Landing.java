package org.replaymigrate.replayer.receive;

import java.io.IOException;

/**
 * Whatever will run a vkernel that arrives. It is made ready while the source's guest stands still
 * and before anybody knows whether the vkernel comes, so that it can begin at once when it does.
 */
public interface Landing {
  /**
   * Runs the vkernel until it ends here, and gives back everything that came with it.
   *
   * @throws IOException if it cannot be run, or not any more
   */
  void run() throws IOException, InterruptedException;

  /** Ends it soon, whether it runs already or not. Any thread may call it. */
  void stop();

  /** It does not come: gives back machine and log. The lock stays with who has made this. */
  void abandon() throws IOException;

  /** Where landings are made ready. */
  @FunctionalInterface
  interface Site {
    /**
     * Makes one ready.
     *
     * @param received is the landing's from then on; if this throws, it is the caller's still
     */
    Landing prepare(Received received) throws IOException;
  }
}
