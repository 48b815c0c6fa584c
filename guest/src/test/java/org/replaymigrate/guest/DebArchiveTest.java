package org.replaymigrate.guest;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DebArchiveTest {

  private static final Map<String, byte[]> FILES =
      Map.of(
          "usr/bin/tool",
          "tool".getBytes(StandardCharsets.US_ASCII),
          "usr/share/" + "long/".repeat(40) + "name",
          new byte[100_000]);

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"", ".gz", ".xz"})
  void regularFilesComeWithoutTheirLeadingSlash(String suffix) throws IOException {
    Map<String, byte[]> seen = read(Debs.deb(suffix, FILES));

    assertEquals(new TreeMap<>(FILES).keySet(), seen.keySet());
    FILES.forEach((path, content) -> assertArrayEquals(content, seen.get(path)));
  }

  @Test
  void contentNeedNotBeRead() throws IOException {
    Path deb = Files.write(folder.resolve("a.deb"), Debs.deb(".xz", FILES));
    List<String> paths = new ArrayList<>();

    DebArchive.forEachFile(deb, (path, size, content) -> paths.add(path), bytes -> {});

    assertEquals(2, paths.size());
  }

  @Test
  void compressionThatIsNotReadIsNamed() throws IOException {
    byte[] deb = Debs.deb(".zst", FILES);

    GuestException e = assertThrows(GuestException.class, () -> read(deb));

    assertEquals("a.deb: cannot decompress data.tar.zst", e.getMessage());
  }

  @Test
  void archiveWithoutDataIsRefused() {
    byte[] onlyMagic = "!<arch>\n".getBytes(StandardCharsets.US_ASCII);

    GuestException e = assertThrows(GuestException.class, () -> read(onlyMagic));

    assertTrue(e.getMessage().contains("no data.tar"), e.getMessage());
  }

  @Test
  void everyTruncationIsAnErrorOrLosesNothing() throws IOException {
    byte[] whole = Debs.deb(".gz", Map.of("a", new byte[] {1, 2, 3}));
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      Map<String, byte[]> seen;
      try {
        seen = read(cut);
      } catch (GuestException e) {
        continue;
      }
      assertArrayEquals(new byte[] {1, 2, 3}, seen.get("a"), "cut at " + length);
    }
  }

  private Map<String, byte[]> read(byte[] deb) throws IOException {
    Path file = Files.write(folder.resolve("a.deb"), deb);
    Map<String, byte[]> seen = new TreeMap<>();
    DebArchive.forEachFile(
        file,
        (path, size, content) -> {
          byte[] bytes = content.readAllBytes();
          assertEquals(size, bytes.length);
          seen.put(path, bytes);
        },
        bytes -> {});
    return seen;
  }
}
