package org.replaymigrate.protocol.wire;

import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
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
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;
import org.replaymigrate.protocol.format.FormatException;

/**
 * A connection between two hosts. Any thread may send; one thread receives. A frame, little-endian:
 *
 * <pre>
 *   0        4        8
 *   +--------+--------+---------//---------+
 *   | length | CRC32C | message of length  |     length 1..{@value WireCodec#MAX_MESSAGE}
 *   +--------+--------+---------//---------+
 * </pre>
 *
 * The length is checked before room is made for the message, and the checksum before it is looked
 * at.
 */
public final class WireConnection implements Closeable {
  private static final int HEADER = 8;
  private static final int BUFFER = 64 << 10;

  private final Socket socket;
  private final String peer;
  private final DataInputStream in;
  private final OutputStream out;
  private final Output buffer = new Output(WireCodec.MAX_MESSAGE, WireCodec.MAX_MESSAGE + 64);
  private long sent;

  /**
   * @param socket connected; this connection closes it
   */
  public WireConnection(Socket socket) throws IOException {
    this.socket = socket;
    this.peer = String.valueOf(socket.getRemoteSocketAddress());
    socket.setTcpNoDelay(true);
    in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), BUFFER));
    out = new BufferedOutputStream(socket.getOutputStream(), BUFFER);
  }

  /** The other end, for messages. */
  public String peer() {
    return peer;
  }

  /** Bytes given to the network so far. */
  public synchronized long bytesSent() {
    return sent;
  }

  /** Sends a message, and whatever was sent before without {@code flush}. */
  public void send(WireMessage message) throws IOException {
    send(message, true);
  }

  /** Sends a message; without {@code flush} it may wait for the next one. */
  public synchronized void send(WireMessage message, boolean flush) throws IOException {
    buffer.reset();
    WireCodec.write(buffer, message);
    CRC32C crc = new CRC32C();
    crc.update(buffer.getBuffer(), 0, buffer.position());
    byte[] header =
        ByteBuffer.allocate(HEADER)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(buffer.position())
            .putInt((int) crc.getValue())
            .array();
    try {
      out.write(header);
      out.write(buffer.getBuffer(), 0, buffer.position());
      sent += HEADER + buffer.position();
      if (flush) {
        out.flush();
      }
    } catch (SocketException e) {
      throw named(e);
    }
  }

  /** A fault of the connection that says whose. */
  private SocketException named(SocketException e) {
    SocketException named = new SocketException(peer + ": " + e.getMessage());
    named.initCause(e);
    return named;
  }

  private byte[] read(int length) throws IOException {
    try {
      return in.readNBytes(length);
    } catch (SocketException e) {
      throw named(e);
    }
  }

  /**
   * Waits for the next message.
   *
   * @param timeoutMillis after which {@link java.net.SocketTimeoutException} is thrown; 0: none
   * @throws EOFException if the peer has closed the connection
   * @throws FormatException.Corrupt if what comes is no message
   */
  public WireMessage receive(int timeoutMillis) throws IOException {
    socket.setSoTimeout(timeoutMillis);
    byte[] header = read(HEADER);
    if (header.length < HEADER) {
      throw new EOFException(peer + ": connection closed");
    }
    ByteBuffer h = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN);
    int length = h.getInt();
    int expected = h.getInt();
    if (length < 1 || length > WireCodec.MAX_MESSAGE) {
      throw new FormatException.Corrupt(peer + ": not this protocol (a frame of " + length + ")");
    }
    byte[] message = read(length);
    if (message.length < length) {
      throw new EOFException(peer + ": connection closed in mid-message");
    }
    CRC32C crc = new CRC32C();
    crc.update(message);
    if ((int) crc.getValue() != expected) {
      throw new FormatException.Corrupt(peer + ": a message was damaged on the way");
    }
    try {
      return WireCodec.read(new Input(message));
    } catch (FormatException.Corrupt e) {
      throw new FormatException.Corrupt(peer + ": " + e.getMessage());
    }
  }

  /**
   * Ends it when the peer has done so, or the time is up. What comes until then is thrown away: a
   * socket that is closed with something unread may take back what was sent last.
   *
   * @param millis how long to wait at most for the next piece, and for all of them
   */
  public void closeGently(int millis) {
    try (socket) {
      if (!socket.isClosed()) {
        socket.shutdownOutput();
        socket.setSoTimeout(millis);
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        byte[] unread = new byte[BUFFER];
        while (in.read(unread) >= 0 && System.nanoTime() < deadline) {
          // Nobody wants it any more.
        }
      }
    } catch (IOException e) {
      // It is closed, one way or the other.
    }
  }

  /** Ends it, also for a thread that is receiving. */
  @Override
  public void close() throws IOException {
    socket.close();
  }
}
