package org.replaymigrate.recorder.control;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One end of a control connection: lines of JSON, and raw bytes once both ends have agreed on that.
 * One thread reads; any may write.
 */
final class JsonConnection implements Closeable {
  /** The longest line that is understood; requests and answers have a few hundred bytes. */
  static final int MAX_LINE = 64 << 10;

  private final SocketChannel channel;
  private byte[] buffer = new byte[4096];
  private int filled;

  JsonConnection(SocketChannel channel) {
    this.channel = channel;
  }

  /**
   * The next line's object, or null at the end.
   *
   * @throws ControlException if it is too long, or no object
   */
  @Nullable Map<String, Object> read() throws IOException {
    int searched = 0;
    while (true) {
      for (int i = searched; i < filled; i++) {
        if (buffer[i] == '\n') {
          return parse(take(i));
        }
      }
      searched = filled;
      if (filled >= MAX_LINE) {
        throw new ControlException(
            ControlException.Kind.USAGE, "a line of more than " + MAX_LINE + " bytes");
      }
      if (filled == buffer.length) {
        buffer = Arrays.copyOf(buffer, Math.min(MAX_LINE, 2 * buffer.length));
      }
      int n = channel.read(ByteBuffer.wrap(buffer, filled, buffer.length - filled));
      if (n < 0) {
        return null;
      }
      filled += n;
    }
  }

  /** Removes a line from the buffer. */
  private byte[] take(int length) {
    byte[] line = Arrays.copyOf(buffer, length);
    filled -= length + 1;
    System.arraycopy(buffer, length + 1, buffer, 0, filled);
    return line;
  }

  private static Map<String, Object> parse(byte[] line) throws ControlException {
    try {
      Map<String, Object> object = JSON.std.mapFrom(line);
      if (object != null) {
        return object;
      }
    } catch (IOException e) {
      // Said below, without the parser's own words: they run over several lines.
    }
    throw new ControlException(ControlException.Kind.USAGE, "a line that is no JSON object");
  }

  void write(Map<String, ?> object) throws IOException {
    byte[] json = JSON.std.asBytes(object);
    byte[] line = Arrays.copyOf(json, json.length + 1);
    line[json.length] = '\n';
    writeRaw(line);
  }

  /** The next raw bytes, those that came behind the last line first; null at the end. */
  byte @Nullable [] readRaw() throws IOException {
    if (filled == 0) {
      int n = channel.read(ByteBuffer.wrap(buffer));
      if (n < 0) {
        return null;
      }
      filled = n;
    }
    byte[] result = Arrays.copyOf(buffer, filled);
    filled = 0;
    return result;
  }

  void writeRaw(byte[] bytes) throws IOException {
    ByteBuffer b = ByteBuffer.wrap(bytes);
    synchronized (this) {
      while (b.hasRemaining()) {
        channel.write(b);
      }
    }
  }

  /** No more is written; the other end may still send. */
  void endOutput() throws IOException {
    channel.shutdownOutput();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
