package org.replaymigrate.protocol.checkpoint;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.protocol.page.PagedContent;
import org.replaymigrate.vkernel.port.HostFault;

/**
 * Pages of a machine as they are at one instruction, held fast while the machine runs on.
 *
 * <p>The constructor runs on the machine's thread and takes as long as the arming of the watches.
 * {@link #sendTo} runs on another thread. A page belongs to whoever claims it first: the sender,
 * who copies it into the sink's slot; or the machine's thread, which is about to change it and
 * copies it aside before. The machine's thread waits at most for the copying of one page.
 */
public final class HeldPages {
  /** 64 MiB of pages aside in memory; more go into a file. */
  private static final int MOST_ASIDE = 16384;

  /** Where pages are put that fit nowhere else for the moment. */
  private static final Path SPILL = Path.of(System.getProperty("java.io.tmpdir"));

  /** One space, and who has which of its pages. */
  private static final class Held {
    private final PagedContent space;
    private final Claims claims;
    private final PagesAside aside;
    private final MemorySegment scratch = MemorySegment.ofArray(new byte[PagedContent.PAGE_SIZE]);

    /** Pages that the machine's thread has taken, or is trying to. */
    private final AtomicInteger kept = new AtomicInteger();

    /** How many of them the writer has got. */
    private int drained;

    private int handle = -1;

    Held(PagedContent space, @Nullable BitSet changed, PagesAside aside) {
      this.space = space;
      this.claims = new Claims(space.pages());
      this.aside = aside;
      int pages = space.pages();
      for (int page = next(changed, 0); page < pages; page = next(changed, page + 1)) {
        claims.hold(page);
      }
    }

    private int next(@Nullable BitSet changed, int from) {
      if (changed == null) {
        return space.nextTouched(from);
      }
      int page = changed.nextSetBit(from);
      return page < 0 ? space.pages() : page;
    }
  }

  private final List<Held> spaces = new ArrayList<>();
  private volatile boolean abandoned;
  private volatile @Nullable IOException failure;

  /**
   * Holds pages as they are now. {@link #release} must follow, whatever comes of it.
   *
   * @param contents RAM first, then one for each disk
   * @param wanted the pages of each; null for all that were ever written
   */
  public HeldPages(List<? extends PagedContent> contents, @Nullable List<BitSet> wanted) {
    this(contents, wanted, SPILL, MOST_ASIDE);
  }

  HeldPages(
      List<? extends PagedContent> contents,
      @Nullable List<BitSet> wanted,
      Path spillFolder,
      int mostAside) {
    int inMemory = mostAside / contents.size();
    for (int i = 0; i < contents.size(); i++) {
      BitSet pages = wanted == null ? null : wanted.get(i);
      spaces.add(new Held(contents.get(i), pages, new PagesAside(inMemory, spillFolder)));
    }
    for (Held held : spaces) {
      held.handle = held.space.watch(page -> keep(held, page));
    }
  }

  /** On the machine's thread, before a page changes. */
  private void keep(Held held, int page) {
    if (abandoned) {
      return;
    }
    held.kept.incrementAndGet();
    if (!held.claims.claim(page)) {
      held.kept.decrementAndGet();
      held.claims.awaitNotBusy(page);
      return;
    }
    boolean copied = false;
    try {
      held.aside.put(page, held.space.page(page, held.scratch));
      copied = true;
      held.claims.done(page);
    } catch (IOException e) {
      failure = e; // what they are for is lost, the guest goes on
      abandoned = true;
    } finally {
      if (!copied) {
        held.claims.giveBack(page);
        held.kept.decrementAndGet();
      }
    }
  }

  /**
   * Gives the pages away, space by space; once, and for good: what is not taken then is gone.
   *
   * @throws IOException if the sink throws it, if there was no room for pages that had to be kept,
   *     or if this thread was interrupted
   */
  public void sendTo(PageSink sink) throws IOException {
    try {
      for (int i = 0; i < spaces.size(); i++) {
        if (i > 0) {
          sink.nextSpace();
        }
        send(spaces.get(i), sink);
      }
    } finally {
      giveUp();
    }
  }

  /** Holds nothing any more; the watches are still there. */
  void giveUp() throws IOException {
    abandoned = true;
    for (Held held : spaces) {
      held.aside.close();
    }
  }

  private void send(Held held, PageSink sink) throws IOException {
    int pages = held.space.pages();
    Claims claims = held.claims;
    MemorySegment scratch = MemorySegment.ofArray(new byte[PagedContent.PAGE_SIZE]);
    for (int page = claims.nextFree(0); page < pages; page = claims.nextFree(page)) {
      drain(held, sink);
      if (claims.claim(page)) {
        try {
          MemorySegment content = held.space.page(page, scratch);
          MemorySegment.copy(content, 0, sink.slot(), 0, PagedContent.PAGE_SIZE);
        } catch (HostFault e) {
          throw new IOException(e.getMessage(), e);
        } finally {
          claims.done(page);
        }
        sink.add(page);
      }
      requireGoingOn();
    }
    // What the machine's thread has claimed may still be on its way here.
    while (held.drained < held.kept.get()) {
      drain(held, sink);
      requireGoingOn();
      Thread.onSpinWait();
    }
  }

  private void requireGoingOn() throws IOException {
    IOException e = failure;
    if (e != null) {
      throw new IOException("no room to keep pages for a checkpoint: " + e.getMessage(), e);
    }
    if (abandoned || Thread.interrupted()) {
      throw new InterruptedIOException("the checkpoint was given up");
    }
  }

  private static void drain(Held held, PageSink sink) throws IOException {
    for (int page = held.aside.take(sink.slot()); page >= 0; page = held.aside.take(sink.slot())) {
      sink.add(page);
      held.drained++;
    }
  }

  /**
   * Ends the watches; on the machine's thread, after {@link #sendTo} has come back or never will.
   */
  public void release() {
    abandoned = true;
    for (Held held : spaces) {
      held.space.unwatch(held.handle);
    }
  }
}
