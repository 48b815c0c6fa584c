package org.replaymigrate.guest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.FileLockInterruptionException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/**
 * The Debian guest: Debian's own riscv64 kernel, unchanged, with an initial RAM disk of busybox and
 * the virtio drivers. {@link #fetch} makes it from the packages of a suite.
 */
public final class DebianGuest {

  /** Its name in the catalogue, and of its folder. */
  public static final String NAME = "debian";

  private static final String COMMAND_LINE = "console=ttyS0";
  private static final long MEMORY_BYTES = 256L << 20;

  /** Folders below the guests' that a fetch works in; one that was killed leaves them behind. */
  private static final String WORK_PREFIX = "." + NAME + "-";

  private static final ReentrantLock IN_THIS_PROCESS = new ReentrantLock();

  private DebianGuest() {}

  /**
   * Brings the Debian guest to {@code guestsDir/debian}. Does nothing when it is there, whole, and
   * from the suite asked for; else it is made beside it and takes its place when it is complete.
   * Two fetches at a time wait for each other. An interrupt ends the fetch and leaves nothing.
   *
   * @param guestsDir made when it is not there
   * @return the guest
   * @throws GuestException when it cannot be had, in one line
   * @throws IOException when a file cannot be written
   */
  public static Guest fetch(Path guestsDir, FetchOptions options, ProgressListener listener)
      throws IOException, InterruptedException {
    Path folder = Files.createDirectories(guestsDir).toRealPath();
    // A file lock keeps other processes out, and only those.
    IN_THIS_PROCESS.lockInterruptibly();
    try (FileChannel channel =
            FileChannel.open(
                folder.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.lock()) {
      assert lock.isValid();
      return fetchAlone(folder, options, listener);
    } catch (FileLockInterruptionException e) {
      throw new InterruptedException();
    } finally {
      IN_THIS_PROCESS.unlock();
    }
  }

  private static Guest fetchAlone(Path guestsDir, FetchOptions options, ProgressListener listener)
      throws IOException, InterruptedException {
    removeLeftovers(guestsDir);
    Optional<Guest> present = options.refresh() ? Optional.empty() : present(guestsDir, options);
    if (present.isPresent()) {
      return present.get();
    }
    Path target = guestsDir.resolve(NAME);
    Path work = Files.createTempDirectory(guestsDir, WORK_PREFIX);
    try {
      Path made = Files.createDirectory(work.resolve("guest"));
      make(made, work, options, listener);
      replace(target, made, work.resolve("old"));
    } finally {
      removeTree(work);
    }
    return new Guest(target, GuestManifest.read(target));
  }

  private static Optional<Guest> present(Path guestsDir, FetchOptions options) throws IOException {
    try {
      Optional<Guest> guest = GuestCatalogue.find(guestsDir, NAME);
      if (guest.isPresent()
          && guest.get().manifest().suite().equals(options.suite())
          && guest.get().manifest().recipe().equals(DebianInitramfs.recipe())) {
        guest.get().verify();
        return guest;
      }
    } catch (GuestException e) {
      // Damaged: that is what fetching again is for.
      return Optional.empty();
    }
    return Optional.empty();
  }

  /** Packages, then files, then the manifest: the whole guest in an empty folder. */
  private static void make(Path made, Path work, FetchOptions options, ProgressListener listener)
      throws IOException, InterruptedException {
    PrivateApt apt = PrivateApt.create(Files.createDirectory(work.resolve("apt")), options);
    apt.update(listener);
    DebianPackages packages = DebianPackages.resolve(apt);
    checkRoom(work, packages);
    List<Path> debs = apt.download(packages.all(), listener);
    PackageContents contents = unpack(debs, work, listener);
    listener.progress("initial RAM disk", -1);
    List<GuestFile> files = new ArrayList<>();
    files.add(write(made, "kernel", "Image", contents.kernel()));
    files.add(
        write(
            made,
            "initrd",
            "initrd.cpio",
            DebianInitramfs.build(contents.busybox(), contents.modules())));
    for (String firmware : List.of("fw_dynamic", "fw_jump")) {
      String name = firmware + ".bin";
      files.add(write(made, firmware, name, contents.firmware(name)));
    }
    new GuestManifest(
            NAME,
            options.suite(),
            packages.kernelVersion(),
            DebianInitramfs.recipe(),
            COMMAND_LINE,
            MEMORY_BYTES,
            packages.all().stream()
                .map(one -> new GuestPackage(one.name(), one.version(), one.size(), one.sha256()))
                .toList(),
            files)
        .write(made);
  }

  private static void checkRoom(Path work, DebianPackages packages) throws IOException {
    // Packages, what is unpacked of them, and the guest itself, which is smaller than either.
    long needed = packages.all().stream().mapToLong(one -> one.size() + one.installedBytes()).sum();
    long free = Files.getFileStore(work).getUsableSpace();
    if (free < needed) {
      throw new GuestException(
          "no room to fetch Debian: %d MiB needed, %d MiB free in %s"
              .formatted(needed >> 20, free >> 20, work.getParent()));
    }
  }

  private static PackageContents unpack(List<Path> debs, Path work, ProgressListener listener)
      throws IOException, InterruptedException {
    PackageContents contents = new PackageContents(Files.createDirectory(work.resolve("modules")));
    long total = 0;
    for (Path deb : debs) {
      total += Files.size(deb);
    }
    long done = 0;
    for (Path deb : debs) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      double before = done;
      double all = total;
      DebArchive.forEachFile(
          deb, contents, bytes -> listener.progress("unpacking", (before + bytes) / all));
      done += Files.size(deb);
    }
    return contents;
  }

  private static GuestFile write(Path folder, String role, String name, byte[] content)
      throws IOException {
    Files.write(folder.resolve(name), content, StandardOpenOption.CREATE_NEW);
    return new GuestFile(role, name, content.length, Sha256.of(content));
  }

  private static void replace(Path target, Path made, Path old) throws IOException {
    if (Files.exists(target)) {
      Files.move(target, old, StandardCopyOption.ATOMIC_MOVE);
    }
    Files.move(made, target, StandardCopyOption.ATOMIC_MOVE);
  }

  private static void removeLeftovers(Path guestsDir) throws IOException {
    try (Stream<Path> entries = Files.list(guestsDir)) {
      for (Path entry : entries.toList()) {
        if (entry.getFileName().toString().startsWith(WORK_PREFIX)) {
          removeTree(entry);
        }
      }
    }
  }

  private static void removeTree(Path folder) throws IOException {
    try (Stream<Path> tree = Files.walk(folder)) {
      for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }
}
