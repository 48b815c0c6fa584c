package org.replaymigrate.protocol.link;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.replaymigrate.protocol.format.FormatException;
import org.replaymigrate.protocol.tls.LinkSecurity;

/**
 * One connection of the network, with frames on it. One thread reads and one writes; any may close
 * it. What goes wrong with it names the peer.
 */
public final class Carrier implements Closeable {
  private static final int BUFFER = 64 << 10;

  /** How the records of TLS begin (RFC 8446, 5.1): alert, handshake; then a version 3.x. */
  private static final int TLS_ALERT = 0x15;

  private static final int TLS_HANDSHAKE = 0x16;
  private static final int TLS_MAJOR = 3;

  private final Socket raw;
  private final Socket socket;
  private final String principal;
  private final String peer;
  private final LinkSecurity security;
  private final DataInputStream in;
  private final OutputStream out;

  /**
   * @param peer the other end, for messages
   */
  Carrier(LinkSecurity.Link link, String peer, LinkSecurity security) throws IOException {
    this.raw = link.raw();
    this.socket = link.secured();
    this.principal = link.principal();
    this.peer = peer;
    this.security = security;
    raw.setTcpNoDelay(true);
    in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), BUFFER));
    out = new BufferedOutputStream(socket.getOutputStream(), BUFFER);
  }

  /** The other end, for messages. */
  public String peer() {
    return peer;
  }

  /** Whom the peer's certificate names; empty without TLS. */
  public String principal() {
    return principal;
  }

  /** Writes a frame; it may stay here until {@link #flush}. */
  public void write(byte[] frame) throws IOException {
    try {
      out.write(frame);
    } catch (IOException e) {
      throw named(e);
    }
  }

  /** Gives everything to the network. */
  public void flush() throws IOException {
    try {
      out.flush();
    } catch (IOException e) {
      throw named(e);
    }
  }

  /**
   * Waits for the next frame, header and all.
   *
   * @param most bytes of its message
   * @param silenceMillis after which {@link java.net.SocketTimeoutException} is thrown if not even
   *     a byte has come; 0: none. A frame that has begun is lost with it.
   * @throws EOFException if the peer has closed the connection
   * @throws FormatException.Corrupt if what comes is no frame
   */
  public byte[] read(int most, int silenceMillis) throws IOException {
    try {
      raw.setSoTimeout(silenceMillis);
      socket.setSoTimeout(silenceMillis);
      byte[] header = in.readNBytes(Frame.HEADER);
      refuseTls(header);
      if (header.length < Frame.HEADER) {
        throw new EOFException(peer + ": connection closed");
      }
      int length = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN).getInt();
      if (length < 1 || length > most) {
        throw new FormatException.Corrupt(peer + ": not this protocol (a frame of " + length + ")");
      }
      // No more room than what has come: the length is a stranger's word.
      byte[] message = in.readNBytes(length);
      if (message.length < length) {
        throw new EOFException(peer + ": connection closed in mid-message");
      }
      return ByteBuffer.allocate(Frame.HEADER + length).put(header).put(message).array();
    } catch (IOException e) {
      throw named(e);
    }
  }

  private void refuseTls(byte[] header) throws FormatException.Corrupt {
    boolean record =
        header.length > 1
            && (header[0] == TLS_ALERT || header[0] == TLS_HANDSHAKE)
            && header[1] == TLS_MAJOR;
    if (record && !security.isTls()) {
      throw new FormatException.Corrupt(
          peer + ": speaks TLS; give both sides --tls-cert, --tls-key and --tls-ca, or neither");
    }
  }

  /** A fault of the connection that says whose. */
  private IOException named(IOException e) {
    IOException explained = security.explain(e, peer);
    if (explained instanceof SocketException s
        && !String.valueOf(s.getMessage()).startsWith(peer)) {
      SocketException named = new SocketException(peer + ": " + e.getMessage());
      named.initCause(e);
      return named;
    }
    return explained;
  }

  /** Sends no more. */
  public void endOutput() throws IOException {
    socket.shutdownOutput();
  }

  /**
   * Sends no more, and closes it when the peer has done so too, or the time is up. What comes until
   * then is thrown away: a socket that is closed with something unread may take back what was sent
   * last. Only for the thread that reads.
   *
   * @param millis how long to wait at most for the next piece, and for all of them
   */
  public void closeGently(int millis) {
    try {
      socket.shutdownOutput();
    } catch (IOException e) {
      // Nothing more can be said.
    }
    Gently.close(raw, millis);
  }

  /** Ends it at once, also for threads that read or write. Never throws. */
  @Override
  public void close() {
    try {
      raw.close();
    } catch (IOException e) {
      // It is closed all the same.
    }
  }
}
