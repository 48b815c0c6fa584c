package org.replaymigrate.replayer.receive;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.protocol.home.Home;
import org.replaymigrate.protocol.wire.WireMessage;
import org.replaymigrate.protocol.wire.WireMessage.Mark;

/** All that this host holds of a vkernel, as the source is told of it. */
final class Keepsakes {
  private final List<Keepsake> all;

  private Keepsakes(List<Keepsake> all) {
    this.all = all;
  }

  static Keepsakes of(Home home, UUID vkernel) throws IOException {
    return new Keepsakes(Keepsake.of(home, vkernel));
  }

  /** What to tell the source: the newest states, oldest first. */
  WireMessage.Holds holds() {
    List<Mark> marks =
        all.stream()
            .flatMap(keepsake -> keepsake.states().stream())
            .distinct()
            .sorted(Comparator.comparingLong(Mark::sequence).reversed())
            .limit(WireMessage.Holds.MOST)
            .toList();
    return new WireMessage.Holds(new ArrayList<>(marks).reversed());
  }

  /**
   * A state, and what it takes to bring it up.
   *
   * @param keepsake of those that have it, the one from which the least has to be replayed
   */
  record Choice(Keepsake keepsake, Mark state) {
    /** Events that lead from the checkpoint to it. */
    long distance() {
      return state.sequence() - keepsake.base().position().sequence();
    }
  }

  /** What has the state that the source has chosen; null if nothing has. */
  @Nullable Choice find(Mark mark) {
    return all.stream()
        .filter(keepsake -> keepsake.states().contains(mark))
        .map(keepsake -> new Choice(keepsake, mark))
        .min(Comparator.comparingLong(Choice::distance))
        .orElse(null);
  }
}
