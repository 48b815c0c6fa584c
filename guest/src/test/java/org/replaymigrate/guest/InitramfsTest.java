package org.replaymigrate.guest;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.commons.compress.archivers.cpio.CpioArchiveEntry;
import org.apache.commons.compress.archivers.cpio.CpioArchiveInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InitramfsTest {

  private static final byte[] HELLO = "hello".getBytes(StandardCharsets.US_ASCII);

  @TempDir private Path folder;

  @Test
  void equalTreesGiveEqualBytesInWhateverOrderTheyGrew() throws IOException {
    Initramfs other =
        new Initramfs()
            .link("bin/sh", "busybox")
            .characterDevice("dev/console", 0600, 5, 1)
            .file("bin/busybox", 0755, HELLO)
            .file("init", 0755, HELLO)
            .folder("proc");

    assertArrayEquals(bytes(tree()), bytes(other));
  }

  @Test
  void bytesAreThoseOfTheFormat() throws IOException {
    byte[] archive = bytes(new Initramfs().file("a", 0644, HELLO));

    // buffer-format.rst: magic, then 13 fields of 8 hex digits, name and content each filled to 4.
    String entry =
        "070701"
            + "00000001"
            + "000081A4"
            + "00000000".repeat(2)
            + "00000001"
            + "00000000"
            + "00000005"
            + "00000000".repeat(4)
            + "00000002"
            + "00000000"
            + "a\0"
            + "hello\0\0\0"
            + "070701";
    assertEquals(
        entry.toLowerCase(Locale.ROOT),
        new String(archive, 0, entry.length(), StandardCharsets.US_ASCII).toLowerCase(Locale.ROOT));
    assertEquals(0, archive.length % 512);
  }

  @Test
  void aReaderFindsWhatWasPutIn() throws IOException {
    List<String> names = new ArrayList<>();
    try (CpioArchiveInputStream in =
        new CpioArchiveInputStream(new ByteArrayInputStream(bytes(tree())))) {
      for (CpioArchiveEntry e = in.getNextEntry(); e != null; e = in.getNextEntry()) {
        names.add(e.getName());
        assertEquals(names.size(), e.getInode());
        assertEquals(0, e.getTime());
        switch (e.getName()) {
          case "init" -> assertArrayEquals(HELLO, in.readAllBytes());
          case "bin/sh" ->
              assertEquals("busybox", new String(in.readAllBytes(), StandardCharsets.US_ASCII));
          case "dev/console" -> {
            assertEquals(5, e.getRemoteDeviceMaj());
            assertEquals(1, e.getRemoteDeviceMin());
          }
          default -> assertEquals(0, e.getUID());
        }
      }
    }
    assertEquals(
        List.of("bin", "bin/busybox", "bin/sh", "dev", "dev/console", "init", "proc"), names);
  }

  @Test
  void cpioItselfListsTheSame() throws Exception {
    Path archive = Files.write(folder.resolve("initrd.cpio"), bytes(tree()));
    ChildProcess.Result result;
    try {
      result =
          ChildProcess.run(
              List.of(
                  "cpio",
                  "--quiet",
                  "--list",
                  "--verbose",
                  "--numeric-uid-gid",
                  "--file=" + archive),
              folder,
              Map.of("LC_ALL", "C", "TZ", "UTC"),
              line -> {});
    } catch (IOException e) {
      assumeTrue(false, "cpio is not installed: " + e.getMessage());
      return;
    }
    assertEquals(0, result.exitCode(), result.lines().toString());
    assertEquals(
        List.of(
            "drwxr-xr-x   1 0        0               0 Jan  1  1970 bin",
            "-rwxr-xr-x   1 0        0               5 Jan  1  1970 bin/busybox",
            "lrwxrwxrwx   1 0        0               7 Jan  1  1970 bin/sh -> busybox",
            "drwxr-xr-x   1 0        0               0 Jan  1  1970 dev",
            "crw-------   1 0        0          5,   1 Jan  1  1970 dev/console",
            "-rwxr-xr-x   1 0        0               5 Jan  1  1970 init",
            "drwxr-xr-x   1 0        0               0 Jan  1  1970 proc"),
        result.lines());
  }

  @Test
  void onePathCannotBeTwoThings() {
    assertThrows(IllegalArgumentException.class, () -> tree().file("init", 0755, HELLO));
  }

  private static Initramfs tree() {
    return new Initramfs()
        .folder("proc")
        .file("init", 0755, HELLO)
        .file("bin/busybox", 0755, HELLO)
        .link("bin/sh", "busybox")
        .characterDevice("dev/console", 0600, 5, 1);
  }

  private static byte[] bytes(Initramfs tree) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    tree.write(out);
    return out.toByteArray();
  }
}
