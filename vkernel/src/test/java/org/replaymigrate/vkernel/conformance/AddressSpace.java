package org.replaymigrate.vkernel.conformance;

import java.util.HashMap;
import java.util.Map;
import org.replaymigrate.vkernel.asm.Assembler;
import org.replaymigrate.vkernel.asm.Csr;
import org.replaymigrate.vkernel.asm.Reg;

/** Page tables of Sv39 or Sv48 in a {@link TestHart}'s memory, made before its code runs. */
final class AddressSpace {
  /** {@code satp.MODE} of the two schemes. */
  static final int SV39 = 8;

  static final int SV48 = 9;

  private static final String FLAGS = "VRWXUGAD";
  private static final int PAGE = 4096;

  private final TestHart hart;
  private final int mode;
  private final Map<Long, Long> tables = new HashMap<>();
  private long next = TestHart.TABLES + PAGE;

  AddressSpace(TestHart hart, int mode) {
    this.hart = hart;
    this.mode = mode;
  }

  int levels() {
    return mode == SV39 ? 3 : 4;
  }

  static long flags(String letters) {
    long flags = 0;
    for (int i = 0; i < letters.length(); i++) {
      flags |= 1L << FLAGS.indexOf(letters.charAt(i));
    }
    return flags;
  }

  static long entry(long physical, long flags) {
    return physical >>> 12 << 10 | flags;
  }

  /** Maps a page of {@code 512^level} times 4 KiB. */
  AddressSpace map(long virtual, long physical, int level, String letters) {
    return put(virtual, level, entry(physical, flags(letters)));
  }

  /** Any entry; pointers above it are made as needed. */
  AddressSpace put(long virtual, int level, long entry) {
    hart.poke(entryAddress(virtual, level), entry);
    return this;
  }

  /** Physical address of the entry for a virtual address at a level. */
  long entryAddress(long virtual, int level) {
    long table = TestHart.TABLES;
    for (int l = levels() - 1; l > level; l--) {
      long slot = table + 8 * index(virtual, l);
      Long below = tables.get(slot);
      if (below == null) {
        below = next;
        next += PAGE;
        tables.put(slot, below);
        hart.poke(slot, entry(below, 1));
      }
      table = below;
    }
    return table + 8 * index(virtual, level);
  }

  private static long index(long virtual, int level) {
    return virtual >>> (12 + 9 * level) & 511;
  }

  /** The code and what the handlers write, at their own addresses, for S-mode. */
  AddressSpace mapCode() {
    return map(TestHart.BASE, TestHart.BASE, 2, "VRWXAD");
  }

  /** {@code satp} for this address space. */
  long satp() {
    return (long) mode << 60 | TestHart.TABLES >>> 12;
  }

  /** Code that switches to this address space. */
  TestHart use() {
    Assembler a = hart.code();
    hart.csr(Csr.SATP, satp());
    a.sfenceVma(Reg.ZERO, Reg.ZERO);
    return hart;
  }
}
