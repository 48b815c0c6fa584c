package org.replaymigrate.vkernel.memory;

import java.util.Arrays;

/**
 * The walk from virtual to physical addresses: Bare, Sv39 and Sv48, with A and D set by hardware
 * (Privileged ISA 20240411, section 12.3). One instance a hart.
 */
public final class Mmu {
  /** Results of {@link #translate} which are no address. */
  public static final long PAGE_FAULT = -1;

  public static final long ACCESS_FAULT = -2;

  /** {@code satp.MODE}. */
  public static final int BARE = 0;

  public static final int SV39 = 8;
  public static final int SV48 = 9;

  static final long VALID = 1;
  private static final long READ = 2;
  private static final long WRITE = 4;
  private static final long EXECUTE = 8;
  private static final long USER = 16;
  private static final long ACCESSED = 64;
  private static final long DIRTY = 128;
  private static final long RESERVED = 0xffc0_0000_0000_0000L;
  private static final long PPN = (1L << 44) - 1;

  /** Where {@link #known} begins for modes without translation. */
  private static final int PHYSICAL = 16;

  private final int hart;
  private final Ram ram;
  private final Tlb tlb;
  private final Pmp pmp;
  private final Contexts contexts;
  private final PageTables tables;
  private final PageTables.Translations all;

  /**
   * Numbers found out, by privilege, SUM and MXR; 0 for none yet. First those for {@link
   * #knownSatp}, then those without translation.
   */
  private final int[] known = new int[2 * PHYSICAL];

  private long knownSatp;
  private int knownGeneration;

  /**
   * @param hart the hart's id
   * @param contexts shared by all harts, as the TLB is
   * @param all removes translations in all harts
   */
  public Mmu(
      int hart,
      Ram ram,
      Tlb tlb,
      Contexts contexts,
      Pmp pmp,
      PageTables tables,
      PageTables.Translations all) {
    this.hart = hart;
    this.ram = ram;
    this.tlb = tlb;
    this.pmp = pmp;
    this.tables = tables;
    this.all = all;
    this.contexts = contexts;
  }

  /** How an access is made, beside its address. */
  public static final class Mode {
    /** {@code satp}, or 0 when addresses are physical. */
    public long satp;

    /** 0 U, 1 S, 3 M. */
    public int privilege;

    public boolean sum;
    public boolean mxr;

    /** The number which TLB entries made under this mode carry. */
    public int context;
  }

  /** Gives both modes their context numbers, which stay valid until the next call. */
  public void resolve(Mode data, Mode fetch) {
    do {
      data.context = number(data);
      fetch.context = number(fetch);
    } while (data.context != number(data));
  }

  private int number(Mode mode) {
    if (contexts.generation != knownGeneration) {
      Arrays.fill(known, 0);
      knownGeneration = contexts.generation;
    }
    if (mode.satp != 0 && mode.satp != knownSatp) {
      Arrays.fill(known, 0, PHYSICAL, 0);
      knownSatp = mode.satp;
    }
    int flags = mode.privilege | (mode.sum ? 4 : 0) | (mode.mxr ? 8 : 0);
    int index = mode.satp == 0 ? PHYSICAL | flags : flags;
    if (known[index] == 0) {
      // Harts without protection see the same, and share what they found out.
      int protection = pmp.isOpen() ? 0 : 1 + hart;
      int number = contexts.number(mode.satp, flags | protection << 4);
      if (contexts.generation != knownGeneration) {
        return number(mode);
      }
      known[index] = number;
    }
    return known[index];
  }

  /** Makes every translation anew; {@link #resolve} must follow before the next access. */
  public void forget() {
    contexts.forget();
  }

  /**
   * Translates, checks permission and PMP, and sets A and D.
   *
   * @param length 1, 2, 4 or 8 bytes, all on one page
   * @param access {@link Pmp#READ}, {@link Pmp#WRITE}, {@link Pmp#EXECUTE}, or read and write
   * @return the physical address, {@link #PAGE_FAULT} or {@link #ACCESS_FAULT}
   */
  public long translate(long address, int length, int access, Mode mode) {
    long physical = mode.satp == 0 ? address : walk(address, access, mode);
    if (physical < 0) {
      return mode.satp == 0 ? ACCESS_FAULT : physical;
    }
    boolean permitted =
        physical >>> 56 == 0 && pmp.permits(physical, length, access, mode.privilege == 3);
    return permitted ? physical : ACCESS_FAULT;
  }

  /** Remembers a translation that {@link #translate} gave for a read or a fetch, if it may. */
  public void remember(long address, long physical, int access, Mode mode) {
    long page = physical & Tlb.PAGE_MASK;
    if (!ram.contains(page, Ram.PAGE_SIZE) || !pmp.isUniform(page)) {
      return;
    }
    switch (access) {
      case Pmp.READ ->
          Tlb.fill(tlb.read, address, mode.context, page - Ram.BASE - (address & Tlb.PAGE_MASK));
      case Pmp.EXECUTE -> Tlb.fill(tlb.fetch, address, mode.context, Ram.page(physical));
      default -> {
        if (ram.flags(Ram.page(physical)) == 0) {
          tlb.fillWrite(address, mode.context, Ram.page(physical));
        }
      }
    }
  }

  private long walk(long address, int access, Mode mode) {
    int levels = mode.satp >>> 60 == SV48 ? 4 : 3;
    int unused = 64 - (12 + 9 * levels);
    if (address << unused >> unused != address) {
      return PAGE_FAULT;
    }
    long table = (mode.satp & PPN) << Ram.PAGE_SHIFT;
    for (int level = levels - 1; level >= 0; level--) {
      int shift = Ram.PAGE_SHIFT + 9 * level;
      long at = table + ((address >>> shift & 511) << 3);
      if (!ram.contains(at, 8) || !pmp.permits(at, 8, Pmp.READ, false)) {
        return ACCESS_FAULT;
      }
      long entry = ram.getLong(at);
      if ((entry & VALID) == 0 || (entry & RESERVED) != 0) {
        return PAGE_FAULT;
      }
      if ((entry & (READ | WRITE | EXECUTE)) == 0) {
        if ((entry & (DIRTY | ACCESSED | USER)) != 0) {
          return PAGE_FAULT;
        }
        rely(at, level, address);
        table = (entry >>> 10 & PPN) << Ram.PAGE_SHIFT;
        continue;
      }
      long frame = (entry >>> 10 & PPN) << Ram.PAGE_SHIFT;
      long within = (1L << shift) - 1;
      if (!permits(entry, access, mode) || (frame & within) != 0) {
        return PAGE_FAULT;
      }
      long marks = ACCESSED | ((access & Pmp.WRITE) != 0 ? DIRTY : 0);
      if ((entry & marks) != marks) {
        if (!pmp.permits(at, 8, Pmp.WRITE, false)) {
          return ACCESS_FAULT;
        }
        tables.update(at, entry | marks);
      }
      rely(at, level, address);
      return frame | address & within;
    }
    return PAGE_FAULT;
  }

  private void rely(long at, int level, long address) {
    if (tables.rely(at, level, address)) {
      all.flushWritesTo(Ram.page(at));
    }
  }

  private static boolean permits(long entry, int access, Mode mode) {
    if ((entry & (READ | WRITE)) == WRITE) {
      return false;
    }
    boolean user = (entry & USER) != 0;
    if (user && mode.privilege != 0 && (!mode.sum || (access & Pmp.EXECUTE) != 0)) {
      return false;
    }
    if (!user && mode.privilege == 0) {
      return false;
    }
    long readable = mode.mxr ? READ | EXECUTE : READ;
    return ((access & Pmp.READ) == 0 || (entry & readable) != 0)
        && ((access & Pmp.WRITE) == 0 || (entry & WRITE) != 0)
        && ((access & Pmp.EXECUTE) == 0 || (entry & EXECUTE) != 0);
  }
}
