package org.replaymigrate.protocol.format;

import java.io.IOException;

/**
 * Bytes that this program cannot use. The message is one line: which file or peer, where in it,
 * what is wrong.
 */
public abstract sealed class FormatException extends IOException {
  private static final long serialVersionUID = 1L;

  private final String message;

  private FormatException(String message) {
    super(message);
    this.message = message;
  }

  @Override
  public String getMessage() {
    return message;
  }

  /** Written by a release so old that this one has forgotten its format. */
  public static final class TooOld extends FormatException {
    private static final long serialVersionUID = 1L;

    public TooOld(String message) {
      super(message);
    }
  }

  /** Written by a newer release. */
  public static final class TooNew extends FormatException {
    private static final long serialVersionUID = 1L;

    public TooNew(String message) {
      super(message);
    }
  }

  /** Damaged, cut short, or never of this format. */
  public static final class Corrupt extends FormatException {
    private static final long serialVersionUID = 1L;

    public Corrupt(String message) {
      super(message);
    }
  }
}
