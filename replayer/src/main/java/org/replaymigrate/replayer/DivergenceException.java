package org.replaymigrate.replayer;

import java.io.IOException;

/** A replay could not, or was not to, go on. The message is one line. */
public final class DivergenceException extends IOException {
  private static final long serialVersionUID = 1L;

  @SuppressWarnings("serial") // nobody serializes exceptions here
  private final ReplayResult result;

  DivergenceException(String what, ReplayResult result) {
    super(what + ": replay diverges from the recording: " + result.divergences().getFirst());
    this.result = result;
  }

  /** How far it came, and where it diverged. */
  public ReplayResult result() {
    return result;
  }
}
