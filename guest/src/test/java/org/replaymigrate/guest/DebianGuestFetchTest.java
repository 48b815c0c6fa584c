package org.replaymigrate.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Fetches the real guest, once for a build folder. It needs a Debian machine with a network. */
class DebianGuestFetchTest {

  @Test
  void debiansOwnPackagesMakeAGuest() throws Exception {
    Guest guest = fetch();

    guest.verify();
    assertTrue(KernelImage.isImage(Files.readAllBytes(guest.kernel())));
    assertEquals(List.of(guest), GuestCatalogue.list(guest.folder().getParent()));
    // Busybox has some 270 applets, so that a table cut short shows.
    byte[] initrd = Files.readAllBytes(guest.initrd());
    assertTrue(count(initrd, "bin/") > 200, () -> count(initrd, "bin/") + " programs");
    assertEquals(1, count(initrd, "lib/modules/virtio_mmio.ko\0"));
  }

  /** Where the real archive cannot be had, this says so; only in CI is that a failure. */
  private static Guest fetch() throws IOException, InterruptedException {
    try {
      return DebianGuest.fetch(
          Path.of("target", "guests"), FetchOptions.defaults(), ProgressListener.SILENT);
    } catch (GuestException e) {
      if ("true".equals(System.getenv("CI"))) {
        throw e;
      }
      return abort("the Debian guest cannot be fetched here: " + e.getMessage());
    }
  }

  private static int count(byte[] bytes, String text) {
    String all = new String(bytes, StandardCharsets.ISO_8859_1);
    int count = 0;
    for (int at = all.indexOf(text); at >= 0; at = all.indexOf(text, at + 1)) {
      count++;
    }
    return count;
  }
}
