package org.replaymigrate.guest;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.TreeMap;

/**
 * The Debian guest's user space: busybox, the virtio drivers and a first process that loads those
 * drivers only whose devices are there. That halves the instructions of a boot: each module's
 * signature is checked, and the network card's driver alone has 28 000 symbols to go through.
 */
final class DebianInitramfs {

  /** The bus; all other modules wait until their device is seen on it. */
  private static final String TRANSPORT = "virtio_mmio";

  /** Drivers by virtio device id, as sysfs writes it (virtio 1.2, chapter 5). */
  private static final Map<String, List<String>> DRIVERS =
      new TreeMap<>(
          Map.of(
              "0x0001", List.of("virtio_net"),
              "0x0002", List.of("virtio_blk"),
              "0x0003", List.of("virtio_console"),
              "0x0004", List.of("virtio_rng"),
              // The power button; evdev is what hands its events to user space.
              "0x0012", List.of("evdev", "virtio_input")));

  /** Files of this program, each at the same path in the guest, all executable. */
  private static final List<String> SCRIPTS =
      List.of("init", "etc/acpi/PWRF/00000080", "etc/udhcpc/default.script");

  private static final List<String> FOLDERS =
      List.of(
          "bin",
          "dev",
          "etc",
          "lib/modules",
          "mnt",
          "proc",
          "root",
          "run",
          "sys",
          "tmp",
          "var/log",
          "var/run");

  /** One folder of programs under all its names, so that an applet needs one link. */
  private static final Map<String, String> LINKS =
      new TreeMap<>(Map.of("sbin", "bin", "usr/bin", "../bin", "usr/sbin", "../bin"));

  private static final int EXECUTABLE = 0755;
  private static final int READABLE = 0644;

  private DebianInitramfs() {}

  /** The archive, uncompressed. */
  static byte[] build(byte[] busybox, KernelModules modules) throws IOException {
    Initramfs tree = new Initramfs();
    FOLDERS.forEach(tree::folder);
    tree.file("bin/busybox", EXECUTABLE, busybox);
    LINKS.forEach(tree::link);
    List<String> applets = BusyboxApplets.of(busybox);
    for (String applet : applets.contains("sh") ? applets : List.of("sh")) {
      if (!applet.equals("busybox")) {
        tree.link("bin/" + applet, "busybox");
      }
    }
    // Before devtmpfs is there, the first process has only this to speak through.
    tree.characterDevice("dev/console", 0600, 5, 1);
    tree.characterDevice("dev/null", 0666, 1, 3);
    for (String script : SCRIPTS) {
      tree.file(script, EXECUTABLE, resource(script));
    }
    tree.file("etc/passwd", READABLE, ascii("root::0:0:root:/root:/bin/sh\n"));
    tree.file("etc/group", READABLE, ascii("root:x:0:\n"));
    addModules(tree, modules);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    tree.write(out);
    return out.toByteArray();
  }

  private static void addModules(Initramfs tree, KernelModules modules) throws IOException {
    Map<String, List<String>> loadOrders = new TreeMap<>();
    loadOrders.put("transport", loadOrder(modules, List.of(TRANSPORT)));
    for (Map.Entry<String, List<String>> driver : DRIVERS.entrySet()) {
      loadOrders.put("virtio-" + driver.getKey(), loadOrder(modules, driver.getValue()));
    }
    for (Map.Entry<String, List<String>> one : loadOrders.entrySet()) {
      StringBuilder list = new StringBuilder();
      one.getValue().forEach(name -> list.append(name).append('\n'));
      tree.file("lib/modules/" + one.getKey(), READABLE, ascii(list.toString()));
    }
    for (String name :
        loadOrders.values().stream().flatMap(List::stream).distinct().sorted().toList()) {
      tree.file("lib/modules/" + name + ".ko", READABLE, modules.content(name));
    }
  }

  private static List<String> loadOrder(KernelModules modules, List<String> names)
      throws IOException {
    SequencedSet<String> order = new LinkedHashSet<>();
    for (String name : names) {
      order.addAll(modules.loadOrder(name));
    }
    return List.copyOf(order);
  }

  /** Changes whenever the same packages would make another guest. */
  static String recipe() throws IOException {
    StringBuilder all = new StringBuilder("layout 1\n" + TRANSPORT + DRIVERS + FOLDERS + LINKS);
    for (String script : SCRIPTS) {
      all.append('\n').append(script).append(' ').append(Sha256.of(resource(script)));
    }
    return Sha256.of(ascii(all.toString()));
  }

  private static byte[] resource(String path) throws IOException {
    String name = "debian/" + path;
    try (InputStream in = DebianInitramfs.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("not in the jar: " + name);
      }
      return in.readAllBytes();
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
