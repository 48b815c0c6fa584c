package org.replaymigrate.protocol.disk;

import org.jspecify.annotations.Nullable;

/**
 * A byte for each page of a disk: where its content is, and which watches know that it has changed.
 * Kept in groups which come into being when a page of theirs is written.
 *
 * <pre>
 *   bit 0..1   0 as in the base   1 in the working file   2 zero
 *   bit 2..7   watch 0..5 has been told since it was armed
 * </pre>
 */
final class PageStates {
  static final int BASE = 0;
  static final int PRESENT = 1;
  static final int ZERO = 2;
  static final int WATCHES = 6;

  private static final int WHERE = 3;
  private static final int FIRST_WATCH = 2;
  private static final int GROUP_SHIFT = 16;
  private static final int GROUP = 1 << GROUP_SHIFT;

  private final byte[] @Nullable [] groups;
  private final int pages;

  PageStates(int pages) {
    this.pages = pages;
    groups = new byte[(int) (((long) pages + GROUP - 1) >>> GROUP_SHIFT)][];
  }

  /** One of BASE, PRESENT and ZERO. */
  int where(int page) {
    return get(page) & WHERE;
  }

  void move(int page, int where) {
    byte[] group = group(page);
    group[page & (GROUP - 1)] = (byte) ((group[page & (GROUP - 1)] & ~WHERE) | where);
  }

  boolean told(int watch, int page) {
    return (get(page) & bit(watch)) != 0;
  }

  void setTold(int watch, int page) {
    group(page)[page & (GROUP - 1)] |= (byte) bit(watch);
  }

  /** No page has been told of to this watch. */
  void clearTold(int watch) {
    for (byte[] group : groups) {
      if (group != null) {
        for (int i = 0; i < GROUP; i++) {
          group[i] &= (byte) ~bit(watch);
        }
      }
    }
  }

  /** The first page from {@code from} on that is not in the base, or the number of pages. */
  int nextMoved(int from) {
    int page = from;
    while (page < pages) {
      byte[] group = groups[page >>> GROUP_SHIFT];
      if (group == null) {
        page = (int) Math.min(pages, ((long) (page >>> GROUP_SHIFT) + 1) << GROUP_SHIFT);
      } else if ((group[page & (GROUP - 1)] & WHERE) != BASE) {
        return page;
      } else {
        page++;
      }
    }
    return pages;
  }

  private int get(int page) {
    byte[] group = groups[page >>> GROUP_SHIFT];
    return group == null ? 0 : group[page & (GROUP - 1)];
  }

  private byte[] group(int page) {
    int g = page >>> GROUP_SHIFT;
    byte[] group = groups[g];
    return group == null ? newGroup(g) : group;
  }

  /** Restoring puts back pages on several threads. */
  private synchronized byte[] newGroup(int g) {
    byte[] group = groups[g];
    if (group == null) {
      group = new byte[GROUP];
      groups[g] = group;
    }
    return group;
  }

  private static int bit(int watch) {
    return 1 << (FIRST_WATCH + watch);
  }
}
