package org.replaymigrate.protocol.checkpoint;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** Memory for guests' RAM. */
public final class GuestMemory {
  /**
   * Linking the host's calls takes a new JVM a third of a second, which a guest with less RAM than
   * this does not win back.
   */
  private static final long WORTH_HUGE_PAGES = 128L << 20;

  /** Linked when the first guest needs it. */
  private static final class Anonymous {
    static final @Nullable AnonymousMemory MEMORY = AnonymousMemory.ofThisHost();
  }

  private GuestMemory() {}

  /**
   * Zero-filled memory that costs the host what the guest touches. It goes back to the host with
   * the arena.
   *
   * @param bytes more than 0
   * @param arena shared, if several threads are to use it
   */
  public static MemorySegment allocate(long bytes, Arena arena) throws IOException {
    MemorySegment memory = bytes < WORTH_HUGE_PAGES ? null : inHugePages(bytes, arena);
    return memory == null ? mapFile(bytes, arena) : memory;
  }

  private static @Nullable MemorySegment inHugePages(long bytes, Arena arena) {
    AnonymousMemory host = Anonymous.MEMORY;
    return host == null ? null : host.allocate(bytes, arena);
  }

  /** The same anywhere: a private mapping of a sparse file that has no name any more. */
  private static MemorySegment mapFile(long bytes, Arena arena) throws IOException {
    Path file = Files.createTempFile("vkernel", ".ram");
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            StandardOpenOption.DELETE_ON_CLOSE)) {
      channel.write(ByteBuffer.allocate(1), bytes - 1);
      return channel.map(FileChannel.MapMode.PRIVATE, 0, bytes, arena);
    } finally {
      Files.deleteIfExists(file);
    }
  }
}
