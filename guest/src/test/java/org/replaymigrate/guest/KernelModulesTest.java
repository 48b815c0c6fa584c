package org.replaymigrate.guest;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelModulesTest {

  @TempDir private Path folder;

  private final Map<String, Path> files = new TreeMap<>();

  @Test
  void whatAModuleNeedsComesBeforeItAndOnce() throws IOException {
    add("virtio_net.ko.xz", "net_failover,failover");
    add("net-failover.ko", "failover");
    add("failover.ko.gz", "");

    assertEquals(
        List.of("failover", "net_failover", "virtio_net"), modules().loadOrder("virtio-net"));
  }

  @Test
  void builtInModulesAreNotLoaded() throws IOException {
    add("virtio_mmio.ko", "virtio,virtio_ring");

    KernelModules modules = new KernelModules(files, Set.of("virtio", "virtio_ring", "console"));

    assertEquals(List.of("virtio_mmio"), modules.loadOrder("virtio_mmio"));
    assertEquals(List.of(), modules.loadOrder("console"));
  }

  @Test
  void missingModuleIsNamedWithWhoNeedsIt() throws IOException {
    add("virtio_net.ko", "net_failover");

    GuestException e = assertThrows(GuestException.class, () -> modules().loadOrder("virtio_net"));

    assertEquals("the kernel's packages hold no module virtio_net > net_failover", e.getMessage());
  }

  @Test
  void circleIsAnError() throws IOException {
    add("a.ko", "b");
    add("b.ko", "c");
    add("c.ko", "a");

    GuestException e = assertThrows(GuestException.class, () -> modules().loadOrder("a"));

    assertEquals("kernel modules need each other: a > b > c > a", e.getMessage());
  }

  @Test
  void contentIsTheModuleUncompressed() throws IOException {
    add("a.ko.xz", "b");

    assertArrayEquals(Kernels.module("b"), modules().content("a"));
  }

  @Test
  void moduleOfAnotherMachineIsRefused() {
    byte[] amd64 = Kernels.module(62, "");

    GuestException e = assertThrows(GuestException.class, () -> ModuleInfo.depends(amd64, "a"));

    assertEquals("a is a module for another machine", e.getMessage());
  }

  @Test
  void everyTruncationIsRefusedOrLosesNothing() throws GuestException {
    byte[] whole = Kernels.module("x,y");
    assertEquals(List.of("x", "y"), ModuleInfo.depends(whole, "a"));
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      try {
        assertEquals(List.of("x", "y"), ModuleInfo.depends(cut, "a"));
        // The last header's last fields are of no use to anybody.
        assertTrue(length > whole.length - 64, "cut at " + length);
      } catch (GuestException e) {
        assertTrue(e.getMessage().startsWith("a is not a "), e.getMessage());
      }
    }
  }

  @Test
  void everyFlippedByteEndsInAnAnswerOrAGuestException() {
    byte[] whole = Kernels.module("x,y");
    int refused = 0;
    for (int i = 0; i < whole.length; i++) {
      byte[] flipped = whole.clone();
      flipped[i] ^= (byte) 0xff;
      try {
        ModuleInfo.depends(flipped, "a");
      } catch (GuestException e) {
        refused++;
      }
    }
    assertTrue(refused > 10, "only " + refused + " flips were noticed");
  }

  private void add(String file, String depends) throws IOException {
    byte[] elf = Kernels.module(depends);
    int suffix = file.indexOf(".ko") + 3;
    files.put(
        ModuleInfo.nameOf(file),
        Files.write(folder.resolve(file), Debs.compressed(file.substring(suffix), elf)));
  }

  private KernelModules modules() {
    return new KernelModules(files, Set.of());
  }
}
