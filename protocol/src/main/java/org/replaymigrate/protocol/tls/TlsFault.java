package org.replaymigrate.protocol.tls;

import java.io.EOFException;
import java.io.IOException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.PKIXReason;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** What has gone wrong with TLS, as a line that a user can do something with. */
final class TlsFault {
  /** By which a peer says that it does not accept this host's certificate; RFC 8446, 6.2. */
  private static final List<String> ACCUSATIONS =
      List.of(
          "bad_certificate",
          "unsupported_certificate",
          "certificate_revoked",
          "certificate_expired",
          "certificate_unknown",
          "certificate_required",
          "unknown_ca",
          "access_denied");

  /** Why a certificate is from nobody who is trusted. */
  private static final Set<CertPathValidatorException.Reason> STRANGE =
      Set.of(PKIXReason.NO_TRUST_ANCHOR, CertPathValidatorException.BasicReason.INVALID_SIGNATURE);

  private TlsFault() {}

  static IOException explain(IOException fault, String peer, @Nullable Tls tls) {
    if (tls == null || !(fault instanceof SSLException)) {
      return fault;
    }
    return new LinkRefusal(peer + ": " + what(fault, tls), fault);
  }

  private static String what(IOException fault, Tls tls) {
    String message = String.valueOf(fault.getMessage());
    if (message.contains("Received fatal alert")) {
      return alert(message, tls);
    }
    for (Throwable cause = fault; cause != null; cause = cause.getCause()) {
      switch (cause) {
        case CertificateExpiredException _ -> {
          return "its certificate has expired; issue a new one (`replay-migrate tls init`)";
        }
        case CertificateNotYetValidException _ -> {
          return "its certificate is not valid yet; compare the clocks of both hosts";
        }
        case CertPathBuilderException _ -> {
          return notFromTheCa(tls);
        }
        case CertPathValidatorException e when STRANGE.contains(e.getReason()) -> {
          return notFromTheCa(tls);
        }
        case CertificateException e when isAboutTheName(e) -> {
          return "its certificate is for another host ("
              + e.getMessage()
              + "); issue one with `replay-migrate tls init --host`";
        }
        case EOFException _ -> {
          return "hung up in the TLS handshake; does it use TLS, with a certificate from the same"
              + " CA?";
        }
        default -> {}
      }
    }
    if (message.contains("Unsupported or unrecognized SSL message")) {
      return "does not speak TLS; give both sides --tls-cert, --tls-key and --tls-ca, or neither";
    }
    return "TLS failed: " + message.lines().findFirst().orElse("");
  }

  private static String notFromTheCa(Tls tls) {
    return "its certificate is not from a CA in "
        + tls.caFile()
        + "; both hosts need certificates from one CA";
  }

  private static boolean isAboutTheName(CertificateException e) {
    String message = String.valueOf(e.getMessage());
    return message.startsWith("No subject alternative") || message.startsWith("No name matching");
  }

  private static String alert(String message, Tls tls) {
    for (String accusation : ACCUSATIONS) {
      if (message.contains(accusation)) {
        return "does not accept the certificate in "
            + tls.certificateFile()
            + " ("
            + (tls.hasExpired() ? "certificate expired" : accusation.replace('_', ' '))
            + "); use one from its CA that is valid now";
      }
    }
    return "refused TLS: " + message;
  }
}
