package org.replaymigrate.replayer;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.replaymigrate.protocol.checkpoint.CheckpointReader;
import org.replaymigrate.protocol.digest.Digest128;
import org.replaymigrate.protocol.host.HostedMachine;
import org.replaymigrate.protocol.page.PageDestination;
import org.replaymigrate.protocol.page.PagedContent;

/**
 * Compares a machine with a checkpoint that was taken at the same place, and names what differs. A
 * digest only tells that something does.
 */
final class CheckpointComparison {
  private static final int MOST_FIELDS = 8;
  private static final int MOST_PAGES = 4;

  private CheckpointComparison() {}

  /** What differs; empty if nothing does. */
  static List<String> differences(CheckpointReader checkpoint, HostedMachine hosted)
      throws IOException {
    List<String> found =
        new ArrayList<>(
            StateDifference.between(
                hosted.machine().save(), checkpoint.manifest().state(), MOST_FIELDS));
    List<PagedContent> contents = hosted.contents();
    for (int space = 0; space < contents.size(); space++) {
      Comparison comparison = new Comparison(contents.get(space));
      checkpoint.restore(space, comparison);
      BitSet pages = comparison.differing();
      if (!pages.isEmpty()) {
        found.add((space == 0 ? "RAM" : "disk " + (space - 1)) + text(pages));
      }
    }
    return found;
  }

  private static String text(BitSet pages) {
    String first =
        String.join(", ", pages.stream().limit(MOST_PAGES).mapToObj(String::valueOf).toList());
    int more = pages.cardinality() - MOST_PAGES;
    return " pages " + first + (more > 0 ? " and " + more + " more" : "");
  }

  /** Takes pages as if to restore them, and compares instead. */
  private static final class Comparison implements PageDestination {
    private static final MemorySegment ZEROES =
        MemorySegment.ofArray(new byte[PagedContent.PAGE_SIZE]).asReadOnly();

    private final PagedContent content;
    private final BitSet listed = new BitSet();
    private final BitSet differing = new BitSet();

    Comparison(PagedContent content) {
      this.content = content;
    }

    @Override
    public int pages() {
      return content.pages();
    }

    @Override
    public void restorePage(int page, MemorySegment expected) {
      MemorySegment scratch = MemorySegment.ofArray(new byte[PagedContent.PAGE_SIZE]);
      boolean same = content.page(page, scratch).mismatch(expected) == -1;
      synchronized (this) {
        listed.set(page);
        differing.set(page, !same);
      }
    }

    @Override
    public void restoreZero(int page) {
      restorePage(page, ZEROES);
    }

    /** Pages which no file lists were never written, or hold zeroes as they did at power-on. */
    BitSet differing() {
      boolean zeroes = content.origin().equals(Digest128.NONE);
      for (int page = content.nextTouched(0);
          page < content.pages();
          page = content.nextTouched(page + 1)) {
        if (!listed.get(page)) {
          if (zeroes) {
            restorePage(page, ZEROES);
          } else {
            differing.set(page);
          }
        }
      }
      return differing;
    }
  }
}
