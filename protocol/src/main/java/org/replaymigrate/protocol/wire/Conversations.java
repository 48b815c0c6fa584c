package org.replaymigrate.protocol.wire;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import org.replaymigrate.protocol.link.Carrier;

/** The transfers that a destination is in the middle of, whether their links are whole or not. */
final class Conversations {
  /** How long one that has to make room may take for it. */
  private static final long RELEASE_MILLIS = 10_000;

  /** Which transfer of which vkernel. */
  record Key(UUID transfer, UUID vkernel) {}

  private record Entry(Key key, String principal, WireConnection connection, Waiting mender) {}

  private final List<Entry> entries = new ArrayList<>();

  synchronized void add(Key key, String principal, WireConnection connection, Waiting mender) {
    forgetEnded();
    entries.add(new Entry(key, principal, connection, mender));
  }

  private void forgetEnded() {
    entries.removeIf(entry -> entry.connection.isReleased());
  }

  /**
   * Goes on with a conversation; its old link is given up if it has one.
   *
   * @return false if there is none, or it is somebody else's
   */
  synchronized boolean resume(UUID transfer, Carrier carrier, long wanted) {
    forgetEnded();
    for (Entry entry : entries) {
      if (entry.key.transfer.equals(transfer) && entry.principal.equals(carrier.principal())) {
        Carrier before = entry.connection.carrier(); // the offer may be taken at once
        boolean taken = entry.mender.offer(carrier, wanted);
        if (before != null) {
          before.close();
        }
        return taken;
      }
    }
    return false;
  }

  /**
   * Ends conversations about a vkernel of which the same peer now has something else to say, and
   * waits until whoever served them has let go of what it held: only an owner says Hello, and only
   * one that has decided says Decide, so the source has given them up.
   */
  void supersede(Key key, String principal) throws InterruptedException {
    for (Entry entry : about(key, principal)) {
      entry.connection.close();
      entry.connection.awaitReleased(RELEASE_MILLIS);
    }
  }

  private synchronized List<Entry> about(Key key, String principal) {
    List<Entry> found = new ArrayList<>();
    for (Iterator<Entry> i = entries.iterator(); i.hasNext(); ) {
      Entry entry = i.next();
      if (entry.key.vkernel.equals(key.vkernel) && entry.principal.equals(principal)) {
        found.add(entry);
        i.remove();
      }
    }
    return found;
  }
}
