package org.replaymigrate.vkernel.random;

import java.util.Arrays;

/**
 * What the random entries of the page tables may lead to. It is known of each window whether jumps
 * into it would find functions, and whether stores to it would hit them.
 */
final class Mappings {
  /** What lies behind a 4 KiB page of the window, if anything does. */
  enum Target {
    NOTHING,
    SCRATCH,
    FUNCTIONS
  }

  private final Target[] pages = new Target[Layout.WINDOW_PAGES];

  Mappings() {
    Arrays.fill(pages, Target.NOTHING);
  }

  Target page(int index) {
    return pages[index];
  }

  void map(int index, Target target) {
    pages[index] = target;
  }
}
