package org.replaymigrate.protocol.codec;

/** Carries what is wrong with the bytes through Kryo, which knows no checked exceptions. */
final class Malformed extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String what;

  Malformed(String what) {
    super(what, null, false, false);
    this.what = what;
  }

  String what() {
    return what;
  }
}
