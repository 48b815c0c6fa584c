package org.replaymigrate.protocol.checkpoint;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * Which pages a snapshot holds, and who copies each: the thread that writes it or the machine's,
 * whoever claims it first. A byte a page, in groups that come into being when a page in them is
 * held.
 */
final class Claims {
  private static final byte FREE = 1;
  private static final byte BUSY = 2;
  private static final byte DONE = 3;

  private static final int GROUP_SHIFT = 16;
  private static final int GROUP = 1 << GROUP_SHIFT;
  private static final VarHandle BYTE = MethodHandles.arrayElementVarHandle(byte[].class);

  private final byte[] @Nullable [] groups;
  private final int pages;

  Claims(int pages) {
    this.pages = pages;
    this.groups = new byte[(int) (((long) pages + GROUP - 1) >>> GROUP_SHIFT)][];
  }

  /** The snapshot holds this page. Before any other thread looks. */
  void hold(int page) {
    byte[] group = groups[page >>> GROUP_SHIFT];
    if (group == null) {
      group = new byte[GROUP];
      groups[page >>> GROUP_SHIFT] = group;
    }
    group[page & (GROUP - 1)] = FREE;
  }

  /** Whether the caller is now the one to copy the page. */
  boolean claim(int page) {
    byte[] group = groups[page >>> GROUP_SHIFT];
    return group != null && BYTE.compareAndSet(group, page & (GROUP - 1), FREE, BUSY);
  }

  /** Who has claimed the page has copied it. */
  void done(int page) {
    set(page, DONE);
  }

  /** Who has claimed the page could not copy it. */
  void giveBack(int page) {
    set(page, FREE);
  }

  private void set(int page, byte value) {
    byte[] group = groups[page >>> GROUP_SHIFT];
    if (group != null) {
      BYTE.setRelease(group, page & (GROUP - 1), value);
    }
  }

  /** Waits while somebody else copies the page. */
  void awaitNotBusy(int page) {
    byte[] group = groups[page >>> GROUP_SHIFT];
    while (group != null && (byte) BYTE.getAcquire(group, page & (GROUP - 1)) == BUSY) {
      Thread.onSpinWait();
    }
  }

  /** The first page from {@code from} on that nobody has claimed, or the number of pages. */
  int nextFree(int from) {
    int page = from;
    while (page < pages) {
      byte[] group = groups[page >>> GROUP_SHIFT];
      if (group == null) {
        page = (int) Math.min(pages, ((long) (page >>> GROUP_SHIFT) + 1) << GROUP_SHIFT);
      } else if ((byte) BYTE.getOpaque(group, page & (GROUP - 1)) == FREE) {
        return page;
      } else {
        page++;
      }
    }
    return pages;
  }
}
