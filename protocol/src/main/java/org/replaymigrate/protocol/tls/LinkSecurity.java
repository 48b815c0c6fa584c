package org.replaymigrate.protocol.tls;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How links of this host are protected: by TLS, or not at all. Without TLS a link must not leave
 * the machine, unless the user has said that it may.
 */
public final class LinkSecurity {
  /** What to do about a link that is refused for lack of it. */
  private static final String ADVICE =
      "give --tls-cert, --tls-key and --tls-ca (`replay-migrate tls init` makes them), or"
          + " --insecure";

  private final @Nullable Tls tls;
  private final boolean insecure;

  private LinkSecurity(@Nullable Tls tls, boolean insecure) {
    this.tls = tls;
    this.insecure = insecure;
  }

  /**
   * Neither encrypted nor authenticated.
   *
   * @param insecure whether that is allowed beyond this machine
   */
  public static LinkSecurity plain(boolean insecure) {
    return new LinkSecurity(null, insecure);
  }

  /**
   * TLS 1.3, both sides with certificates.
   *
   * @param certificate PEM file with this host's certificate, and those between it and the CA's
   * @param key PEM file with its private key
   * @param ca PEM file with the certificates of those whose word is taken
   * @throws LinkRefusal if they are not what they should be
   */
  public static LinkSecurity tls(Path certificate, Path key, Path ca) throws IOException {
    return new LinkSecurity(Tls.load(certificate, key, ca), false);
  }

  /** Whether links are encrypted and both sides known. */
  public boolean isTls() {
    return tls != null;
  }

  /**
   * Whether a link may end at this address.
   *
   * @param name of the address, for the message
   * @throws LinkRefusal if not
   */
  public void permit(InetSocketAddress address, String name) throws LinkRefusal {
    InetAddress there = address.getAddress();
    boolean here =
        there == null || there.isLoopbackAddress(); // one that is no address leads nowhere
    if (tls == null && !insecure && !here) {
      throw new LinkRefusal(name + ": not on this machine, and without encryption; " + ADVICE);
    }
  }

  /**
   * Makes a link out of a connection that this side has opened; blocks for the handshake.
   *
   * @param host whom the certificate of the other side must name
   * @throws LinkRefusal if a certificate is not acceptable to either side
   */
  public Link open(Socket connected, String host, int port, String peer) throws IOException {
    return tls == null ? new Link(connected, connected, "") : tls.open(connected, host, port, peer);
  }

  /** Makes a link out of a connection that the other side has opened; blocks for the handshake. */
  public Link accept(Socket connected, String peer) throws IOException {
    return tls == null ? new Link(connected, connected, "") : tls.accept(connected, peer);
  }

  /** What a fault of a link means, in one line. */
  public IOException explain(IOException fault, String peer) {
    return TlsFault.explain(fault, peer, tls);
  }

  /**
   * Two ends that have found each other.
   *
   * @param raw to close at once, whatever is going on
   * @param secured to read from and write to
   * @param principal whom the peer's certificate names; empty without TLS
   */
  public record Link(Socket raw, Socket secured, String principal) {}
}
