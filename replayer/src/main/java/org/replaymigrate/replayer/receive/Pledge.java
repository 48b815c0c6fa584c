package org.replaymigrate.replayer.receive;

/**
 * The word that this side gives when it is prepared: from then on only the source can tell what
 * becomes of the vkernel. Until then this side may send it back. Exactly one can come about.
 */
final class Pledge {
  private boolean given;
  private boolean cancelled;

  /**
   * Gives it.
   *
   * @throws ReceptionException if it is too late for that
   */
  synchronized void give() throws ReceptionException {
    if (cancelled) {
      throw new ReceptionException("cancelled here", false);
    }
    given = true;
  }

  /** Will never be given; false if it has been. Any thread may call it. */
  synchronized boolean cancel() {
    cancelled |= !given;
    return cancelled;
  }
}
