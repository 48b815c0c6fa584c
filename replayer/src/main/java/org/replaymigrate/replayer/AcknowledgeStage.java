package org.replaymigrate.replayer;

import com.lmax.disruptor.EventHandler;
import java.util.concurrent.CompletableFuture;
import org.replaymigrate.replayer.ReplayResult.Outcome;

/** The last stage: says what is done, and when all is. */
final class AcknowledgeStage implements EventHandler<Slot> {
  private final Acknowledgement acknowledgement;
  private final CompletableFuture<Outcome> over;
  private long sequence;
  private long instructions;
  private boolean news;

  AcknowledgeStage(Acknowledgement acknowledgement, CompletableFuture<Outcome> over) {
    this.acknowledgement = acknowledgement;
    this.over = over;
  }

  @Override
  public void onEvent(Slot slot, long position, boolean endOfBatch) {
    if (!over.isDone()) {
      take(slot, endOfBatch);
    }
    slot.clear();
  }

  private void take(Slot slot, boolean endOfBatch) {
    boolean right = slot.outcome == null || slot.outcome == Outcome.REACHED;
    if (right) {
      sequence = slot.sequence;
      instructions = slot.instructions;
      news = true;
    }
    if (news && (endOfBatch || slot.outcome != null)) {
      acknowledgement.acknowledge(sequence, instructions);
      news = false;
    }
    if (slot.failure != null) {
      over.completeExceptionally(slot.failure);
    } else if (slot.outcome != null) {
      over.complete(slot.outcome);
    }
  }
}
