package org.replaymigrate.vkernel.translate;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.vkernel.decode.Block;
import org.replaymigrate.vkernel.decode.CodeCache;

/**
 * Blocks that have been executed often enough to be translated, of which the worker has time for
 * some: those that are executed most at present. A block that is no longer reached, because it has
 * done its work or has become part of another one's region, waits for ever and costs nothing.
 */
final class Candidates {
  /** Executions of late below which a block is not worth the host's compilers. */
  private static final int LEAST = 200;

  private static final int MOST = 8192;

  /** A block, and how hot it is. */
  static final class Candidate {
    private final CodeCache.Page page;
    private final int offset;
    private final Block block;
    private int seen;
    private int recent;

    private Candidate(CodeCache.Page page, int offset, Block block) {
      this.page = page;
      this.offset = offset;
      this.block = block;
      this.seen = block.heat;
      this.recent = LEAST;
    }

    CodeCache.Page page() {
      return page;
    }

    int offset() {
      return offset;
    }

    Block block() {
      return block;
    }

    /** Executions since the last look count fully, those before it half, and so on. */
    private void look() {
      recent = recent / 2 + (block.heat - seen);
      seen = block.heat;
    }
  }

  private final List<Candidate> all = new ArrayList<>();

  void add(CodeCache.Page page, int offset, Block block) {
    if (all.size() >= MOST) {
      all.removeIf(candidate -> candidate.recent < LEAST);
    }
    all.add(new Candidate(page, offset, block));
  }

  /** Forgets what is no code any more, and sees how hot the others are. */
  void look() {
    all.removeIf(candidate -> candidate.page.isGone());
    all.forEach(Candidate::look);
  }

  /** The hottest; null if none is hot enough. */
  @Nullable Candidate removeHottest() {
    int hottest = -1;
    int most = LEAST - 1;
    for (int i = 0; i < all.size(); i++) {
      if (all.get(i).recent > most) {
        most = all.get(i).recent;
        hottest = i;
      }
    }
    if (hottest < 0) {
      return null;
    }
    Candidate found = all.get(hottest);
    all.set(hottest, all.getLast());
    all.removeLast();
    return found;
  }
}
