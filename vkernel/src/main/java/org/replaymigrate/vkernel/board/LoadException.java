package org.replaymigrate.vkernel.board;

/** A guest that cannot be put into RAM. The message is one line: what is wrong, and what to do. */
public final class LoadException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  LoadException(String message) {
    super(message);
  }
}
