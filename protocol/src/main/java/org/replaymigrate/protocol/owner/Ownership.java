package org.replaymigrate.protocol.owner;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a vkernel's folder says about who may run it.
 *
 * @param vkernel whose
 * @param epoch how often it has changed hands; 0 where it was created
 * @param state see the package
 * @param transfer the transfer which GIVEN, RECEIVING and PREPARED belong to
 * @param peer the other end of that transfer, HOST:PORT
 */
public record Ownership(
    UUID vkernel, long epoch, State state, @Nullable UUID transfer, @Nullable String peer) {
  /** The states; names are part of the format. */
  public enum State {
    OWNED,
    GIVEN,
    RECEIVING,
    PREPARED
  }

  /** A new vkernel's. */
  public static Ownership created(UUID vkernel) {
    return new Ownership(vkernel, 0, State.OWNED, null, null);
  }

  /** A destination's, when a transfer begins. */
  public static Ownership receiving(UUID vkernel, long epoch, UUID transfer, String peer) {
    return new Ownership(vkernel, epoch, State.RECEIVING, transfer, peer);
  }

  /** The source gives it away: the hand-over itself. */
  public Ownership give(UUID toTransfer, String toPeer) {
    require(State.OWNED, "give away");
    return new Ownership(vkernel, epoch, State.GIVEN, toTransfer, toPeer);
  }

  /** The destination has everything. */
  public Ownership prepare() {
    require(State.RECEIVING, "prepare");
    return new Ownership(vkernel, epoch, State.PREPARED, transfer, peer);
  }

  /** The destination has heard that it is the owner. */
  public Ownership commit() {
    require(State.PREPARED, "take over");
    return new Ownership(vkernel, epoch + 1, State.OWNED, null, null);
  }

  /** Whether this host may run it. */
  public boolean isOwner() {
    return state == State.OWNED;
  }

  /** One line for people: who owns it, and what to do if it is not this host. */
  public String describe() {
    return switch (state) {
      case OWNED -> "owned here";
      case GIVEN -> "migrated to " + peer;
      case RECEIVING -> "a transfer from " + peer + " that was never completed";
      case PREPARED -> "received from " + peer + ", which has not yet said who owns it";
    };
  }

  private void require(State from, String what) {
    if (state != from) {
      throw new IllegalStateException("cannot " + what + " a vkernel that is " + describe());
    }
  }
}
