package org.replaymigrate.protocol.link;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import org.replaymigrate.protocol.tls.LinkRefusal;
import org.replaymigrate.protocol.tls.LinkSecurity;

/**
 * Opens connections to one destination.
 *
 * @param host name or address, as the user gave it; with TLS the other side's certificate names it
 */
public record Dialer(String host, int port, LinkSecurity security) {
  private static final int CONNECT_MILLIS = 10_000;
  private static final int HANDSHAKE_MILLIS = 10_000;

  /** How long the other side may take to hear why its certificate was refused. */
  private static final int GOODBYE_MILLIS = 1_000;

  /**
   * Connects; with TLS, after the handshake.
   *
   * @throws LinkRefusal if there must be no link to there
   */
  public Carrier dial() throws IOException {
    // Resolved each time: a host may come back at another address.
    InetSocketAddress address = new InetSocketAddress(host, port);
    if (address.isUnresolved()) {
      throw new ConnectException(this + ": no such host");
    }
    security.permit(address, toString());
    Socket socket = new Socket();
    try {
      socket.connect(address, CONNECT_MILLIS);
      socket.setSoTimeout(HANDSHAKE_MILLIS);
      return new Carrier(security.open(socket, host, port, toString()), toString(), security);
    } catch (IOException e) {
      Gently.close(socket, GOODBYE_MILLIS);
      throw named(e);
    }
  }

  private IOException named(IOException e) {
    return switch (e) {
      case LinkRefusal refusal -> refusal;
      case SocketTimeoutException late -> new SocketTimeoutException(this + ": does not answer");
      default -> {
        SocketException named = new SocketException(this + ": " + e.getMessage());
        named.initCause(e);
        yield named;
      }
    };
  }

  /** {@code HOST:PORT}; an IPv6 address stands in brackets. */
  @Override
  public String toString() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}
