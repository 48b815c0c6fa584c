package org.replaymigrate.vkernel.translate;

import java.util.List;

/**
 * Which instructions a region is made of: parts of one page, none overlapping another, by rising
 * offset. Immutable, so that any thread may compile it.
 *
 * @param entry offset in the page, in bytes, of the part it is entered at
 */
record RegionPlan(int entry, List<Part> parts) {
  /**
   * Instructions that follow each other, entered only at the first.
   *
   * @param offset in the page, bytes
   * @param operations at least one
   * @param end offset of what follows the last one
   */
  record Part(int offset, long[] operations, int end) {}

  /** Instructions in all. */
  int instructions() {
    int sum = 0;
    for (Part part : parts) {
      sum += part.operations.length;
    }
    return sum;
  }
}
