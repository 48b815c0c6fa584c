package org.replaymigrate.recorder.net;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/**
 * Ethernet frames on a stream, as QEMU's {@code -netdev stream} has them: each behind its length,
 * four bytes, big-endian. One thread reads, one writes.
 */
final class FrameStream {
  /** The longest frame; what a jumbo frame or a segment to be offloaded never exceeds. */
  static final int MAX_FRAME = 65535;

  private final SocketChannel channel;
  private final ByteBuffer in = ByteBuffer.allocateDirect(4 * (4 + MAX_FRAME)).flip();
  private final ByteBuffer out = ByteBuffer.allocateDirect(4 * (4 + MAX_FRAME));

  FrameStream(SocketChannel channel) {
    this.channel = channel;
  }

  /**
   * The next frame.
   *
   * @throws EOFException if the peer has closed the stream
   * @throws IOException also if a length is none that a frame can have: what follows is no frame
   */
  byte[] read() throws IOException {
    require(4);
    int length = in.getInt();
    if (length < 1 || length > MAX_FRAME) {
      throw new IOException("a frame of " + Integer.toUnsignedString(length) + " bytes");
    }
    require(length);
    byte[] frame = new byte[length];
    in.get(frame);
    return frame;
  }

  private void require(int bytes) throws IOException {
    while (in.remaining() < bytes) {
      in.compact();
      int n = channel.read(in);
      in.flip();
      if (n < 0) {
        throw new EOFException("closed by the peer");
      }
    }
  }

  /** Whether a frame of this length can be added before the next {@link #flush}. */
  boolean hasRoom(int length) {
    return out.remaining() >= 4 + length;
  }

  /** Adds a frame, for which there is room. */
  void add(byte[] frame) {
    out.putInt(frame.length).put(frame);
  }

  /** Sends what was added. */
  void flush() throws IOException {
    out.flip();
    while (out.hasRemaining()) {
      channel.write(out);
    }
    out.clear();
  }
}
