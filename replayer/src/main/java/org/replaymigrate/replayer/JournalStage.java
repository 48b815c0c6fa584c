package org.replaymigrate.replayer;

import com.lmax.disruptor.EventHandler;
import java.io.IOException;
import org.replaymigrate.protocol.log.Event;

/** Writes down what has come in, beside the stage that applies it. */
final class JournalStage implements EventHandler<Slot> {
  private final Journal journal;

  JournalStage(Journal journal) {
    this.journal = journal;
  }

  @Override
  public void onEvent(Slot slot, long position, boolean endOfBatch) throws IOException {
    if (slot.entry instanceof Entry.Events entry) {
      for (Event event : entry.events()) {
        journal.append(event);
      }
    }
    if (endOfBatch) {
      journal.commit();
    }
  }
}
