package org.replaymigrate.vkernel.memory;

import java.util.Arrays;

/**
 * Small numbers for the combinations of {@code satp}, privilege, SUM, MXR and PMP that the TLB's
 * entries were made under, for all harts together. Forgetting all numbers is a flush: entries keep
 * their old tags, and no tag is given out twice before the TLB has been emptied.
 */
public final class Contexts {
  private static final int MAX = Ram.PAGE_SIZE - 1;
  private static final int SLOTS = 64;

  private final Tlb tlb;

  /** A direct-mapped memory of numbers given out; one that falls out gets a new number. */
  private final long[] satps = new long[SLOTS];

  private final int[] modes = new int[SLOTS];
  private final int[] numbers = new int[SLOTS];
  private int last;

  /** Changes whenever a number that was given out may not be used any more. */
  int generation;

  public Contexts(Tlb tlb) {
    this.tlb = tlb;
  }

  /**
   * The number for a combination; 1..4095.
   *
   * @param mode privilege, SUM, MXR and whose PMP in any encoding
   */
  int number(long satp, int mode) {
    int slot = (int) (satp ^ satp >>> 44) * 8 + (mode ^ mode >>> 4) & SLOTS - 1;
    if (numbers[slot] == 0 || satps[slot] != satp || modes[slot] != mode) {
      if (last == MAX) {
        tlb.clear();
        forget();
        last = 0;
      }
      satps[slot] = satp;
      modes[slot] = mode;
      numbers[slot] = ++last;
    }
    return numbers[slot];
  }

  /** From now on every combination gets a new number, so that no present entry can hit. */
  void forget() {
    Arrays.fill(numbers, 0);
    generation++;
  }
}
