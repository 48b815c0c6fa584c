package org.replaymigrate.vkernel.memory;

import java.util.Arrays;

/**
 * The translations of all harts, direct-mapped by virtual page number; separate for reads, writes
 * and fetches. Entry i is two longs: at 2i the tag, at 2i + 1 what to add.
 *
 * <pre>
 *   tag     63            12 11        0
 *          +----------------+-----------+
 *          | virtual page   | context   |      0: no entry
 *          +----------------+-----------+
 * </pre>
 *
 * A context is a number for one combination of {@code satp}, privilege, SUM, MXR and PMP ({@link
 * Contexts}), so that neither a trap nor a switch of address spaces empties the TLB. For reads and
 * writes, virtual address plus addend is the offset in RAM; for fetches the addend is the page's
 * number. A hit means: RAM, permitted, A (and for writes D) already set, and for writes that nobody
 * watches the page.
 *
 * <p>No entry is ever stale: whoever changes what it was made from removes it first. So what is in
 * here cannot be seen by the guest, and need not be saved.
 */
public final class Tlb {
  public static final int ENTRIES = 4096;
  public static final int INDEX_MASK = ENTRIES - 1;
  static final long PAGE_MASK = -Ram.PAGE_SIZE;

  private static final int NONE = 0;
  private static final int SEVERAL = -1;

  public final long[] read = new long[2 * ENTRIES];
  public final long[] write = new long[2 * ENTRIES];
  public final long[] fetch = new long[2 * ENTRIES];

  /**
   * For each page of RAM where there may be write entries that lead to it: nowhere, at a slot (plus
   * one), or anywhere.
   */
  private final int[] writers;

  /**
   * @param pages of RAM
   */
  public Tlb(int pages) {
    this.writers = new int[pages];
  }

  /** Where a virtual address has its entry. */
  public static int slot(long address) {
    return ((int) (address >>> Ram.PAGE_SHIFT) & INDEX_MASK) << 1;
  }

  static void fill(long[] entries, long address, int context, long addend) {
    int slot = slot(address);
    entries[slot] = address & PAGE_MASK | context;
    entries[slot + 1] = addend;
  }

  /** Adds a write entry that leads to a page of RAM. */
  void fillWrite(long address, int context, int page) {
    int slot = slot(address);
    write[slot] = address & PAGE_MASK | context;
    write[slot + 1] = ((long) page << Ram.PAGE_SHIFT) - (address & PAGE_MASK);
    int before = writers[page];
    writers[page] = before == NONE || before == slot + 1 ? slot + 1 : SEVERAL;
  }

  /** Removes what there is about the page of a virtual address, in every context. */
  public void flushPage(long address) {
    int slot = slot(address);
    read[slot] = 0;
    write[slot] = 0;
    fetch[slot] = 0;
  }

  /** Removes everything. */
  public void clear() {
    Arrays.fill(read, 0);
    Arrays.fill(write, 0);
    Arrays.fill(fetch, 0);
  }

  /** Removes all write entries. */
  public void flushWrites() {
    Arrays.fill(write, 0);
  }

  /** Removes the write entries which lead to a page of RAM. */
  public void flushWritesTo(int page) {
    int where = writers[page];
    writers[page] = NONE;
    if (where == SEVERAL) {
      for (int slot = 0; slot < 2 * ENTRIES; slot += 2) {
        flushWriteTo(page, slot);
      }
    } else if (where != NONE) {
      flushWriteTo(page, where - 1);
    }
  }

  private void flushWriteTo(int page, int slot) {
    long tag = write[slot];
    if (tag != 0 && ((tag & PAGE_MASK) + write[slot + 1]) >>> Ram.PAGE_SHIFT == page) {
      write[slot] = 0;
    }
  }
}
