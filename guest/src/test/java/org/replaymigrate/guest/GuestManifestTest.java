package org.replaymigrate.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GuestManifestTest {

  @TempDir private Path guests;

  private GuestManifest manifest;
  private Path folder;

  @BeforeEach
  void writeAGuest() throws IOException {
    folder = Files.createDirectory(guests.resolve("debian"));
    byte[] kernel = Kernels.image(10);
    Files.write(folder.resolve("Image"), kernel);
    manifest =
        new GuestManifest(
            "debian",
            "trixie",
            "6.12+deb13-riscv64",
            "ab".repeat(32),
            "console=ttyS0 quiet",
            256L << 20,
            List.of(new GuestPackage("busybox-static", "1:1.37.0-6+b9", 99, "cd".repeat(32))),
            List.of(new GuestFile("kernel", "Image", kernel.length, Sha256.of(kernel))));
    manifest.write(folder);
  }

  @Test
  void whatWasWrittenIsRead() throws IOException {
    assertEquals(manifest, GuestManifest.read(folder));
  }

  @Test
  void guestGivesPathsAndDefaults() throws IOException {
    Guest guest = GuestCatalogue.find(guests, "debian").orElseThrow();

    assertEquals(List.of(guest), GuestCatalogue.list(guests));
    assertEquals(folder.resolve("Image"), guest.kernel());
    assertEquals("console=ttyS0 quiet", guest.commandLine());
    assertEquals(268435456, guest.memoryBytes());
    assertEquals(Optional.empty(), guest.firmware("fw_jump"));
    assertThrows(GuestException.class, guest::initrd);
    guest.verify();
  }

  @Test
  void catalogueOfNothingIsEmpty() throws IOException {
    Files.createDirectory(guests.resolve(".debian-1234"));
    Files.createDirectory(guests.resolve("empty"));

    assertEquals(1, GuestCatalogue.list(guests).size());
    assertEquals(List.of(), GuestCatalogue.list(guests.resolve("none")));
    assertEquals(Optional.empty(), GuestCatalogue.find(guests, "empty"));
  }

  @Test
  void everyFlippedByteIsNoticed() throws IOException {
    byte[] whole = Files.readAllBytes(folder.resolve(GuestManifest.FILE));
    for (int i = 0; i < whole.length; i++) {
      byte[] flipped = whole.clone();
      flipped[i] ^= 1;
      Files.write(folder.resolve(GuestManifest.FILE), flipped);
      assertThrows(GuestException.class, () -> GuestManifest.read(folder), "byte " + i);
    }
  }

  @Test
  void newerVersionIsToldFromDamage() {
    String newer = manifest.text().replace("replay-migrate-guest 1\n", "replay-migrate-guest 2\n");

    GuestException e =
        assertThrows(GuestException.class, () -> GuestManifest.parse(newer, Path.of("m")));

    assertEquals("m is of version 2: use a newer release", e.getMessage());
  }

  @Test
  void fileOutsideTheFolderIsRefusedEvenWhenSealed() throws IOException {
    String honest = manifest.text();
    String body =
        honest.substring(0, honest.indexOf("end ")).replace("kernel Image", "kernel ../Image");
    String sealed = body + "end " + Sha256.of(body.getBytes(StandardCharsets.UTF_8)) + "\n";

    assertThrows(GuestException.class, () -> GuestManifest.parse(sealed, Path.of("m")));
  }

  @Test
  void changedFileIsFoundByItsDigest() throws IOException {
    Guest guest = GuestCatalogue.find(guests, "debian").orElseThrow();
    Files.write(guest.kernel(), Kernels.image(11));
    assertTrue(assertThrows(GuestException.class, guest::verify).getMessage().contains("SHA-256"));

    Files.delete(guest.kernel());
    String missing = assertThrows(GuestException.class, guest::verify).getMessage();
    assertTrue(missing.endsWith("Image is missing: run `guest fetch debian` again"), missing);
  }
}
