package org.replaymigrate.guest;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Stands for apt and the archive behind it: shell scripts of apt's names which answer from a pool
 * of tiny packages, as far as {@link PrivateApt} asks. Each call is noted.
 */
final class FakeArchive {

  static final String BUSYBOX = "ELF[\0[[\0insmod\0mount\0sh\0\0";

  private final Path tools;
  private final Path pool;

  /** Sets the scripts up; {@code suite} is the one suite that the archive has. */
  FakeArchive(Path folder, String suite) throws IOException {
    tools = Files.createDirectories(folder.resolve("tools"));
    pool = Files.createDirectories(folder.resolve("pool"));
    script("apt-config", "echo 'Acquire::http::Proxy \"\";'");
    script(
        "apt-cache",
        """
        cat "%1$s/$3.show" 2>/dev/null || { echo 'E: No packages found'; exit 100; }\
        """
            .formatted(pool));
    script(
        "apt-get",
        """
        case "$*" in
          *--print-uris*) echo "'http://mirror.test/debian/dists/unstable/InRelease' x 0" ;;
          *update)
            if [ -e "%1$s/fail" ]; then cat "%1$s/fail"; exit 100; fi
            sources=$(sed -n 's/^Dir::Etc::sourcelist "\\(.*\\)";/\\1/p' "$APT_CONFIG")
            if ! grep -q ' %2$s main' "$sources"; then
              echo "E: The repository 'x' does not have a Release file."; exit 100
            fi ;;
          *)
            while [ "$1" != download ]; do shift; done
            shift
            if [ -e "%1$s/hang" ]; then touch "%1$s/hanging"; exec sleep 1000; fi
            for package; do
              echo "dlstatus:1:50.0:Retrieving"
              cp "%1$s/${package%%%%=*}.deb" "${package%%%%=*}_1_riscv64.deb" || exit 100
            done ;;
        esac\
        """
            .formatted(pool, suite));
  }

  private void script(String name, String body) throws IOException {
    String text = "#!/bin/sh\necho \"" + name + " $*\" >> '" + pool + "/calls'\n" + body + "\n";
    Path file = Files.writeString(tools.resolve(name), text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
  }

  /** All that a guest is made of, the kernel in one package as trixie has it. */
  FakeArchive withKernelInOnePackage() throws IOException {
    put("linux-image-riscv64", "linux-image-6.12-riscv64 (= 1)", Map.of());
    Map<String, byte[]> files = new HashMap<>(modules("6.12"));
    files.put("boot/vmlinux-6.12-riscv64", Kernels.image(100));
    put("linux-image-6.12-riscv64", "kmod, linux-base", files);
    return withPrograms();
  }

  /** The same with the kernel in parts, compressed, as unstable has it. */
  FakeArchive withKernelInParts() throws IOException {
    String version = "7.2-riscv64";
    put("linux-image-riscv64", "linux-base-riscv64, linux-image-" + version, Map.of());
    put(
        "linux-image-" + version,
        "linux-base-%1$s (= 1), linux-binary-%1$s (= 1), linux-modules-%1$s (= 1)"
            .formatted(version),
        Map.of());
    Map<String, byte[]> modules = new HashMap<>(modules("7.2"));
    String builtIn = "usr/lib/modules/7.2/modules.builtin";
    put("linux-base-" + version, "", Map.of(builtIn, modules.remove(builtIn)));
    put("linux-modules-" + version, "kmod", modules);
    put(
        "linux-binary-" + version,
        "",
        Map.of(
            "usr/lib/modules/7.2/vmlinuz",
            Kernels.zboot(Debs.compressed(".gz", Kernels.image(100)))));
    return withPrograms();
  }

  private FakeArchive withPrograms() throws IOException {
    put("busybox-static", "", Map.of("usr/bin/busybox", ascii(BUSYBOX)));
    String firmware = "usr/lib/riscv64-linux-gnu/opensbi/generic/";
    put(
        "opensbi",
        "",
        Map.of(
            firmware + "fw_dynamic.bin",
            ascii("dynamic"),
            firmware + "fw_jump.bin",
            ascii("jump")));
    return this;
  }

  private static Map<String, byte[]> modules(String version) throws IOException {
    String root = "usr/lib/modules/" + version + "/";
    String drivers = root + "kernel/drivers/";
    Map<String, byte[]> files = new HashMap<>();
    files.put(root + "modules.builtin", ascii("kernel/drivers/char/virtio_console.ko\n"));
    files.put(drivers + "virtio/virtio_mmio.ko.xz", Debs.compressed(".xz", Kernels.module("")));
    files.put(drivers + "virtio/virtio_input.ko.xz", Debs.compressed(".xz", Kernels.module("")));
    files.put(drivers + "input/evdev.ko", Kernels.module(""));
    files.put(drivers + "block/virtio_blk.ko", Kernels.module(""));
    files.put(drivers + "char/hw_random/virtio-rng.ko", Kernels.module(""));
    files.put(drivers + "net/virtio_net.ko", Kernels.module("net_failover"));
    files.put(drivers + "net/net_failover.ko", Kernels.module(""));
    files.put(drivers + "net/unused.ko", Kernels.module("not_there"));
    return files;
  }

  /** Puts a package in, or another of the same name in its place. */
  void put(String name, String depends, Map<String, byte[]> files) throws IOException {
    byte[] deb = Debs.deb(".xz", files);
    Files.write(pool.resolve(name + ".deb"), deb);
    show(name, depends, deb.length, "1", Sha256.of(deb));
  }

  private void show(String name, String depends, long size, String installedKib, String sha256)
      throws IOException {
    Files.writeString(
        pool.resolve(name + ".show"),
        "Package: %s\nVersion: 1\nDepends: %s\nInstalled-Size: %s\nSize: %d\nSHA256: %s\n"
            .formatted(name, depends, installedKib, size, sha256));
  }

  /** Takes a package out of the index. */
  void remove(String name) throws IOException {
    Files.delete(pool.resolve(name + ".show"));
  }

  /** Changes a package's bytes behind its index's back. */
  void corrupt(String name) throws IOException {
    Path deb = pool.resolve(name + ".deb");
    byte[] bytes = Files.readAllBytes(deb);
    bytes[bytes.length / 2] ^= 1;
    Files.write(deb, bytes);
  }

  /** Has a package claim to unpack to a hundred terabytes. */
  void inflate(String name) throws IOException {
    show(name, "", 1, "100000000000", "00".repeat(32));
  }

  /** Has the archive answer with these lines, as one that cannot be reached. */
  void failWith(String lines) throws IOException {
    Files.writeString(pool.resolve("fail"), lines);
  }

  /** Has downloads never end; {@link #hanging} appears when one has begun. */
  void hang() throws IOException {
    Files.createFile(pool.resolve("hang"));
  }

  boolean hanging() {
    return Files.exists(pool.resolve("hanging"));
  }

  /** How often apt was called. */
  int calls() throws IOException {
    Path calls = pool.resolve("calls");
    return Files.exists(calls) ? Files.readAllLines(calls).size() : 0;
  }

  /** The packages that were downloaded, in order. */
  List<String> downloads() throws IOException {
    List<String> names = new ArrayList<>();
    for (String call : Files.readAllLines(pool.resolve("calls"))) {
      int at = call.indexOf(" download ");
      if (at >= 0) {
        for (String one : call.substring(at + " download ".length()).split(" ", -1)) {
          names.add(one.substring(0, one.indexOf('=')));
        }
      }
    }
    return names;
  }

  FetchOptions options() {
    return FetchOptions.defaults().withAptTools(tools).withMirror("http://mirror.test/debian");
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
