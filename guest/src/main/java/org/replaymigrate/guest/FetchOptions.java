package org.replaymigrate.guest;

import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What to fetch and from where.
 *
 * @param suite Debian suite, by code name or alias ({@code trixie}, {@code unstable})
 * @param mirror URI of a Debian mirror; when absent, the one in the machine's own apt sources
 * @param aptTools folder with {@code apt-get}, {@code apt-cache} and {@code apt-config}; when
 *     absent, they are looked up on the path
 * @param refresh fetch again even when the suite's guest is there and whole
 */
public record FetchOptions(
    String suite, Optional<String> mirror, Optional<Path> aptTools, boolean refresh) {

  /** The first stable suite in which riscv64 is an official architecture. */
  public static final String DEFAULT_SUITE = "trixie";

  // Both end up in a line of sources.list, where a space or a bracket would mean something else.
  private static final Pattern SUITE = Pattern.compile("[a-z0-9][a-z0-9.+_-]{0,63}");
  private static final Pattern MIRROR = Pattern.compile("[a-z][a-z0-9+]*:[^\\s\\[\\]\"]{1,1000}");

  /**
   * Checks the texts.
   *
   * @throws IllegalArgumentException with one line when a suite or a mirror cannot be one
   */
  public FetchOptions {
    if (!SUITE.matcher(suite).matches()) {
      throw new IllegalArgumentException("'" + suite + "' is not the name of a Debian suite");
    }
    if (mirror.isPresent() && !MIRROR.matcher(mirror.get()).matches()) {
      throw new IllegalArgumentException("'" + mirror.get() + "' is not the URI of a mirror");
    }
  }

  /** The default suite from the machine's own mirror. */
  public static FetchOptions defaults() {
    return new FetchOptions(DEFAULT_SUITE, Optional.empty(), Optional.empty(), false);
  }

  /** The same with another suite. */
  public FetchOptions withSuite(String other) {
    return new FetchOptions(other, mirror, aptTools, refresh);
  }

  /** The same with a mirror given. */
  public FetchOptions withMirror(String uri) {
    return new FetchOptions(suite, Optional.of(uri), aptTools, refresh);
  }

  /** The same with apt's programs taken from a folder. */
  public FetchOptions withAptTools(Path folder) {
    return new FetchOptions(suite, mirror, Optional.of(folder), refresh);
  }

  /** The same, fetching anew or not. */
  public FetchOptions withRefresh(boolean anew) {
    return new FetchOptions(suite, mirror, aptTools, anew);
  }
}
