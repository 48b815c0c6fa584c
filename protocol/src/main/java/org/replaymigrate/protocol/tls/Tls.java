package org.replaymigrate.protocol.tls;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/** TLS 1.3 by the JDK, with a certificate of this host and a CA that both sides trust. */
final class Tls {
  private static final String VERSION = "TLSv1.3";

  private final SSLContext context;
  private final X509Certificate certificate;
  private final Path certificateFile;
  private final Path caFile;

  private Tls(SSLContext context, X509Certificate certificate, Path certificateFile, Path caFile) {
    this.context = context;
    this.certificate = certificate;
    this.certificateFile = certificateFile;
    this.caFile = caFile;
  }

  static Tls load(Path certificateFile, Path keyFile, Path caFile) throws IOException {
    List<X509Certificate> chain = PemFiles.certificates(certificateFile);
    PrivateKey key = PemFiles.key(keyFile);
    if (!key.getAlgorithm().equals(chain.getFirst().getPublicKey().getAlgorithm())) {
      throw new LinkRefusal(keyFile + ": not the key of the certificate in " + certificateFile);
    }
    try {
      KeyStore trusted = KeyStore.getInstance("PKCS12");
      trusted.load(null, null);
      List<X509Certificate> cas = PemFiles.certificates(caFile);
      for (int i = 0; i < cas.size(); i++) {
        trusted.setCertificateEntry("ca" + i, cas.get(i));
      }
      TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
      trust.init(trusted);
      SSLContext context = SSLContext.getInstance(VERSION);
      KeyManager[] own = {new OneCertificate(chain.toArray(X509Certificate[]::new), key)};
      context.init(own, trust.getTrustManagers(), null);
      return new Tls(context, chain.getFirst(), certificateFile, caFile);
    } catch (GeneralSecurityException e) {
      throw new LinkRefusal(certificateFile + ": " + e.getMessage(), e);
    }
  }

  /** Whether this host's own certificate is out of date; peers do not always say that it is. */
  boolean hasExpired() {
    return certificate.getNotAfter().toInstant().isBefore(Instant.now());
  }

  Path certificateFile() {
    return certificateFile;
  }

  Path caFile() {
    return caFile;
  }

  LinkSecurity.Link open(Socket connected, String host, int port, String peer) throws IOException {
    SSLSocket socket = over(connected, host, port);
    socket.setUseClientMode(true);
    SSLParameters parameters = parameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS"); // host name or address: RFC 2818, 3.1
    socket.setSSLParameters(parameters);
    return greet(connected, socket, peer);
  }

  LinkSecurity.Link accept(Socket connected, String peer) throws IOException {
    SSLSocket socket = over(connected, connected.getInetAddress().getHostAddress(), 0);
    socket.setUseClientMode(false);
    SSLParameters parameters = parameters();
    parameters.setNeedClientAuth(true);
    socket.setSSLParameters(parameters);
    return greet(connected, socket, peer);
  }

  /** Not closed with the one on top: a socket that is closed at once may take back the alert. */
  private SSLSocket over(Socket connected, String host, int port) throws IOException {
    return (SSLSocket) context.getSocketFactory().createSocket(connected, host, port, false);
  }

  private static SSLParameters parameters() {
    SSLParameters parameters = new SSLParameters();
    parameters.setProtocols(new String[] {VERSION});
    return parameters;
  }

  private LinkSecurity.Link greet(Socket connected, SSLSocket socket, String peer)
      throws IOException {
    try {
      socket.startHandshake();
      return new LinkSecurity.Link(
          connected, socket, socket.getSession().getPeerPrincipal().getName());
    } catch (IOException e) {
      throw TlsFault.explain(e, peer, this);
    }
  }

  /**
   * Shows the one certificate that there is, whichever CA the other side asks for: if it is not
   * accepted, the other side says why, rather than that none came.
   */
  private static final class OneCertificate extends X509ExtendedKeyManager {
    private static final String ALIAS = "host";

    private final X509Certificate[] chain;
    private final PrivateKey key;

    OneCertificate(X509Certificate[] chain, PrivateKey key) {
      this.chain = chain;
      this.key = key;
    }

    private String @Nullable [] aliases(String type) {
      return alias(type) == null ? null : new String[] {ALIAS};
    }

    private @Nullable String alias(String... types) {
      String own = key.getAlgorithm();
      for (String type : types) {
        boolean fits =
            type.equals(own)
                || own.equals("EdDSA") && type.startsWith("Ed")
                || type.equals("RSASSA-PSS") && own.equals("RSA");
        if (fits) {
          return ALIAS;
        }
      }
      return null;
    }

    @Override
    public String @Nullable [] getClientAliases(String type, Principal @Nullable [] issuers) {
      return aliases(type);
    }

    @Override
    public @Nullable String chooseClientAlias(
        String[] types, Principal @Nullable [] issuers, @Nullable Socket socket) {
      return alias(types);
    }

    @Override
    public String @Nullable [] getServerAliases(String type, Principal @Nullable [] issuers) {
      return aliases(type);
    }

    @Override
    public @Nullable String chooseServerAlias(
        String type, Principal @Nullable [] issuers, @Nullable Socket socket) {
      return alias(type);
    }

    @Override
    public @Nullable String chooseEngineClientAlias(
        String[] types, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
      return alias(types);
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
        String type, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
      return alias(type);
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
      return chain.clone();
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
      return key;
    }
  }
}
