package org.replaymigrate.protocol.checkpoint;

import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ArrayBlockingQueue;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.protocol.page.PagedContent;

/**
 * Pages on their way from the machine's thread, which had to copy them before changing them, to the
 * thread that writes the checkpoint. The first never waits for the second: what does not fit into
 * memory goes into a file without a name. In the worst case that is all of RAM.
 */
final class PagesAside implements Closeable {
  private static final int PAGE = PagedContent.PAGE_SIZE;

  /** A page in the file: its number, then its content. */
  private static final int RECORD = 4 + PAGE;

  /** A page in memory. */
  private record Aside(int page, byte[] content) {}

  private final Path folder;
  private final ArrayBlockingQueue<Aside> queue;

  /** Buffers that have done their work once. */
  private final ArrayBlockingQueue<byte[]> free;

  private final byte[] spillBuffer = new byte[RECORD];
  private final byte[] unspillBuffer = new byte[RECORD];
  private @Nullable RandomAccessFile spill;
  private volatile int spilled;
  private int unspilled;

  /**
   * @param inMemory how many pages to keep in memory at most
   * @param folder where the file goes, if there must be one
   */
  PagesAside(int inMemory, Path folder) {
    this.queue = new ArrayBlockingQueue<>(inMemory);
    this.free = new ArrayBlockingQueue<>(inMemory);
    this.folder = folder;
  }

  /**
   * Copies a page. On the machine's thread.
   *
   * @throws IOException if it fits neither into memory nor on the disk
   */
  void put(int page, MemorySegment content) throws IOException {
    if (queue.remainingCapacity() == 0) {
      spill(page, content);
      return;
    }
    byte[] buffer = free.poll();
    if (buffer == null) {
      buffer = new byte[PAGE];
    }
    MemorySegment.copy(content, 0, MemorySegment.ofArray(buffer), 0, PAGE);
    queue.add(new Aside(page, buffer));
  }

  private void spill(int page, MemorySegment content) throws IOException {
    ByteBuffer.wrap(spillBuffer).putInt(page);
    MemorySegment.copy(content, 0, MemorySegment.ofArray(spillBuffer), 4, PAGE);
    synchronized (this) {
      RandomAccessFile file = spill;
      if (file == null) {
        Path path = Files.createTempFile(folder, "aside", ".tmp");
        file = new RandomAccessFile(path.toFile(), "rw");
        spill = file;
        Files.delete(path);
      }
      file.seek((long) spilled * RECORD);
      file.write(spillBuffer);
      spilled++;
    }
  }

  /**
   * Takes a page, if there is one. On the writing thread.
   *
   * @param destination where its content goes
   * @return its number, or -1
   */
  int take(MemorySegment destination) throws IOException {
    Aside aside = queue.poll();
    if (aside != null) {
      MemorySegment.copy(MemorySegment.ofArray(aside.content), 0, destination, 0, PAGE);
      free.offer(aside.content);
      return aside.page;
    }
    if (unspilled == spilled) {
      return -1;
    }
    synchronized (this) {
      RandomAccessFile file = spill;
      if (file == null) {
        return -1;
      }
      file.seek((long) unspilled * RECORD);
      file.readFully(unspillBuffer);
    }
    unspilled++;
    MemorySegment.copy(MemorySegment.ofArray(unspillBuffer), 4, destination, 0, PAGE);
    return ByteBuffer.wrap(unspillBuffer).getInt();
  }

  /** How many pages had to go into the file. */
  int spilled() {
    return spilled;
  }

  @Override
  public synchronized void close() throws IOException {
    RandomAccessFile file = spill;
    spill = null;
    if (file != null) {
      file.close();
    }
  }
}
