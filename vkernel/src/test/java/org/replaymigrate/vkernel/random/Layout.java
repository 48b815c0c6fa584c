package org.replaymigrate.vkernel.random;

/**
 * Where everything lies in the image, as guest-physical addresses. S-mode sees them at the same
 * virtual addresses, U-mode {@link #USER_ALIAS} lower.
 *
 * <pre>
 *   80000000  runtime: boot, reset, trap handlers, dump
 *   80008000  what the trap handlers save and count, the log of traps, the dump
 *   80010000  page tables
 *   80020000  scratch memory: 4 pages for loads and stores
 *   80030000  function pages: 4 pages of tiny functions, to be called through any mapping
 *   80040000  the programs
 * </pre>
 */
final class Layout {
  static final long BASE = 0x8000_0000L;

  /** Save area of the M-mode handler; {@code mscratch} points here. */
  static final long MACHINE_CONTEXT = BASE + 0x8000;

  /** Save area of the S-mode handler; {@code sscratch} points here. */
  static final long SUPERVISOR_CONTEXT = MACHINE_CONTEXT + 0x100;

  /** Counters and flags shared by both handlers. */
  static final long CONTROL = MACHINE_CONTEXT + 0x200;

  /** What is compared in the end. */
  static final long DUMP = MACHINE_CONTEXT + 0x400;

  /** The first traps: cause, epc, tval and status of each. */
  static final long TRAP_LOG = MACHINE_CONTEXT + 0x1000;

  static final int LOGGED_TRAPS = 64;

  /** More traps than any program takes: it has lost its way. */
  static final int TOO_MANY_TRAPS = 1500;

  // Offsets from CONTROL.
  static final int HASH = 0;
  static final int TRAPS = 8;
  static final int VECTOR = 16;
  static final int NEXT_PROGRAM = 24;
  static final int PROGRAM_NUMBER = 32;

  static final long TABLES = BASE + 0x1_0000;
  static final long ROOT = TABLES;
  static final long MIDDLE = TABLES + 0x1000;
  static final long LEAF = TABLES + 0x2000;

  /** The root of Sv48, above {@link #ROOT}. */
  static final long TOP = TABLES + 0x3000;

  static final long SCRATCH = BASE + 0x2_0000;
  static final int SCRATCH_PAGES = 4;
  static final int SCRATCH_BYTES = SCRATCH_PAGES * 4096;

  static final long FUNCTIONS = BASE + 0x3_0000;
  static final int FUNCTION_PAGES = 4;
  static final int FUNCTION_BYTES = 16;

  static final long PROGRAMS = BASE + 0x4_0000;

  /** How much lower U-mode sees the image, so that its pages can have the U bit. */
  static final long USER_ALIAS = 0x4000_0000L;

  /** Virtual address of the 4 KiB pages with random entries; again 2^64 - 2^30 + that. */
  static final long WINDOW = 0xc000_0000L;

  static final int WINDOW_PAGES = 16;

  /** Megapages with random entries, behind the 4 KiB pages. */
  static final int WINDOW_MEGAPAGES = 4;

  /** A gigapage with a random entry. */
  static final long GIGAPAGE = 0x1_0000_0000L;

  /** Where the top entry 1 of Sv48 leads. */
  static final long TERAPAGE = 1L << 39;

  /** {@code a7} of an {@code ecall} that asks its handler to go on in the handler's mode. */
  static final long RAISE = 0x5261_6973_6521L;

  private Layout() {}
}
