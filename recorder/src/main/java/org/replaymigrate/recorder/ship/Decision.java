package org.replaymigrate.recorder.ship;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.protocol.owner.OwnerFile;
import org.replaymigrate.protocol.owner.Ownership;
import org.replaymigrate.protocol.owner.StagedOwnership;

/**
 * The one step that decides who owns the vkernel, and the wish to give up, of which exactly one can
 * come about.
 */
final class Decision {
  private @Nullable Thread shipping;
  private boolean cancelled;
  private boolean made;

  /** From now on a cancellation interrupts the calling thread, whatever it waits for. */
  synchronized void begin() {
    shipping = Thread.currentThread();
  }

  /** Gives up; false if it is too late for that. Any thread may call it. */
  synchronized boolean cancel() {
    if (!made && !cancelled) {
      cancelled = true;
      if (shipping != null) {
        shipping.interrupt();
      }
    }
    return cancelled;
  }

  synchronized boolean isCancelled() {
    return cancelled;
  }

  /** Nothing is left that could be cancelled. */
  synchronized void end() {
    shipping = null;
    made = true;
  }

  /**
   * Makes the decision. A write that fails may yet have replaced the file, and then the guest must
   * not go on here; nor may the destination be told of a decision that a power cut could take back.
   *
   * @param given what the file is going to say
   * @return what leaves the decision in doubt, or nothing
   * @throws IOException if the file says still that the owner is here
   */
  synchronized String make(OwnerFile owner, Ownership here, StagedOwnership given)
      throws IOException {
    if (cancelled) {
      throw new ShipmentException("cancelled", false);
    }
    made = true;
    try {
      given.put();
      given.sync();
      return "";
    } catch (IOException e) {
      boolean stillHere;
      try {
        stillHere = here.equals(owner.read());
      } catch (IOException unreadable) {
        e.addSuppressed(unreadable);
        stillHere = false;
      }
      if (stillHere) {
        throw e;
      }
      return String.valueOf(e.getMessage());
    }
  }
}
