package org.replaymigrate.vkernel.state;

/** A saved state which no run of this machine can have produced. The message is one line. */
public final class InvalidStateException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** One line: which field of what is wrong, and its value. */
  public InvalidStateException(String message) {
    super(message);
  }

  /** Throws unless {@code valid}. */
  public static void require(boolean valid, String message) {
    if (!valid) {
      throw new InvalidStateException(message);
    }
  }
}
