package org.replaymigrate.replayer.receive;

import java.io.IOException;

/** A transfer that this side will not take, or cannot go on with. One line. */
final class ReceptionException extends IOException {
  private static final long serialVersionUID = 1L;

  private final boolean safety;

  ReceptionException(String message, boolean safety) {
    super(message);
    this.safety = safety;
  }

  /** Whether it is refused for safety (version, owner), rather than because it failed. */
  boolean isSafety() {
    return safety;
  }
}
