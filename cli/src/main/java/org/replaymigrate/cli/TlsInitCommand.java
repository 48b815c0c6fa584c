package org.replaymigrate.cli;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.replaymigrate.protocol.tls.CertificateAuthority;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Makes a CA and certificates of hosts. */
@Command(
    name = "init",
    mixinStandardHelpOptions = true,
    description = {
      "Makes a CA in a folder, if there is none yet, and a certificate for each host: ca.pem, and"
          + " HOST.pem and HOST.key, which go to that host together with ca.pem.",
      "ca.key stays where it is: whoever has it can make hosts that all others trust."
    })
final class TlsInitCommand extends Subcommand {
  @Option(
      names = "--host",
      paramLabel = "NAME|IP[,...]",
      description = {
        "A host, by the name or address that others reach it by (repeat it for more hosts;"
            + " default: localhost,127.0.0.1).",
        "Several names of one host stand behind each other, with commas."
      })
  private List<String> hosts = List.of("localhost,127.0.0.1");

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Where the files go, or are already.")
  private Path out = Path.of("");

  @Option(
      names = "--days",
      paramLabel = "N",
      description = "How long the certificates of hosts are valid (default: ${DEFAULT-VALUE}).")
  private int days = 730;

  private static final int MAX_DAYS = 3650;

  @Override
  int execute() throws IOException {
    if (days < 1 || days > MAX_DAYS) {
      throw new CliException(USAGE, "--days " + days + ": choose 1 to " + MAX_DAYS);
    }
    for (String host : hosts) {
      names(host);
    }
    // No method here has a type of it: whoever looks at all commands would load it with the library
    // that it uses, whose signature the JVM then verifies for a quarter of a second.
    CertificateAuthority ca = CertificateAuthority.in(out);
    Instant now = Instant.now();
    List<String> issued = new ArrayList<>();
    StringBuilder text = new StringBuilder();
    text.append(ca.isFresh() ? "new CA: " : "CA: ").append(ca.certificate());
    for (String host : hosts) {
      Path certificate;
      try {
        certificate = ca.issue(names(host), now, now.plus(Duration.ofDays(days)));
      } catch (FileAlreadyExistsException e) {
        throw new CliException(
            FAILED, e.getFile() + ": is there already; remove it to issue another one");
      }
      issued.add(certificate.toString());
      text.append(String.format("%n%s: %s", host, certificate));
      text.append(" and ").append(CertificateAuthority.keyOf(certificate).getFileName());
    }
    print(Map.of("ca", ca.certificate().toString(), "certificates", issued), text.toString());
    return DONE;
  }

  /** The names of one host; they become names of files. */
  private static List<String> names(String host) throws CliException {
    List<String> names = List.of(host.split(",", -1));
    for (String name : names) {
      if (!name.matches("[0-9A-Za-z]([0-9A-Za-z.:-]{0,251}[0-9A-Za-z])?|::[0-9A-Fa-f:.]*")) {
        throw new CliException(USAGE, "--host '" + name + "': no name or address of a host");
      }
    }
    return names;
  }
}
