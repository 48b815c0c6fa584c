package org.replaymigrate.bench;

/** A comparison cannot be made here, or has come to nothing; the message is one line for people. */
public final class BenchException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public BenchException(String message) {
    super(message);
  }
}
