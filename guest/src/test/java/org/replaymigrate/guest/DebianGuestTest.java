package org.replaymigrate.guest;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.cpio.CpioArchiveEntry;
import org.apache.commons.compress.archivers.cpio.CpioArchiveInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DebianGuestTest {

  @TempDir private Path folder;

  private Path guests;
  private FakeArchive archive;

  @BeforeEach
  void setUp() throws IOException {
    guests = folder.resolve("home/guests");
    archive = new FakeArchive(folder, "trixie").withKernelInOnePackage();
  }

  @Test
  void guestIsMadeOfTheSuitesPackages() throws Exception {
    Guest guest = fetch(archive.options());

    assertEquals("debian", guest.name());
    assertEquals("6.12-riscv64", guest.manifest().kernelVersion());
    assertArrayEquals(Kernels.image(100), Files.readAllBytes(guest.kernel()));
    assertEquals("jump", Files.readString(guest.firmware("fw_jump").orElseThrow()));
    assertEquals("dynamic", Files.readString(guest.firmware("fw_dynamic").orElseThrow()));
    assertEquals(
        List.of("linux-image-6.12-riscv64", "busybox-static", "opensbi"),
        guest.manifest().packages().stream().map(GuestPackage::name).toList());
    assertEquals(List.of(guest), GuestCatalogue.list(guests));
    guest.verify();
  }

  @Test
  void initrdLoadsDriversByDeviceAndWhatTheyNeedFirst() throws Exception {
    Map<String, String> tree = unpack(fetch(archive.options()).initrd());

    assertEquals("virtio_mmio\n", tree.get("lib/modules/transport"));
    assertEquals("net_failover\nvirtio_net\n", tree.get("lib/modules/virtio-0x0001"));
    assertEquals("virtio_blk\n", tree.get("lib/modules/virtio-0x0002"));
    assertEquals("", tree.get("lib/modules/virtio-0x0003"));
    assertEquals("virtio_rng\n", tree.get("lib/modules/virtio-0x0004"));
    assertEquals("evdev\nvirtio_input\n", tree.get("lib/modules/virtio-0x0012"));
    assertEquals(
        new String(Kernels.module(""), StandardCharsets.ISO_8859_1),
        tree.get("lib/modules/virtio_mmio.ko"));
    assertFalse(tree.containsKey("lib/modules/unused.ko"));
    assertEquals(FakeArchive.BUSYBOX, tree.get("bin/busybox"));
    assertEquals("busybox", tree.get("bin/mount"));
    assertTrue(tree.get("init").startsWith("#!/bin/busybox sh\n"));
  }

  @Test
  void kernelInPartsMakesTheSameGuest() throws Exception {
    FakeArchive parts = new FakeArchive(folder.resolve("sid"), "sid").withKernelInParts();

    Guest guest = fetch(parts.options().withSuite("sid"));

    assertEquals("7.2-riscv64", guest.manifest().kernelVersion());
    assertArrayEquals(Kernels.image(100), Files.readAllBytes(guest.kernel()));
    assertEquals(
        List.of(
            "linux-image-7.2-riscv64",
            "linux-binary-7.2-riscv64",
            "linux-modules-7.2-riscv64",
            "linux-base-7.2-riscv64",
            "busybox-static",
            "opensbi"),
        parts.downloads());
  }

  @Test
  void twoFetchesGiveEqualBytes() throws Exception {
    Guest first = fetch(archive.options());
    String manifest = Files.readString(first.folder().resolve(GuestManifest.FILE));
    int calls = archive.calls();

    Guest second = fetch(archive.options().withRefresh(true));

    assertEquals(manifest, Files.readString(second.folder().resolve(GuestManifest.FILE)));
    assertEquals(2 * calls, archive.calls());
  }

  @Test
  void guestThatIsThereIsNotFetchedAgain() throws Exception {
    Guest first = fetch(archive.options());
    int calls = archive.calls();

    assertEquals(first, fetch(archive.options()));
    assertEquals(calls, archive.calls());
  }

  @Test
  void damagedGuestIsFetchedAgain() throws Exception {
    Guest guest = fetch(archive.options());
    Files.write(guest.initrd(), new byte[10]);

    fetch(archive.options()).verify();

    Files.writeString(guest.folder().resolve(GuestManifest.FILE), "replay-migrate-guest 1\n");
    fetch(archive.options()).verify();
  }

  @Test
  void otherSuiteTakesThePlaceOfTheFirst() throws Exception {
    fetch(archive.options());
    FakeArchive sid = new FakeArchive(folder.resolve("sid"), "sid").withKernelInParts();

    Guest guest = fetch(sid.options().withSuite("sid"));

    assertEquals("sid", guest.manifest().suite());
    assertEquals(List.of(guest), GuestCatalogue.list(guests));
  }

  @Test
  void unknownSuiteIsOneLine() {
    assertEquals(
        "the mirror has no Debian suite 'nosuch': choose another with --suite",
        failure(archive.options().withSuite("nosuch")));
  }

  @Test
  void suiteWithoutThisArchitectureIsOneLine() throws IOException {
    archive.remove("linux-image-riscv64");

    assertEquals(
        "Debian suite 'trixie' has no package linux-image-riscv64 for riscv64:"
            + " choose another with --suite",
        failure(archive.options()));
  }

  @Test
  void networkThatIsDownIsToldInAptsWords() throws IOException {
    archive.failWith("E: Failed to fetch http://mirror.test/  Could not resolve 'mirror.test'\n");

    assertEquals(
        "cannot fetch the package list of trixie:"
            + " Failed to fetch http://mirror.test/  Could not resolve 'mirror.test'",
        failure(archive.options()));
  }

  @Test
  void machineWithoutAptIsOneLine() {
    String message = failure(archive.options().withAptTools(folder.resolve("none")));

    assertTrue(message.endsWith("fetched with Debian's apt, install it"), message);
  }

  @Test
  void packageThatIsNotWhatTheIndexSaysIsRefused() throws IOException {
    archive.corrupt("busybox-static");

    assertEquals(
        "package busybox-static is not what the archive's index says (SHA-256): fetch again",
        failure(archive.options()));
  }

  @Test
  void fetchThatWouldNotFitIsNotBegun() throws IOException {
    archive.inflate("opensbi");

    String message = failure(archive.options());

    assertTrue(message.startsWith("no room to fetch Debian: 9765"), message);
    assertEquals(List.of(), archive.downloads());
  }

  @Test
  void missingModuleIsOneLine() throws Exception {
    archive.put(
        "linux-image-6.12-riscv64",
        "",
        Map.of(
            "boot/vmlinux-6.12-riscv64",
            Kernels.image(1),
            "lib/modules/6.12/modules.builtin",
            new byte[0]));

    assertEquals("the kernel's packages hold no module virtio_mmio", failure(archive.options()));
  }

  @Test
  void failedFetchKeepsTheGuestThatWasThereAndLeavesNothingElse() throws Exception {
    Guest guest = fetch(archive.options());
    archive.corrupt("opensbi");

    assertThrows(GuestException.class, () -> fetch(archive.options().withRefresh(true)));

    guest.verify();
    assertEquals(List.of(".lock", "debian"), entries());
  }

  @Test
  void whatAKilledFetchLeftIsRemoved() throws Exception {
    Files.createDirectories(guests.resolve(".debian-123/apt/state"));
    Files.writeString(guests.resolve(".debian-123/apt/apt.conf"), "x");

    fetch(archive.options());

    assertEquals(List.of(".lock", "debian"), entries());
  }

  @Test
  void interruptEndsAptAndLeavesNothing() throws Exception {
    archive.hang();
    FutureTask<Throwable> fetching =
        new FutureTask<>(() -> {
          try {
            fetch(archive.options());
            return new AssertionError("fetched");
          } catch (IOException | InterruptedException e) {
            return e;
          }
        });
    Thread thread = Thread.ofPlatform().start(fetching);
    while (!archive.hanging() && !fetching.isDone()) {
      Thread.onSpinWait();
    }

    thread.interrupt();

    assertInstanceOf(InterruptedException.class, fetching.get());
    assertEquals(List.of(".lock"), entries());
  }

  @Test
  void fetchesAtOnceWaitForEachOther() throws Exception {
    int callsForOne;
    Path alone = folder.resolve("alone");
    DebianGuest.fetch(alone, archive.options(), ProgressListener.SILENT);
    callsForOne = archive.calls();
    CountDownLatch start = new CountDownLatch(1);
    FutureTask<Guest> other =
        new FutureTask<>(() -> {
          start.await();
          return fetch(archive.options());
        });
    Thread.ofPlatform().start(other);
    start.countDown();

    assertEquals(fetch(archive.options()), other.get());

    assertEquals(2 * callsForOne, archive.calls());
  }

  @Test
  void progressNamesEachStepAndStaysInBounds() throws Exception {
    ConcurrentSkipListSet<String> steps = new ConcurrentSkipListSet<>();

    DebianGuest.fetch(
        guests,
        archive.options(),
        (step, fraction) -> {
          assertTrue(fraction <= 1, step + " " + fraction);
          steps.add(step);
        });

    assertEquals(List.of("initial RAM disk", "packages, 1 MiB", "unpacking"), List.copyOf(steps));
  }

  private Guest fetch(FetchOptions options) throws IOException, InterruptedException {
    return DebianGuest.fetch(guests, options, ProgressListener.SILENT);
  }

  private String failure(FetchOptions options) {
    String message = assertThrows(GuestException.class, () -> fetch(options)).getMessage();
    assertFalse(message.contains("\n"), message);
    return message;
  }

  private List<String> entries() throws IOException {
    try (Stream<Path> entries = Files.list(guests)) {
      return entries.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }

  private static Map<String, String> unpack(Path cpio) throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (CpioArchiveInputStream in =
        new CpioArchiveInputStream(new ByteArrayInputStream(Files.readAllBytes(cpio)))) {
      for (CpioArchiveEntry e = in.getNextEntry(); e != null; e = in.getNextEntry()) {
        files.put(e.getName(), new String(in.readAllBytes(), StandardCharsets.ISO_8859_1));
      }
    }
    return files;
  }
}
