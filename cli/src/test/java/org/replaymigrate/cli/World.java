package org.replaymigrate.cli;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is around two hosts: each has a small disk of its own, and both have a clock, and something
 * can go wrong with them. What this machine does not permit or have is left as it is.
 */
final class World implements AutoCloseable {
  private static final String SIZE = "size=2g";
  private static final List<Path> FAKETIME =
      List.of(
          Path.of("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1"),
          Path.of("/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1"));

  private final Path folder;
  private final Path offset;
  private final @Nullable Path library;
  private final List<Path> disks = new ArrayList<>();

  /** A world in a folder, in which everything is well. */
  World(Path folder) throws IOException, InterruptedException {
    this.folder = folder;
    this.offset = Files.writeString(folder.resolve("offset"), "+0");
    this.library = FAKETIME.stream().filter(Files::exists).findFirst().orElse(null);
    for (String host : List.of("a", "b")) {
      Path disk = Files.createDirectory(folder.resolve(host));
      if (succeeds("mount", "-t", "tmpfs", "-o", SIZE, "tmpfs", disk.toString())) {
        disks.add(disk);
      }
    }
  }

  /** A trip in it. */
  Trip trip() throws IOException, InterruptedException {
    Map<String, String> clock =
        library == null
            ? Map.of()
            : Map.of(
                "LD_PRELOAD",
                library.toString(),
                "FAKETIME_TIMESTAMP_FILE",
                offset.toString(),
                "FAKETIME_CACHE_DURATION",
                "1",
                "FAKETIME_DONT_FAKE_MONOTONIC",
                "1",
                // Else a JVM's timed waits end at once.
                "FAKETIME_FORCE_MONOTONIC_FIX",
                "0");
    return new Trip(folder, clock).waitForSources("3s");
  }

  /** Whether it can go wrong here. */
  boolean allows(Fault fault) {
    return switch (fault) {
      case FULL_DISK -> disks.size() == 2;
      case CLOCK_JUMP -> library != null;
      default -> true;
    };
  }

  /** Leaves a host's disk only so much room, bytes. */
  void leave(Host host, long bytes) throws IOException, InterruptedException {
    Path disk = folder.resolve(host.toString());
    FileStore store = Files.getFileStore(disk);
    long used = store.getTotalSpace() - store.getUnallocatedSpace();
    resize(disk, "size=" + (used + bytes));
  }

  /** From now on it is so many seconds later than it really is. */
  void jump(int seconds) throws IOException {
    Files.writeString(offset, "%+d".formatted(seconds));
  }

  /** All is well with the disks again. A date that has jumped stays. */
  void restore() throws IOException, InterruptedException {
    for (Path disk : disks) {
      resize(disk, SIZE);
    }
  }

  private static void resize(Path disk, String size) throws IOException, InterruptedException {
    if (!succeeds("mount", "-o", "remount," + size, disk.toString())) {
      throw new IOException("cannot change the size of " + disk);
    }
  }

  private static boolean succeeds(String... command) throws IOException, InterruptedException {
    return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor() == 0;
  }

  @Override
  public void close() throws IOException {
    try {
      for (Path disk : disks) {
        succeeds("umount", "-l", disk.toString());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while unmounting");
    }
  }
}
