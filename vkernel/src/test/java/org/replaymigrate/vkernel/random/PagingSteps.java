package org.replaymigrate.vkernel.random;

import java.util.List;
import org.replaymigrate.vkernel.asm.Assembler;
import org.replaymigrate.vkernel.asm.Csr;
import org.replaymigrate.vkernel.asm.Reg;
import org.replaymigrate.vkernel.random.Mappings.Target;

/**
 * Sv39 and Sv48: random entries at every level, with SFENCE.VMA after each change; loads, stores,
 * AMOs and calls through them from every mode, in M-mode by MPRV.
 */
final class PagingSteps {
  private static final int READ = 1 << 1;
  private static final int WRITE = 1 << 2;
  private static final int ACCESSED = 1 << 6;
  private static final int DIRTY = 1 << 7;

  private static final long SV39 = 8;
  private static final long SV48 = 9;

  /** Where the 4 KiB pages are seen: by two pointers that stay, and by one that is random. */
  private static final long[] WINDOWS = {
    Layout.WINDOW, (-1L << 32) + Layout.WINDOW, Layout.GIGAPAGE + (1L << 30)
  };

  private PagingSteps() {}

  /** Turns translation on or off, or goes to another address space. Not in U-mode. */
  static void mode(ProgramBuilder p) {
    Randomness r = p.random();
    boolean stay = p.paging != 0 && r.oneIn(3);
    if (!stay) {
      p.paging = (int) r.of(0, SV39, SV39, SV48);
    }
    long root = p.paging == SV48 ? Layout.TOP : Layout.ROOT;
    long asid = r.of(0, 1, 0xffff);
    p.writeCsr(Csr.SATP, p.paging == 0 ? 0 : (long) p.paging << 60 | asid << 44 | root >>> 12);
    if (!stay) {
      p.code().sfenceVma(); // not for another ASID: the tables are the same, and known to all
    }
  }

  /** Changes some entries. Not in U-mode. */
  static void entries(ProgramBuilder p) {
    Randomness r = p.random();
    for (int i = r.between(1, 5); i > 0; i--) {
      switch (r.below(8)) {
        case 0 -> {
          int index = r.between(1, Layout.WINDOW_MEGAPAGES);
          store(p, Layout.MIDDLE + 8L * index, superpage(r, 21));
        }
        case 1 -> store(p, Layout.ROOT + 8 * 4, superpage(r, 30));
        case 2 -> store(p, Layout.ROOT + 8 * 5, pointer(r));
        case 3 -> store(p, Layout.TOP + 8, superpage(r, 39));
        default -> page(p);
      }
    }
    p.code().sfenceVma();
  }

  /** One 4 KiB page, with a fence for its addresses only. */
  static void onePage(ProgramBuilder p) {
    int index = page(p);
    Reg address = p.register();
    for (long window : WINDOWS) {
      p.code().li(address, window + 4096L * index).sfenceVma(address, Reg.ZERO);
    }
  }

  private static int page(ProgramBuilder p) {
    Randomness r = p.random();
    int index = r.below(Layout.WINDOW_PAGES);
    Target target = r.oneIn(3) ? Target.FUNCTIONS : Target.SCRATCH;
    int frame = r.below(Layout.SCRATCH_PAGES) * 4096;
    long address = (target == Target.FUNCTIONS ? Layout.FUNCTIONS : Layout.SCRATCH) + frame;
    store(p, Layout.LEAF + 8L * index, GuestRuntime.leaf(address, flags(r)));
    p.mappings.map(index, target);
    return index;
  }

  private static void store(ProgramBuilder p, long address, long entry) {
    Reg pointer = p.register();
    Reg value = p.register(pointer);
    p.code().li(pointer, address).li(value, entry).sd(value, 0, pointer);
  }

  /** Lower ten bits, mostly of a mapping that works somewhere; now and then reserved upper bits. */
  private static long flags(Randomness r) {
    long flags = r.below(256);
    if (!r.oneIn(4)) {
      flags |= 1 | READ | ACCESSED;
    }
    if (r.oneIn(3)) {
      flags |= WRITE | DIRTY;
    }
    if (r.oneIn(30)) {
      flags |= 1L << r.between(54, 60);
    }
    if (r.oneIn(8)) {
      flags |= (long) r.below(4) << 8; // for software
    }
    return flags;
  }

  /** Maps the image, or what is not aligned for this level; never a pointer to a further table. */
  private static long superpage(Randomness r, int shift) {
    long flags = flags(r);
    if ((flags & 1) != 0 && (flags & 0xe) == 0) {
      flags |= READ;
    }
    long address = shift == 39 ? 0 : Layout.BASE; // the greatest aligned address up to the image
    return GuestRuntime.leaf(r.oneIn(6) ? address + (4096L << r.below(9)) : address, flags);
  }

  /**
   * To the window's table, at times with bits that are reserved in a pointer. Never to where there
   * is no memory: QEMU 7.2 reports that as a page fault, the specification wants an access fault.
   */
  private static long pointer(Randomness r) {
    int reserved = r.oneIn(3) ? r.below(16) << 4 : 0;
    return GuestRuntime.leaf(Layout.MIDDLE, (r.oneIn(6) ? 0 : 1) | reserved);
  }

  /** Reads entries back, with the A and D bits that accesses have set. */
  static void readEntries(ProgramBuilder p) {
    Reg base = p.register();
    p.code().li(base, Layout.LEAF);
    p.reserve(base);
    for (int i = 0; i < 4; i++) {
      p.code().ld(p.register(), 8 * p.random().below(Layout.WINDOW_PAGES), base);
    }
    p.release(base);
  }

  /** Accesses, or a call, through some window. */
  static void access(ProgramBuilder p) {
    Randomness r = p.random();
    Reg base = p.register();
    int index = r.below(Layout.WINDOW_PAGES);
    long page = r.of(WINDOWS) + 4096L * index;
    switch (r.below(10)) {
      case 0, 1, 2, 3 -> {
        p.code().li(base, page + r.between(600, 3400));
        data(p, base, p.mappings.page(index), r.between(1, 4), 560);
      }
      case 4 -> {
        // Across the border of two pages.
        int next = (index + 1) % Layout.WINDOW_PAGES;
        p.code().li(base, page + 4096 - r.between(1, 7));
        if (next != 0) {
          Target both =
              p.mappings.page(next) == Target.FUNCTIONS ? Target.FUNCTIONS : p.mappings.page(index);
          data(p, base, both, 1, 0);
        }
      }
      case 5, 6 -> {
        if (callable(p, index)) {
          p.code().li(base, page + BranchSteps.functionInPage(r)).jalr(Reg.RA, 0, base);
        }
      }
      case 7 -> {
        if (callable(p, index) && index + 1 < Layout.WINDOW_PAGES && callable(p, index + 1)) {
          p.code().li(base, page + 4094).jalr(Reg.RA, 0, base);
        }
      }
      case 8 -> superpages(p, base);
      default -> nonCanonical(p, base);
    }
  }

  /** Only functions may be executed there: what scratch pages hold would run anywhere. */
  private static boolean callable(ProgramBuilder p, int index) {
    return p.mappings.page(index) != Target.SCRATCH;
  }

  private static void data(ProgramBuilder p, Reg base, Target target, int count, int reach) {
    Randomness r = p.random();
    if (target == Target.FUNCTIONS) {
      for (int i = 0; i < count; i++) {
        String load = r.of(List.of("lb", "lhu", "lw", "ld", "lr.d"));
        if (load.equals("lr.d")) {
          p.code().op("andi", base, base, -8).op(load, p.register(base), base);
        } else {
          p.code().op(load, p.register(base), r.between(-reach, reach) & -8, base);
        }
      }
    } else if (r.oneIn(4) && reach > 0) {
      p.code().andi(base, base, -8);
      AtomicSteps.amos(p, base, count);
    } else {
      MemorySteps.accesses(p, base, count, reach);
    }
  }

  private static void superpages(ProgramBuilder p, Reg base) {
    Randomness r = p.random();
    long start =
        switch (r.below(3)) {
          case 0 -> Layout.WINDOW + ((long) r.between(1, Layout.WINDOW_MEGAPAGES) << 21);
          case 1 -> Layout.GIGAPAGE;
          default -> Layout.TERAPAGE + Layout.BASE;
        };
    if (r.oneIn(2)) {
      p.code().li(base, start + (Layout.FUNCTIONS - Layout.BASE) + BranchSteps.function(r));
      p.code().jalr(Reg.RA, 0, base);
    } else {
      long scratch = Layout.SCRATCH - Layout.BASE;
      p.code().li(base, start + scratch + r.between(600, Layout.SCRATCH_BYTES - 600));
      MemorySteps.accesses(p, base, r.between(1, 3), 560);
    }
  }

  /** Upper bits that are no copy of the highest translated one. */
  private static void nonCanonical(ProgramBuilder p, Reg base) {
    Randomness r = p.random();
    p.code().li(base, Layout.WINDOW + 64 | 1L << r.between(47, 63));
    if (r.oneIn(3)) {
      p.code().jalr(Reg.RA, 0, base);
    } else {
      MemorySteps.accesses(p, base, 1, 32);
    }
  }

  /**
   * A single access of M-mode with the rights and translation of MPP. MPRV goes up and down around
   * each, because a trap in between changes MPP, after which QEMU 7.2 may use translations it made
   * before.
   */
  static void modifiedPrivilege(ProgramBuilder p) {
    Randomness r = p.random();
    Assembler a = p.code();
    for (int i = r.between(1, 4); i > 0; i--) {
      Reg base = p.register();
      Reg bits = p.register(base);
      int index = r.below(Layout.WINDOW_PAGES);
      long address =
          r.oneIn(4) || p.paging == 0
              ? Layout.SCRATCH + r.below(Layout.SCRATCH_BYTES - 8)
              : Layout.WINDOW + 4096L * index + r.between(64, 4000);
      long mpp = r.of(0, 1, 3) << 11;
      if (mpp == 3 << 11 || p.paging == 0) {
        address &= -8; // QEMU rounds the tval of a misaligned access to no memory down
      }
      p.changeCsr(Csr.MSTATUS, 3 << 11, 0);
      a.li(base, address).li(bits, 1 << 17 | mpp).csrs(Csr.MSTATUS, bits);
      data(p, base, p.mappings.page(index), 1, 0);
      a.li(bits, 1 << 17).csrc(Csr.MSTATUS, bits);
    }
  }
}
