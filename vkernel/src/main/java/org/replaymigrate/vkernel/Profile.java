package org.replaymigrate.vkernel;

import java.util.List;

/**
 * What a machine has executed in this process, and how. Knows nothing that a guest could see, and
 * changes nothing.
 *
 * @param executed instructions, over all harts
 * @param translated how many of them by translated code
 * @param tlbMisses loads and stores that the TLB did not answer; one that translated code leaves to
 *     the interpreter counts twice
 * @param deviceAccesses how many of these went to a device
 * @param spots the hottest blocks, hottest first
 */
public record Profile(
    long executed, long translated, long tlbMisses, long deviceAccesses, List<Spot> spots) {
  /**
   * A block of guest code, as it stands now.
   *
   * @param address physical
   * @param bytes length of the block
   * @param interpreted instructions, about
   * @param translated instructions by its region, what it has called included
   * @param isTranslated whether it has a region
   */
  public record Spot(
      long address, int bytes, long interpreted, long translated, boolean isTranslated) {
    /** Instructions that began here. */
    public long instructions() {
      return interpreted + translated;
    }
  }

  public Profile {
    spots = List.copyOf(spots);
  }
}
