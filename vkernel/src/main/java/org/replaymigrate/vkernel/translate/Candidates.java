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

  /**
   * Executions in all from which on it is worth them however few they are of late: a program's
   * round may be as long as many looks, and each of its blocks a small part of it.
   */
  private static final int LASTING = 3000;

  /** And of late: what only a boot has executed is not worth an idle guest's processor time. */
  private static final int STEADY = 50;

  /** So many looks without anything hot, and the compilers have time for what lasts. */
  private static final int QUIET_LOOKS = 8;

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
  private int quietLooks;

  void add(CodeCache.Page page, int offset, Block block) {
    if (all.size() >= MOST) {
      all.removeIf(Candidates::forgetIfCold);
    }
    all.add(new Candidate(page, offset, block));
  }

  /** One that is cold makes room, and may come again. */
  private static boolean forgetIfCold(Candidate candidate) {
    boolean cold = candidate.recent < LEAST;
    if (cold) {
      candidate.block.heat = 0;
    }
    return cold;
  }

  /** Forgets what is no code any more, and sees how hot the others are. */
  void look() {
    all.removeIf(candidate -> candidate.page.isGone());
    all.forEach(Candidate::look);
    boolean hot = all.stream().anyMatch(candidate -> candidate.recent >= LEAST);
    quietLooks = hot ? 0 : quietLooks + 1;
  }

  /**
   * The hottest of late; if nothing has been hot for a while, what has been executed most in all
   * and still is; null if there is neither.
   */
  @Nullable Candidate removeHottest() {
    int hottest = -1;
    int most = LEAST - 1;
    for (int i = 0; i < all.size(); i++) {
      if (all.get(i).recent > most) {
        most = all.get(i).recent;
        hottest = i;
      }
    }
    if (hottest < 0 && quietLooks >= QUIET_LOOKS) {
      hottest = mostLasting();
    }
    if (hottest < 0) {
      return null;
    }
    Candidate found = all.get(hottest);
    all.set(hottest, all.getLast());
    all.removeLast();
    return found;
  }

  private int mostLasting() {
    int found = -1;
    int most = LASTING - 1;
    for (int i = 0; i < all.size(); i++) {
      if (all.get(i).recent >= STEADY && all.get(i).block.heat > most) {
        most = all.get(i).block.heat;
        found = i;
      }
    }
    return found;
  }
}
