package org.replaymigrate.recorder.control;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Whoever has sent a request that is being carried out. */
public final class ControlPeer {
  private final JsonConnection connection;
  private final List<Runnable> whenGone = new ArrayList<>();
  private boolean gone;
  private boolean done;

  ControlPeer(JsonConnection connection) {
    this.connection = connection;
  }

  /** Tells it how far things are; a peer that has gone hears nothing. */
  public void progress(Map<String, ?> figures) {
    try {
      connection.write(Map.of("progress", figures));
    } catch (IOException e) {
      goneAway();
    }
  }

  /** Whether it has closed its connection. */
  public synchronized boolean isGone() {
    return gone;
  }

  /**
   * Has {@code action} run, once, when the peer goes before its request is done; at once if it has.
   */
  public void whenGone(Runnable action) {
    synchronized (this) {
      if (!gone) {
        whenGone.add(action);
        return;
      }
    }
    action.run();
  }

  void goneAway() {
    List<Runnable> actions;
    synchronized (this) {
      gone = true;
      actions = List.copyOf(whenGone);
      whenGone.clear();
    }
    actions.forEach(Runnable::run);
  }

  /** The request is done: nobody cares any more whether the peer stays. */
  synchronized void done() {
    done = true;
    whenGone.clear();
  }

  synchronized boolean isDone() {
    return done;
  }
}
