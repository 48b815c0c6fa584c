package org.replaymigrate.protocol.disk;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.protocol.digest.Digest128;
import org.replaymigrate.protocol.page.PageDestination;
import org.replaymigrate.protocol.page.PagedContent;
import org.replaymigrate.vkernel.memory.PageWatch;
import org.replaymigrate.vkernel.port.BlockStore;
import org.replaymigrate.vkernel.port.HostFault;

/**
 * A disk: a base image that is never written, or nothing but zeroes, and over it the pages that the
 * guest has written, in a sparse working file at their own offsets.
 *
 * <p>Pages of 4096 bytes, as in RAM: file systems write nothing smaller, so that a first write
 * seldom has to fetch the rest of a page from the base, and checkpoints and digests know only one
 * size.
 *
 * <p>Everything but {@link #page} belongs to the machine's thread. A request that fails with {@link
 * HostFault} may have written some of its pages; the machine repeats it, and then it is as if it
 * had been done once.
 */
public final class OverlayDisk implements BlockStore, PagedContent, PageDestination, Closeable {
  private static final MemorySegment ZEROES =
      MemorySegment.ofArray(new byte[PAGE_SIZE]).asReadOnly();

  private final long sizeBytes;
  private final @Nullable BaseImage image;
  private final @Nullable DiskFile base;
  private final DiskFile working;
  private final PageStates states;
  private final int pages;
  private final @Nullable PageWatch[] watches = new @Nullable PageWatch[PageStates.WATCHES];
  private final MemorySegment patch = MemorySegment.ofArray(new byte[PAGE_SIZE]);

  private OverlayDisk(
      long sizeBytes, @Nullable BaseImage image, @Nullable DiskFile base, DiskFile working) {
    this.sizeBytes = sizeBytes;
    this.image = image;
    this.base = base;
    this.working = working;
    this.pages = pagesOf(sizeBytes);
    this.states = new PageStates(pages);
  }

  private static int pagesOf(long sizeBytes) {
    if (sizeBytes < 512 || sizeBytes % 512 != 0 || sizeBytes > (long) Integer.MAX_VALUE << 12) {
      throw new IllegalArgumentException("disk of " + sizeBytes + " bytes: at most 8 TiB");
    }
    return (int) ((sizeBytes + PAGE_SIZE - 1) >>> PAGE_SHIFT);
  }

  /**
   * A disk in the state in which every recording with it begins.
   *
   * @param sizeBytes its capacity, a multiple of 512, at most 8 TiB
   * @param image what it holds at first, filled up with zeroes; null for zeroes only
   * @param workingFile is created, or emptied
   * @throws IOException if the image is missing, has shrunk, or has changed
   */
  public static OverlayDisk open(long sizeBytes, @Nullable BaseImage image, Path workingFile)
      throws IOException {
    pagesOf(sizeBytes); // refuses a bad size before there is a file
    if (image == null) {
      return new OverlayDisk(sizeBytes, null, null, DiskFile.create(workingFile));
    }
    image.verify();
    DiskFile base = DiskFile.readOnly(image.path());
    try {
      return new OverlayDisk(sizeBytes, image, base, DiskFile.create(workingFile));
    } catch (IOException | RuntimeException e) {
      base.close();
      throw e;
    }
  }

  @Override
  public long sizeBytes() {
    return sizeBytes;
  }

  @Override
  public void read(long offset, MemorySegment destination) {
    long length = destination.byteSize();
    for (long done = 0; done < length; ) {
      long at = offset + done;
      int where = states.where(pageOf(at));
      long run = Math.min(length - done, nextPage(at) - at);
      while (run < length - done && states.where(pageOf(at + run)) == where) {
        run = Math.min(length - done, run + PAGE_SIZE);
      }
      fetch(where, at, destination.asSlice(done, run));
      done += run;
    }
  }

  private void fetch(int where, long offset, MemorySegment destination) {
    if (where == PageStates.PRESENT) {
      working.read(offset, destination.asByteBuffer());
      return;
    }
    long stored = 0;
    if (where == PageStates.BASE && base != null && image != null) {
      stored =
          Math.clamp(Math.min(image.sizeBytes(), sizeBytes) - offset, 0, destination.byteSize());
      base.read(offset, destination.asSlice(0, stored).asByteBuffer());
    }
    destination.asSlice(stored).fill((byte) 0);
  }

  @Override
  public void write(long offset, MemorySegment source) {
    long length = source.byteSize();
    tell(offset, length);
    for (long done = 0; done < length; ) {
      long at = offset + done;
      long within = at & (PAGE_SIZE - 1);
      long left = length - done;
      long run =
          within != 0 || left < PAGE_SIZE ? Math.min(left, PAGE_SIZE - within) : left & -PAGE_SIZE;
      if (run < PAGE_SIZE) {
        writePart(at, source.asSlice(done, run));
      } else {
        working.write(at, source.asSlice(done, run).asByteBuffer());
        for (long p = at; p < at + run; p += PAGE_SIZE) {
          states.move(pageOf(p), PageStates.PRESENT);
        }
      }
      done += run;
    }
  }

  /** Less than a page: the rest of it comes from where it is now. */
  private void writePart(long offset, MemorySegment source) {
    int page = pageOf(offset);
    if (states.where(page) == PageStates.PRESENT) {
      working.write(offset, source.asByteBuffer());
      return;
    }
    long start = (long) page << PAGE_SHIFT;
    fetch(states.where(page), start, patch);
    MemorySegment.copy(source, 0, patch, offset - start, source.byteSize());
    working.write(start, patch.asByteBuffer());
    states.move(page, PageStates.PRESENT);
  }

  /** Room that the working file has taken for these pages is used again, but not given back. */
  @Override
  public void discard(long offset, long length) {
    tell(offset, length);
    for (long done = 0; done < length; ) {
      long at = offset + done;
      long run = Math.min(length - done, nextPage(at) - at);
      if (run == PAGE_SIZE || at + run == sizeBytes && (at & (PAGE_SIZE - 1)) == 0) {
        states.move(pageOf(at), PageStates.ZERO);
      } else {
        writePart(at, ZEROES.asSlice(0, run));
      }
      done += run;
    }
  }

  /**
   * What the guest has written is as durable as the log and the checkpoint which it follows from.
   */
  @Override
  public void flush() {}

  private static int pageOf(long offset) {
    return (int) (offset >>> PAGE_SHIFT);
  }

  private static long nextPage(long offset) {
    return (offset | (PAGE_SIZE - 1)) + 1;
  }

  private void tell(long offset, long length) {
    if (length <= 0) {
      return;
    }
    int last = pageOf(offset + length - 1);
    for (int i = 0; i < watches.length; i++) {
      PageWatch watch = watches[i];
      for (int page = pageOf(offset); watch != null && page <= last; page++) {
        if (!states.told(i, page)) {
          watch.beforeFirstWrite(page); // may fail, and is then told again
          states.setTold(i, page);
        }
      }
    }
  }

  @Override
  public int pages() {
    return pages;
  }

  /** Any thread; {@code scratch} is always what comes back. */
  @Override
  public MemorySegment page(int page, MemorySegment scratch) {
    MemorySegment whole = scratch.asSlice(0, PAGE_SIZE);
    fetch(states.where(page), (long) page << PAGE_SHIFT, whole);
    return whole;
  }

  @Override
  public int nextTouched(int from) {
    return states.nextMoved(from);
  }

  @Override
  public Digest128 origin() {
    return image == null ? Digest128.NONE : image.probe();
  }

  /**
   * Puts back a page of a checkpoint, telling nobody: for a disk that is about to be restored.
   *
   * @param content 4096 bytes; in the last page, zeroes behind the end of the disk
   */
  @Override
  public void restorePage(int page, MemorySegment content) {
    working.write((long) page << PAGE_SHIFT, content.asSlice(0, PAGE_SIZE).asByteBuffer());
    states.move(page, PageStates.PRESENT);
  }

  /** Puts back a page that holds only zeroes, in the same way. */
  @Override
  public void restoreZero(int page) {
    states.move(page, PageStates.ZERO);
  }

  @Override
  public int watch(PageWatch watch) {
    for (int i = 0; i < watches.length; i++) {
      if (watches[i] == null) {
        watches[i] = watch;
        rearm(i);
        return i;
      }
    }
    throw new IllegalStateException("more than " + watches.length + " watches on a disk");
  }

  @Override
  public void rearm(int handle) {
    states.clearTold(handle);
  }

  @Override
  public void unwatch(int handle) {
    watches[handle] = null;
  }

  @Override
  public boolean unchanged(int handle, int page) {
    return !states.told(handle, page);
  }

  @Override
  public void close() throws IOException {
    working.close();
    if (base != null) {
      base.close();
    }
  }
}
