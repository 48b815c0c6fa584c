package org.replaymigrate.recorder.control;

import java.io.IOException;

/** A request that was not carried out; the message is one line. */
public final class ControlException extends IOException {
  private static final long serialVersionUID = 1L;

  /** What kind of failure it is; the names go over the wire. */
  public enum Kind {
    /** The operation failed. */
    FAILED,
    /** There is no such request, or its arguments are wrong. */
    USAGE,
    /** A replay has gone another way than the recording. */
    DIVERGENCE,
    /** It was refused for safety: not the owner, another version. */
    REFUSED
  }

  private final Kind kind;

  public ControlException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }
}
