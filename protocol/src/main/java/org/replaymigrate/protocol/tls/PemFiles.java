package org.replaymigrate.protocol.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;

/** Certificates and private keys in PEM files (RFC 7468). */
final class PemFiles {
  private static final String KEY_TYPE = "PRIVATE KEY";
  private static final int LINE = 64;

  /** A chain and its key take a few kilobytes; nobody's certificate takes more than this. */
  private static final long MAX_BYTES = 1 << 20;

  private static final List<String> ALGORITHMS = List.of("EC", "RSA", "EdDSA");
  private static final FileAttribute<?> FOR_THE_OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
  private static final FileAttribute<?> FOR_ALL_TO_READ =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r--r--"));

  private PemFiles() {}

  /**
   * All certificates of a file, in its order.
   *
   * @throws LinkRefusal if there is none
   */
  static List<X509Certificate> certificates(Path file) throws IOException {
    List<X509Certificate> all = new ArrayList<>();
    try {
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      factory
          .generateCertificates(new ByteArrayInputStream(read(file)))
          .forEach(each -> all.add((X509Certificate) each));
    } catch (CertificateException e) {
      throw new LinkRefusal(file + ": not a certificate in PEM form", e);
    }
    if (all.isEmpty()) {
      throw new LinkRefusal(file + ": no certificate in it; give a PEM file");
    }
    return all;
  }

  /**
   * The private key of a file, in PKCS #8 without a password.
   *
   * @throws LinkRefusal if there is none
   */
  static PrivateKey key(Path file) throws IOException {
    String text = new String(read(file), StandardCharsets.ISO_8859_1);
    String begin = "-----BEGIN " + KEY_TYPE + "-----";
    int from = text.indexOf(begin);
    int to = text.indexOf("-----END " + KEY_TYPE + "-----");
    if (from < 0 || to < from) {
      boolean other = text.contains(KEY_TYPE + "-----");
      throw new LinkRefusal(
          file
              + (other
                  ? ": a private key with a password or in an old form; convert it with"
                      + " `openssl pkcs8 -topk8 -nocrypt`"
                  : ": no private key in it; give a PEM file"));
    }
    try {
      byte[] encoded = Base64.getMimeDecoder().decode(text.substring(from + begin.length(), to));
      PKCS8EncodedKeySpec spec = new PKCS8EncodedKeySpec(encoded);
      for (String algorithm : ALGORITHMS) {
        try {
          return KeyFactory.getInstance(algorithm).generatePrivate(spec);
        } catch (GeneralSecurityException e) {
          // The file does not say of which kind its key is, other than by being one.
        }
      }
    } catch (IllegalArgumentException e) {
      throw new LinkRefusal(file + ": the private key in it is damaged", e);
    }
    throw new LinkRefusal(file + ": the private key in it is none of EC, RSA, Ed25519");
  }

  private static byte[] read(Path file) throws IOException {
    long size = Files.size(file);
    if (size > MAX_BYTES) {
      throw new LinkRefusal(file + ": " + size + " bytes, which is no PEM file");
    }
    return Files.readAllBytes(file);
  }

  /** Writes certificates to a new file. */
  static void write(Path file, List<X509Certificate> certificates) throws IOException {
    StringBuilder text = new StringBuilder();
    try {
      for (X509Certificate each : certificates) {
        text.append(pem("CERTIFICATE", each.getEncoded()));
      }
    } catch (CertificateException e) {
      throw new IOException(file + ": " + e.getMessage(), e);
    }
    create(file, text.toString(), FOR_ALL_TO_READ);
  }

  /** Writes a key to a new file, which nobody but its owner can read at any time. */
  static void write(Path file, PrivateKey key) throws IOException {
    create(file, pem(KEY_TYPE, key.getEncoded()), FOR_THE_OWNER_ONLY);
  }

  private static void create(Path file, String text, FileAttribute<?> permissions)
      throws IOException {
    Files.createFile(file, permissions);
    Files.writeString(file, text, StandardOpenOption.WRITE);
  }

  private static String pem(String type, byte[] encoded) {
    String body =
        Base64.getMimeEncoder(LINE, "\n".getBytes(StandardCharsets.US_ASCII))
            .encodeToString(encoded);
    return String.format(
        Locale.ROOT, "-----BEGIN %s-----%n%s%n-----END %s-----%n", type, body, type);
  }
}
