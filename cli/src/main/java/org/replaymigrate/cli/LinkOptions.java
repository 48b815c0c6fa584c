package org.replaymigrate.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.protocol.tls.LinkRefusal;
import org.replaymigrate.protocol.tls.LinkSecurity;
import picocli.CommandLine.Option;

/** How the link to another host is protected. */
final class LinkOptions {
  @Option(
      names = "--tls-cert",
      paramLabel = "FILE",
      description = "PEM file with this host's certificate; with it, both sides must show one.")
  private @Nullable Path certificate;

  @Option(names = "--tls-key", paramLabel = "FILE", description = "PEM file with its private key.")
  private @Nullable Path key;

  @Option(
      names = "--tls-ca",
      paramLabel = "FILE",
      description = "PEM file with the CA that has issued the other side's certificate.")
  private @Nullable Path ca;

  @Option(
      names = "--insecure",
      description = {
        "Allow links to other machines that are neither encrypted nor authenticated.",
        "Whoever can connect can then take, read and alter a vkernel."
      })
  private boolean insecure;

  /** What they ask for, in this process. */
  LinkSecurity security() throws IOException {
    check();
    if (certificate == null || key == null || ca == null) {
      return LinkSecurity.plain(insecure);
    }
    try {
      return LinkSecurity.tls(certificate, key, ca);
    } catch (LinkRefusal e) {
      throw refused(e);
    }
  }

  /** What they ask for, as arguments of a request to the process that has the vkernel. */
  Map<String, Object> arguments() throws CliException {
    check();
    Map<String, Object> all = new HashMap<>();
    all.put("insecure", insecure);
    if (certificate != null && key != null && ca != null) {
      all.put("tlsCert", certificate.toAbsolutePath().toString());
      all.put("tlsKey", key.toAbsolutePath().toString());
      all.put("tlsCa", ca.toAbsolutePath().toString());
    }
    return all;
  }

  private void check() throws CliException {
    boolean none = certificate == null && key == null && ca == null;
    boolean all = certificate != null && key != null && ca != null;
    if (!none && !all) {
      throw new CliException(
          Subcommand.USAGE, "--tls-cert, --tls-key and --tls-ca go together; give all three");
    }
    if (all && insecure) {
      throw new CliException(
          Subcommand.USAGE, "--insecure with --tls-cert: they contradict each other; give one");
    }
  }

  /** A refusal for safety, with its exit code. */
  static CliException refused(LinkRefusal e) {
    return new CliException(Subcommand.REFUSED, String.valueOf(e.getMessage()));
  }
}
