package org.replaymigrate.protocol.checkpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.replaymigrate.protocol.digest.Digest128;
import org.replaymigrate.protocol.page.PageDestination;
import org.replaymigrate.protocol.page.PagedContent;
import org.replaymigrate.protocol.store.PageStore;

/**
 * The RAM of a checkpoint as a file of the store, {@code ram/DIGEST.ram}, for all machines that
 * begin with it: each maps it privately, so that the host has one copy of what none of them has
 * changed. Made when it is first wanted, never changed, and good for those who have it mapped even
 * when it is removed.
 */
public final class SharedRam {
  private static final String SUFFIX = ".ram";

  private SharedRam() {}

  private static Path folder(PageStore store) {
    return store.folder().resolve("ram");
  }

  /** Whether there can be one: what it is called after is known. */
  public static boolean isPossible(CheckpointManifest manifest) {
    return !manifest.digest().equals(Digest128.NONE);
  }

  /**
   * Maps the RAM of a checkpoint; what is written to it stays with whoever writes. The file may
   * have been damaged: whoever makes a machine of it compares that machine's digest.
   *
   * @param reader of a checkpoint for which this {@link #isPossible}
   * @param arena with which it goes
   */
  public static MemorySegment map(CheckpointReader reader, PageStore store, Arena arena)
      throws IOException {
    CheckpointManifest manifest = reader.manifest();
    Path file = folder(store).resolve(manifest.digest() + SUFFIX);
    try {
      return map(file, manifest, arena);
    } catch (NoSuchFileException e) {
      try (PageStore.Hold _ = store.hold()) { // nobody removes it meanwhile
        make(reader, file);
        return map(file, manifest, arena);
      }
    }
  }

  private static MemorySegment map(Path file, CheckpointManifest manifest, Arena arena)
      throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      return channel.map(FileChannel.MapMode.PRIVATE, 0, manifest.config().memoryBytes(), arena);
    }
  }

  private static void make(CheckpointReader reader, Path file) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null) {
      throw new IOException(file + ": not a file");
    }
    Files.createDirectories(folder);
    Path part = Files.createTempFile(folder, "new", ".part");
    try {
      try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
        long bytes = reader.manifest().config().memoryBytes();
        channel.write(ByteBuffer.allocate(1), bytes - 1); // sparse: zero pages take no room
        reader.restore(0, destination(channel, (int) (bytes >>> PagedContent.PAGE_SHIFT)));
        channel.force(true);
      } catch (UncheckedIOException e) {
        throw e.getCause();
      }
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  private static PageDestination destination(FileChannel channel, int pages) {
    return new PageDestination() {
      @Override
      public int pages() {
        return pages;
      }

      @Override
      public void restorePage(int page, MemorySegment content) {
        try {
          ByteBuffer bytes = content.asByteBuffer();
          long at = (long) page << PagedContent.PAGE_SHIFT;
          while (bytes.hasRemaining()) {
            at += channel.write(bytes, at);
          }
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }

      @Override
      public void restoreZero(int page) {}
    };
  }

  /**
   * Removes those of checkpoints that are gone, and what interrupted makers have left; for whoever
   * has the store alone.
   *
   * @param needed digests of the checkpoints that there are
   */
  public static void sweep(PageStore store, Set<Digest128> needed) throws IOException {
    if (!Files.isDirectory(folder(store))) {
      return;
    }
    Set<String> names = new HashSet<>();
    needed.forEach(digest -> names.add(digest + SUFFIX));
    List<Path> files;
    try (Stream<Path> listed = Files.list(folder(store))) {
      files = listed.toList();
    }
    for (Path file : files) {
      if (!names.contains(file.getFileName().toString())) {
        Files.deleteIfExists(file);
      }
    }
  }
}
