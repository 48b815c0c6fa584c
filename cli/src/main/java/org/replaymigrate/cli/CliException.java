package org.replaymigrate.cli;

import java.io.IOException;

/**
 * A failure with an exit code of its own; the message is one line: what, which file or peer, what
 * to do.
 */
final class CliException extends IOException {
  private static final long serialVersionUID = 1L;

  private final int exitCode;

  CliException(int exitCode, String message) {
    super(message);
    this.exitCode = exitCode;
  }

  int exitCode() {
    return exitCode;
  }
}
