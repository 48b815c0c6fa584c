package org.replaymigrate.cli;

import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Puts a carriage return before each newline, for a terminal that adds none by itself. */
final class LineReturns extends FilterOutputStream {
  LineReturns(OutputStream out) {
    super(out);
  }

  @Override
  public void write(int b) throws IOException {
    if (b == '\n') {
      out.write('\r');
    }
    out.write(b);
  }

  /** All of it at once, lest lines of others come between. */
  @Override
  public void write(byte[] bytes, int from, int length) throws IOException {
    ByteArrayOutputStream whole = new ByteArrayOutputStream(length + 2);
    for (int i = from; i < from + length; i++) {
      if (bytes[i] == '\n') {
        whole.write('\r');
      }
      whole.write(bytes[i]);
    }
    out.write(whole.toByteArray(), 0, whole.size());
  }
}
