package org.replaymigrate.guest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds the Debian mirror that this machine already uses. {@code apt-get update --print-uris} has
 * read the machine's sources in either of their formats and fetches nothing.
 */
final class AptSources {

  private static final Pattern INDEX =
      Pattern.compile("'([^']+?)/+dists/([^/']+)/(?:InRelease|Release)' .*");
  private static final Set<String> ALIASES =
      Set.of("stable", "oldstable", "oldoldstable", "testing", "unstable", "sid");
  private static final List<Path> KEYRINGS =
      List.of(
          Path.of("/usr/share/keyrings/debian-archive-keyring.pgp"),
          Path.of("/usr/share/keyrings/debian-archive-keyring.gpg"));

  private AptSources() {}

  /**
   * The mirror among the indices that apt would fetch: the first that serves this release of
   * Debian, rather than an update, security or foreign archive. Every mirror has every suite.
   *
   * @param printedUris lines of {@code apt-get update --print-uris}
   * @param osRelease lines of {@code /etc/os-release}
   */
  static Optional<String> mirror(List<String> printedUris, List<String> osRelease) {
    Set<String> suites = new TreeSet<>(ALIASES);
    if (osRelease.contains("ID=debian")) {
      osRelease.stream()
          .filter(line -> line.startsWith("VERSION_CODENAME="))
          .map(line -> line.substring(line.indexOf('=') + 1).replace("\"", ""))
          .forEach(suites::add);
    }
    for (String line : printedUris) {
      Matcher index = INDEX.matcher(line);
      if (index.matches()
          && suites.contains(index.group(2))
          && !index.group(1).startsWith("cdrom:")) {
        return Optional.of(index.group(1));
      }
    }
    return Optional.empty();
  }

  /** One line of {@code sources.list}; signed by Debian's own keyring where the machine has it. */
  static String sourceLine(String mirror, String suite) {
    String signedBy =
        KEYRINGS.stream()
            .filter(Files::isReadable)
            .findFirst()
            .map(keyring -> " signed-by=" + keyring)
            .orElse("");
    return "deb [arch=%s%s] %s %s main%n"
        .formatted(PrivateApt.ARCHITECTURE, signedBy, mirror, suite);
  }

  /** The lines of {@code /etc/os-release}, none where there is no such file. */
  static List<String> osRelease() throws IOException {
    Path file = Path.of("/etc/os-release");
    return Files.isReadable(file) ? Files.readAllLines(file) : List.of();
  }
}
