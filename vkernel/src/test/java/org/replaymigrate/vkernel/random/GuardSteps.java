package org.replaymigrate.vkernel.random;

import java.util.ArrayList;
import java.util.List;
import org.replaymigrate.vkernel.asm.Assembler;
import org.replaymigrate.vkernel.asm.Csr;
import org.replaymigrate.vkernel.asm.Reg;
import org.replaymigrate.vkernel.random.ProgramBuilder.Mode;

/** What M-mode forbids the modes below: PMP regions, and TVM, TW and TSR. In M-mode only. */
final class GuardSteps {
  private static final long TVM = 1 << 20;
  private static final long TW = 1 << 21;
  private static final long TSR = 1 << 22;
  private static final int REGIONS = 4;

  private GuardSteps() {}

  /**
   * Regions over the scratch and function pages, accesses from some mode, and all open again.
   * Locked entries stay out: only a reset unlocks them.
   */
  static void regions(ProgramBuilder p) {
    Randomness r = p.random();
    long configuration = 0;
    List<Long> borders = new ArrayList<>();
    for (int i = 0; i < REGIONS; i++) {
      long page = r.oneIn(3) ? Layout.FUNCTIONS : Layout.SCRATCH;
      long address = (page + (r.oneIn(2) ? 4096L * r.below(4) : 8L * r.below(2048))) >>> 2;
      borders.add((address << 2) - page);
      // Off, TOR (the first would reach down to 0, and cover the code), NA4, NAPOT to 16 KiB.
      int matching = r.of(List.of(0, i == 0 ? 3 : 1, 2, 3, 3));
      if (matching == 3) {
        address |= (1L << r.between(0, 11)) - 1;
      }
      p.writeCsr(Csr.pmpaddr(i), address);
      int rights = r.of(List.of(0, 1, 3, 4, 5, 7, 7));
      configuration |= (long) (matching << 3 | rights) << (8 * i);
    }
    p.writeCsr(Csr.PMPCFG0, configuration);
    p.code().sfenceVma();
    if (r.oneIn(4)) {
      PagingSteps.modifiedPrivilege(p);
    } else {
      ModeSteps.mret(p, r.oneIn(2) ? Mode.SUPERVISOR : Mode.USER);
      accesses(p, borders);
    }
    while (p.mode != Mode.MACHINE) {
      ModeSteps.raise(p);
    }
    p.code().csrw(Csr.PMPCFG0, Reg.ZERO).sfenceVma();
  }

  private static void accesses(ProgramBuilder p, List<Long> borders) {
    Randomness r = p.random();
    for (int i = r.between(2, 6); i > 0; i--) {
      Reg base = p.register();
      switch (r.below(4)) {
        case 0 -> {
          p.address(base, "functions", BranchSteps.functionInPage(r) + 4096 * r.below(4));
          p.code().jalr(Reg.RA, 0, base);
        }
        case 1 -> {
          p.address(base, "scratch", address(r, borders));
          AtomicSteps.amos(p, base, 1);
        }
        default -> {
          p.address(base, "scratch", address(r, borders));
          String access = r.of(List.of("lb", "lw", "ld", "sb", "sw", "sd"));
          p.code().op(access, p.register(base), 0, base);
        }
      }
    }
  }

  /** Somewhere in the scratch pages, mostly at the border of a region, and aligned. */
  private static int address(Randomness r, List<Long> borders) {
    if (r.oneIn(3)) {
      return 8 * r.below(Layout.SCRATCH_BYTES / 8);
    }
    return (int) (r.of(borders) + 8L * r.between(-2, 2)) & (Layout.SCRATCH_BYTES - 8);
  }

  /** What a hypervisor would make S-mode trap on. */
  static void virtualization(ProgramBuilder p) {
    Randomness r = p.random();
    Assembler a = p.code();
    long bits = r.bits() & (TVM | TW | TSR) | (r.oneIn(2) ? TSR : 0);
    p.code().csrw(Csr.MEDELEG, Reg.ZERO);
    p.changeCsr(Csr.MSTATUS, 0, bits);
    ModeSteps.mret(p, Mode.SUPERVISOR);
    for (int i = r.between(1, 4); i > 0; i--) {
      switch (r.below(4)) {
        case 0 -> a.csrr(p.register(), Csr.SATP);
        case 1 -> a.sfenceVma(p.source(), p.source());
        case 2 -> {
          if ((bits & TSR) != 0) {
            a.sret();
          }
        }
        default -> {
          if ((bits & TW) != 0) {
            a.wfi();
          }
        }
      }
    }
    ModeSteps.raise(p);
    p.changeCsr(Csr.MSTATUS, TVM | TW | TSR, 0);
    p.writeCsr(Csr.MEDELEG, p.medeleg);
  }
}
