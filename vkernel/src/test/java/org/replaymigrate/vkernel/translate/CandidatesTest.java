package org.replaymigrate.vkernel.translate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.replaymigrate.vkernel.decode.Block;
import org.replaymigrate.vkernel.decode.CodeCache;

/** Which code is worth translating. */
class CandidatesTest {
  private static final int NOP = 0x13;

  /** Executions between two looks of a block in a program's long round: too few to be hot. */
  private static final int SELDOM = 40;

  private final Candidates candidates = new Candidates();

  private Block candidate(int heat) {
    Block block = Block.ofOne(NOP);
    block.heat = heat;
    candidates.add(CodeCache.NOTHING, 0, block);
    return block;
  }

  @Test
  void theHottestOfLateComesFirst() {
    Block cooler = candidate(100);
    Block hotter = candidate(100);
    cooler.heat += 500;
    hotter.heat += 900;
    candidates.look();
    assertSame(hotter, blockOf(candidates.removeHottest()));
    assertSame(cooler, blockOf(candidates.removeHottest()));
    assertNull(candidates.removeHottest());
  }

  @Test
  void whatIsExecutedSeldomButForLongIsTranslatedOnceNothingIsHot() {
    Block busy = candidate(100);
    Block lasting = candidate(100);
    candidate(10_000); // of a boot, say: never executed again
    Candidates.@Nullable Candidate found = null;
    for (int look = 0; look < 200; look++) {
      busy.heat += 10_000;
      lasting.heat += SELDOM;
      candidates.look();
      if (look == 100) {
        assertSame(busy, blockOf(candidates.removeHottest()));
      }
      if (look > 100 && found == null) {
        found = candidates.removeHottest();
      }
    }
    assertSame(lasting, blockOf(found));
    assertNull(candidates.removeHottest());
  }

  @Test
  void whatHadToMakeRoomMayComeAgain() {
    Block first = candidate(100);
    for (int look = 0; look < 8; look++) {
      candidates.look();
    }
    for (int i = 0; i < 8192; i++) {
      candidate(100);
    }
    assertEquals(0, first.heat);
  }

  private static Block blockOf(Candidates.@Nullable Candidate candidate) {
    assertNotNull(candidate);
    return candidate.block();
  }
}
