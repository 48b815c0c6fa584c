package org.replaymigrate.protocol.tls;

import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.UUID;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * A CA of our own: two files in a folder, {@code ca.pem} and {@code ca.key}. Hosts whose
 * certificates it has issued trust each other. Keys are EC on P-256; certificates follow RFC 5280.
 */
public final class CertificateAuthority {
  /** How long the CA itself is valid. */
  private static final Duration CA_LIFE = Duration.ofDays(3650);

  /** The other host's clock may be behind this one's. */
  private static final Duration SLACK = Duration.ofHours(1);

  private static final int SERIAL_BITS = 159; // RFC 5280, 4.1.2.2: positive, at most 20 bytes
  private static final int MAX_COMMON_NAME = 64; // RFC 5280, A.1: ub-common-name

  private final Path folder;
  private final X509Certificate certificate;
  private final PrivateKey key;
  private final boolean fresh;

  private CertificateAuthority(
      Path folder, X509Certificate certificate, PrivateKey key, boolean fresh) {
    this.folder = folder;
    this.certificate = certificate;
    this.key = key;
    this.fresh = fresh;
  }

  /** The CA in a folder; a new one if there is none. */
  public static CertificateAuthority in(Path folder) throws IOException {
    Path certificateFile = folder.resolve("ca.pem");
    Path keyFile = folder.resolve("ca.key");
    if (Files.exists(certificateFile) || Files.exists(keyFile)) {
      return new CertificateAuthority(
          folder, PemFiles.certificates(certificateFile).getFirst(), PemFiles.key(keyFile), false);
    }
    Files.createDirectories(folder);
    try {
      KeyPair keys = keys();
      X500Principal name = new X500Principal("CN=replay-migrate CA " + UUID.randomUUID());
      Instant now = Instant.now();
      X509v3CertificateBuilder builder =
          builder(name, name, now.minus(SLACK), now.plus(CA_LIFE), keys.getPublic())
              .addExtension(Extension.basicConstraints, true, new BasicConstraints(0))
              .addExtension(
                  Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
      X509Certificate certificate = sign(builder, keys.getPrivate());
      PemFiles.write(keyFile, keys.getPrivate());
      PemFiles.write(certificateFile, List.of(certificate));
      return new CertificateAuthority(folder, certificate, keys.getPrivate(), true);
    } catch (GeneralSecurityException | OperatorCreationException e) {
      throw new IOException(folder + ": " + e.getMessage(), e);
    }
  }

  /** Whether it did not exist before. */
  public boolean isFresh() {
    return fresh;
  }

  /** The certificate that hosts trust. */
  public Path certificate() {
    return folder.resolve("ca.pem");
  }

  /**
   * Issues a certificate to a host: NAME.pem and NAME.key, after its first name.
   *
   * @param names DNS names and addresses by which it is reached
   * @param from when it begins to be valid
   * @param until when it ends
   * @return the file with the certificate
   * @throws java.nio.file.FileAlreadyExistsException if the host has one already
   */
  public Path issue(List<String> names, Instant from, Instant until) throws IOException {
    String first = names.getFirst();
    Path certificateFile = folder.resolve(first.replace(':', '-') + ".pem");
    Path keyFile = keyOf(certificateFile);
    try {
      KeyPair keys = keys();
      String common = first.length() > MAX_COMMON_NAME ? "host" : first;
      X509v3CertificateBuilder builder =
          builder(
                  certificate.getSubjectX500Principal(),
                  new X500Principal("CN=\"" + common + "\""),
                  from.minus(SLACK),
                  until,
                  keys.getPublic())
              .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
              .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
              .addExtension(
                  Extension.extendedKeyUsage,
                  false,
                  new ExtendedKeyUsage(
                      new KeyPurposeId[] {
                        KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth
                      }))
              .addExtension(
                  Extension.subjectAlternativeName,
                  false,
                  new GeneralNames(
                      names.stream()
                          .map(CertificateAuthority::generalName)
                          .toArray(GeneralName[]::new)))
              .addExtension(
                  Extension.authorityKeyIdentifier,
                  false,
                  new JcaX509ExtensionUtils().createAuthorityKeyIdentifier(certificate));
      X509Certificate issued = sign(builder, key);
      PemFiles.write(keyFile, keys.getPrivate());
      PemFiles.write(certificateFile, List.of(issued));
      return certificateFile;
    } catch (GeneralSecurityException | OperatorCreationException e) {
      throw new IOException(certificateFile + ": " + e.getMessage(), e);
    }
  }

  /** The file with the key, which lies beside that with the certificate. */
  public static Path keyOf(Path certificate) {
    String name = String.valueOf(certificate.getFileName());
    return certificate.resolveSibling(name.substring(0, name.lastIndexOf('.')) + ".key");
  }

  private static GeneralName generalName(String name) {
    return new GeneralName(isAddress(name) ? GeneralName.iPAddress : GeneralName.dNSName, name);
  }

  private static boolean isAddress(String name) {
    try {
      return InetAddress.ofLiteral(name) != null;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static KeyPair keys() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    return generator.generateKeyPair();
  }

  private static X509v3CertificateBuilder builder(
      X500Principal issuer, X500Principal subject, Instant from, Instant until, PublicKey key)
      throws IOException, GeneralSecurityException {
    return new JcaX509v3CertificateBuilder(
            issuer,
            new BigInteger(SERIAL_BITS, new SecureRandom()).add(BigInteger.ONE),
            Date.from(from),
            Date.from(until),
            subject,
            key)
        .addExtension(
            Extension.subjectKeyIdentifier,
            false,
            new JcaX509ExtensionUtils().createSubjectKeyIdentifier(key));
  }

  private static X509Certificate sign(X509v3CertificateBuilder builder, PrivateKey key)
      throws OperatorCreationException, GeneralSecurityException {
    return new JcaX509CertificateConverter()
        .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(key)));
  }
}
