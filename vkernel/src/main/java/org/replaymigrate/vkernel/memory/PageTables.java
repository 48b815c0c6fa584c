package org.replaymigrate.vkernel.memory;

/**
 * Keeps every TLB true to the page tables in RAM: pages which a walk went through carry {@link
 * Ram#PAGE_TABLE}, and a write to one removes the translations that were made from it before it
 * happens. The guest thus sees a machine without a TLB, in which {@code sfence.vma} has nothing to
 * do; state does not depend on what a TLB happened to hold.
 *
 * <p>What a write costs: nothing when the entry was invalid before (nothing is remembered about
 * those); one page when it was a leaf of the lowest level; everything otherwise. A page that seems
 * to be a table no more costs all that it can have said.
 */
public final class PageTables {
  /** What removes translations, in all harts. */
  public interface Translations {
    /** Those of virtual pages that follow each other, in every context. */
    void flushPages(long virtualAddress, int pages);

    /** All. */
    void flushAll();

    /** Those which let a write through to a page of RAM. */
    void flushWritesTo(int page);
  }

  /** After so many writes to a page since it was flagged, suspect that it has a new purpose. */
  private static final int WRITES_TO_FORGET = 64;

  /** Of a page table. */
  private static final int ENTRIES = 512;

  private static final long UNKNOWN = 0;
  private static final long SEVERAL = 1;

  /** For a page of the lowest level: 2 + the virtual address of its first entry's page. */
  private final long[] lowestLevelBase;

  private final byte[] writes;
  private final Ram ram;
  private final Translations translations;
  private boolean updatingOwnBits;

  public PageTables(Ram ram, Translations translations) {
    this.ram = ram;
    this.translations = translations;
    this.lowestLevelBase = new long[ram.pages()];
    this.writes = new byte[ram.pages()];
  }

  /**
   * A walk relies on an entry.
   *
   * @param entry physical address of the entry, in RAM
   * @param level 0 for the level whose leaves are 4 KiB pages
   * @param virtual the address that is being translated
   * @return whether the page was not flagged before, so that write entries to it must go
   */
  boolean rely(long entry, int level, long virtual) {
    int page = Ram.page(entry);
    long base = level == 0 ? 2 + (virtual & -((long) ENTRIES * Ram.PAGE_SIZE)) : SEVERAL;
    boolean flagged = (ram.flags(page) & Ram.PAGE_TABLE) != 0;
    if (!flagged) {
      ram.addFlag(page, Ram.PAGE_TABLE);
      writes[page] = 0;
      lowestLevelBase[page] = base;
    } else if (lowestLevelBase[page] != base) {
      lowestLevelBase[page] = SEVERAL;
    }
    return !flagged;
  }

  /** Sets A or D in an entry, which makes no translation false. */
  void update(long entry, long value) {
    updatingOwnBits = true;
    try {
      ram.putLong(entry, value);
    } finally {
      updatingOwnBits = false;
    }
  }

  /** See {@link Ram.Dependents#pageTableWillChange}. */
  public void willChange(int page, long address, long length) {
    if (updatingOwnBits) {
      return;
    }
    boolean withinOneEntry = address >>> 3 == (address + length - 1) >>> 3;
    long base = lowestLevelBase[page];
    boolean lowestLevel = base > SEVERAL || base < 0;
    if (!withinOneEntry || ++writes[page] >= WRITES_TO_FORGET) {
      ram.removeFlag(page, Ram.PAGE_TABLE);
      lowestLevelBase[page] = UNKNOWN;
      if (lowestLevel) {
        translations.flushPages(base - 2, ENTRIES);
      } else {
        translations.flushAll();
      }
      return;
    }
    if ((ram.getLong(address & -8) & Mmu.VALID) == 0) {
      return;
    }
    if (lowestLevel) {
      long index = (address & Ram.PAGE_SIZE - 1) >>> 3;
      translations.flushPages(base - 2 + index * Ram.PAGE_SIZE, 1);
    } else {
      translations.flushAll();
    }
  }
}
