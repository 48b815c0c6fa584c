package org.replaymigrate.protocol.wire;

import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.protocol.format.FormatException;
import org.replaymigrate.protocol.link.Carrier;
import org.replaymigrate.protocol.link.Frame;

/**
 * A connection between two hosts, with messages on it. Any thread may send; one thread receives.
 */
public final class WireConnection implements Closeable {
  private final Carrier carrier;
  private final Output buffer = new Output(WireCodec.MAX_MESSAGE, WireCodec.MAX_MESSAGE + 64);
  private @Nullable WireMessage first;
  private long sent;

  /**
   * @param carrier this connection closes it
   */
  public WireConnection(Carrier carrier) {
    this(carrier, null);
  }

  /**
   * @param first the message that has come already
   */
  WireConnection(Carrier carrier, @Nullable WireMessage first) {
    this.carrier = carrier;
    this.first = first;
  }

  /** The other end, for messages. */
  public String peer() {
    return carrier.peer();
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
    byte[] frame = Frame.of(buffer.getBuffer(), buffer.position(), Frame.UNNUMBERED);
    carrier.write(frame);
    sent += frame.length;
    if (flush) {
      carrier.flush();
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
    WireMessage come = first;
    if (come != null) {
      first = null;
      return come;
    }
    return read(carrier, WireCodec.MAX_MESSAGE, timeoutMillis);
  }

  /** Reads a message of at most so many bytes. */
  static WireMessage read(Carrier carrier, int most, int timeoutMillis) throws IOException {
    byte[] frame = carrier.read(most, timeoutMillis);
    if (!Frame.isIntact(frame, Frame.UNNUMBERED)) {
      throw new FormatException.Corrupt(carrier.peer() + ": a message was damaged on the way");
    }
    try {
      return WireCodec.read(new Input(frame, Frame.HEADER, frame.length - Frame.HEADER));
    } catch (FormatException.Corrupt e) {
      throw new FormatException.Corrupt(carrier.peer() + ": " + e.getMessage());
    }
  }

  /**
   * Ends it when the peer has done so, or the time is up. What comes until then is thrown away: a
   * socket that is closed with something unread may take back what was sent last.
   *
   * @param millis how long to wait at most for the next piece, and for all of them
   */
  public void closeGently(int millis) {
    carrier.closeGently(millis);
  }

  /** Ends it, also for a thread that is receiving. */
  @Override
  public void close() {
    carrier.close();
  }
}
