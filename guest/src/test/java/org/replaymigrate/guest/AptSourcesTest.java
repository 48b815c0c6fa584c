package org.replaymigrate.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AptSourcesTest {

  private static final List<String> BOOKWORM =
      List.of("NAME=\"Debian GNU/Linux\"", "VERSION_CODENAME=bookworm", "ID=debian");

  @Test
  void mirrorIsTheOneThatServesTheMachinesOwnRelease() {
    assertEquals(
        Optional.of("http://mirror.test/debian"),
        AptSources.mirror(
            List.of(
                "'cdrom:[disc]/dists/bookworm/InRelease' x 0 ",
                "'https://vendor.test/apt/dists/nodistro/InRelease' x 0 ",
                "'http://mirror.test/debian-security/dists/bookworm-security/InRelease' x 0 ",
                "'http://mirror.test/debian/dists/bookworm-updates/InRelease' x 0 ",
                "'http://mirror.test/debian/dists/bookworm/InRelease' x 0 ",
                "'http://other.test/debian/dists/bookworm/InRelease' x 0 "),
            BOOKWORM));
  }

  @Test
  void aliasesOfSuitesCountOnAnyMachine() {
    assertEquals(
        Optional.of("http://mirror.test/debian"),
        AptSources.mirror(
            List.of("'http://mirror.test/debian//dists/unstable/Release' x 0 "), List.of()));
  }

  @Test
  void machineOfAnotherDistributionHasNone() {
    assertEquals(
        Optional.empty(),
        AptSources.mirror(
            List.of("'http://mirror.test/ubuntu/dists/noble/InRelease' x 0 "),
            List.of("ID=ubuntu", "VERSION_CODENAME=noble")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "x\ny", "-x", "../etc", "[trusted=yes]"})
  void suiteThatWouldChangeTheSourceLineIsRefused(String suite) {
    FetchOptions options = FetchOptions.defaults();

    assertThrows(IllegalArgumentException.class, () -> options.withSuite(suite));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "mirror", "http://a b", "http://a\nb", "[x]http://a"})
  void mirrorThatWouldChangeTheSourceLineIsRefused(String mirror) {
    FetchOptions options = FetchOptions.defaults();

    assertThrows(IllegalArgumentException.class, () -> options.withMirror(mirror));
  }
}
