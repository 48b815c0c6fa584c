package org.replaymigrate.vkernel.random;

import java.util.List;
import org.replaymigrate.vkernel.asm.Assembler;
import org.replaymigrate.vkernel.asm.Reg;

/** Exceptions: illegal instructions, environment calls, breakpoints, accesses to nowhere. */
final class TrapSteps {
  /** Illegal on RV64IMAFDC_Zba_Zbb_Zbs whatever comes to be ratified or is custom elsewhere. */
  private static final int[] ILLEGAL = {
    0xffff_ffff,
    0x0000_000b, // custom-0
    0x0000_002b, // custom-1
    0x0000_005b, // custom-2
    0x0000_007b, // custom-3
    0x0000_006b, // reserved major opcode
    0x0200_7057, // vector: vadd.vv
    0x0a10_1033, // Zbc: clmul
    0x0a10_3033, // Zbc: clmulh
    0x4000_2033, // OP with a funct7 that none has
    0x0400_1013, // slli by 64 and more
    0x0200_101b, // slliw by 32 and more
    0x0000_3063, // BRANCH with funct3 = 3
    0x0000_7003, // LOAD with funct3 = 7
    0x0000_4023, // STORE with funct3 = 4
    0x0000_402f, // AMO of quadwords
    0x1010_202f, // lr.w with rs2
    0x2800_202f, // AMO that does not exist
    0x0600_0053, // fadd.q
    0x0400_0053, // fadd.h
    0x0000_4007, // flq
    0x5820_0053, // fsqrt.s with rs2
    0xc040_0053, // fcvt.w.s with rs2 = 4
    0x2000_3053, // fsgnj with rm = 3
    0x0020_0073, // uret
    0x7b20_0073, // dret
    0x2200_0073, // hfence.bvma
    0x6000_4073, // hlv
    0x0000_4073, // SYSTEM with funct3 = 4
    0x6030_1013, // Zbb unary with rs2 = 3
  };

  /** Compressed encodings that are reserved, and illegal here and in QEMU. */
  private static final int[] ILLEGAL_COMPRESSED = {
    0x0000, // defined to be illegal
    0x8000, // quadrant 0, reserved
    0x9c41, // quadrant 1, reserved
    0x9c61, 0x8002, // c.jr of x0
    0x6101, // c.addi16sp of 0
    0x4002, // c.lwsp to x0
    0x6002, // c.ldsp to x0
  };

  /** Addresses of no memory and no device on the {@code virt} board. */
  private static final long[] NOWHERE = {
    0x0, 0x50_0000, 0x0180_0000, 0x1800_0000, 0x1f00_0000, 0x2_8000_0000L, 1L << 40, 1L << 50,
  };

  private static final List<String> LOADS = List.of("lb", "lh", "lw", "ld", "lbu", "lhu", "lwu");
  private static final List<String> STORES = List.of("sb", "sh", "sw", "sd");

  private TrapSteps() {}

  static void emit(ProgramBuilder p) {
    Randomness r = p.random();
    Assembler a = p.code();
    switch (r.below(10)) {
      case 0, 1 -> a.word(ILLEGAL[r.below(ILLEGAL.length)]);
      case 2 -> a.half(ILLEGAL_COMPRESSED[r.below(ILLEGAL_COMPRESSED.length)]);
      case 3 -> {
        a.li(Reg.A7, r.below(100));
        a.ecall();
      }
      case 4 -> a.ebreak();
      case 5 -> a.op("c.ebreak");
      case 6 -> privileged(p);
      case 7 -> AtomicSteps.misaligned(p);
      case 8 -> fetch(p);
      default -> access(p);
    }
  }

  /**
   * Instructions that S-mode or U-mode may not execute; left out where they would mean something.
   */
  private static void privileged(ProgramBuilder p) {
    Assembler a = p.code();
    switch (p.mode) {
      case USER -> a.op(p.random().of(List.of("mret", "sret", "wfi", "fence.i")));
      case SUPERVISOR -> a.mret();
      case MACHINE -> a.sfenceVma(p.source(), p.source());
    }
    if (p.mode == ProgramBuilder.Mode.USER) {
      a.sfenceVma(p.source(), p.source());
    }
  }

  private static void access(ProgramBuilder p) {
    if (p.translated()) {
      return; // page faults are PagingSteps'
    }
    Randomness r = p.random();
    Reg base = p.register();
    p.code().li(base, r.of(NOWHERE) + 8L * r.below(4));
    // No AMO: QEMU 7.2 reports its load, not the AMO, when there is nothing at the address.
    switch (r.below(5)) {
      case 0, 1 -> p.code().op(r.of(LOADS), p.destination(), 0, base);
      case 2, 3 -> p.code().op(r.of(STORES), p.source(), 0, base);
      default -> p.code().op(r.oneIn(2) ? "lr.w" : "lr.d", p.register(), base);
    }
  }

  private static void fetch(ProgramBuilder p) {
    if (p.translated()) {
      return;
    }
    Reg base = p.register();
    p.code().li(base, p.random().of(NOWHERE) + 2L * p.random().below(8)).jalr(Reg.RA, 0, base);
  }
}
