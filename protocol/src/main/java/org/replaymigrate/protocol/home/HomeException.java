package org.replaymigrate.protocol.home;

import java.io.IOException;

/** Why a vkernel of a home cannot be had; the message is one line that says what to do. */
public abstract sealed class HomeException extends IOException {
  private static final long serialVersionUID = 1L;

  private HomeException(String message) {
    super(message);
  }

  /** The name cannot be one. */
  public static final class BadName extends HomeException {
    private static final long serialVersionUID = 1L;

    BadName(String name) {
      super(
          "\"%s\" is no name for a vkernel: want 1 to 64 of A-Z a-z 0-9 . _ -, no . or - first"
              .formatted(name));
    }
  }

  /** There is no such vkernel. */
  public static final class NotFound extends HomeException {
    private static final long serialVersionUID = 1L;

    NotFound(String message) {
      super(message);
    }
  }

  /** There is one already. */
  public static final class NameTaken extends HomeException {
    private static final long serialVersionUID = 1L;

    NameTaken(String message) {
      super(message);
    }
  }

  /** A process of this host runs it, or is about to. */
  public static final class InUse extends HomeException {
    private static final long serialVersionUID = 1L;

    InUse(String message) {
      super(message);
    }
  }

  /** Nobody runs it. */
  public static final class NotRunning extends HomeException {
    private static final long serialVersionUID = 1L;

    NotRunning(String message) {
      super(message);
    }
  }
}
