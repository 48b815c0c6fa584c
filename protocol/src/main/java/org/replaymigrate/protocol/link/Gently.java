package org.replaymigrate.protocol.link;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.util.concurrent.TimeUnit;

/**
 * The end of a connection at which the other side should still hear what was said last: a socket
 * that is closed with something unread may take that back.
 */
final class Gently {
  private static final int BUFFER = 4096;

  private Gently() {}

  /**
   * Sends no more, throws away what comes, and closes it when the other side has done so, or the
   * time is up.
   *
   * @param millis how long to wait at most for the next piece, and for all of them
   */
  static void close(Socket socket, int millis) {
    try (socket) {
      if (socket.isClosed() || !socket.isConnected()) {
        return;
      }
      socket.shutdownOutput();
      socket.setSoTimeout(millis);
      long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
      InputStream in = socket.getInputStream();
      byte[] unread = new byte[BUFFER];
      while (in.read(unread) >= 0 && System.nanoTime() < deadline) {
        // Nobody wants it any more.
      }
    } catch (IOException e) {
      // It is closed, one way or the other.
    }
  }
}
