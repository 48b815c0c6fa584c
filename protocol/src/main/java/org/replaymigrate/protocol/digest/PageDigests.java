package org.replaymigrate.protocol.digest;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.replaymigrate.protocol.page.PagedContent;
import org.replaymigrate.vkernel.MachineState;

/**
 * The digest of a state whose pages come one by one, in any order, on another thread than the
 * machine's: what {@link StateDigest} says of the same state. For one thread at a time.
 */
public final class PageDigests {
  private final List<HashTree> trees = new ArrayList<>();
  private final PageHasher hasher = new PageHasher();

  /**
   * Digests of contents no page of which was ever written.
   *
   * @param contents RAM, then the disks in the order of their slots
   */
  public PageDigests(List<? extends PagedContent> contents) {
    contents.forEach(content -> trees.add(new HashTree(content.pages())));
  }

  /** A page that was written, as it is now; what was said of it before is forgotten. */
  public void page(int content, int page, MemorySegment bytes) {
    hasher.hash(bytes);
    trees.get(content).set(page, hasher.high(), hasher.low());
  }

  /** The digest of the whole, with all pages that were given so far. */
  public Digest128 of(List<? extends PagedContent> contents, MachineState state) {
    List<StateDigest.Part> parts = new ArrayList<>();
    for (int i = 0; i < trees.size(); i++) {
      PagedContent content = contents.get(i);
      parts.add(new StateDigest.Part(content.pages(), content.origin(), trees.get(i).root()));
    }
    return StateDigest.combine(parts, state);
  }
}
