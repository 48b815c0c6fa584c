package org.replaymigrate.recorder.ship;

import java.io.IOException;

/** The migration cannot go on; one line says why. The source runs on. */
final class ShipmentException extends IOException {
  private static final long serialVersionUID = 1L;

  private final boolean safety;

  ShipmentException(String message, boolean safety) {
    super(message);
    this.safety = safety;
  }

  /** Whether it was refused for safety. */
  boolean isSafety() {
    return safety;
  }
}
