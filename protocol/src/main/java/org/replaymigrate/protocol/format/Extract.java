package org.replaymigrate.protocol.format;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** Some bytes of a file which may have been cut short, or may say that they are anywhere. */
public final class Extract {
  private Extract() {}

  /**
   * Reads them; nothing is allocated for what the file does not have.
   *
   * @param what they are, for the message
   * @throws FormatException.Corrupt if they are not there
   */
  public static byte[] of(FileChannel file, long offset, int length, String what)
      throws IOException {
    if (offset < 0 || length < 0 || offset > file.size() - length) {
      throw new FormatException.Corrupt(what + ": missing, the file is cut short");
    }
    ByteBuffer buffer = ByteBuffer.allocate(length);
    while (buffer.hasRemaining()) {
      if (file.read(buffer, offset + buffer.position()) < 0) {
        throw new FormatException.Corrupt(what + ": missing, the file is cut short");
      }
    }
    return buffer.array();
  }
}
