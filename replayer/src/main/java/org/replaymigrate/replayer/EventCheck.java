package org.replaymigrate.replayer;

import com.lmax.disruptor.EventHandler;
import org.replaymigrate.protocol.format.FormatException;
import org.replaymigrate.protocol.log.Event;

/**
 * Decodes what is still encoded, and refuses entries which no recording can hold: numbers that do
 * not follow each other, counts that go back or leap.
 */
final class EventCheck implements EventHandler<Slot> {
  /**
   * Instructions between two entries, at most. Recorders write a digest a thousand times as often;
   * without a bound a hostile entry could keep the machine busy for years.
   */
  static final long LONGEST_GAP = 1L << 40;

  private long sequence;
  private long instructions;

  EventCheck(long sequence, long instructions) {
    this.sequence = sequence;
    this.instructions = instructions;
  }

  @Override
  public void onEvent(Slot slot, long position, boolean endOfBatch) {
    Entry entry = slot.entry;
    try {
      if (entry instanceof Entry.Encoded encoded) {
        entry = encoded.decode();
      }
      slot.entry = entry;
      switch (entry) {
        case Entry.Events events -> check(slot, events);
        case Entry.Reached reached -> follow(reached.sequence(), reached.instructions());
        case null, default -> {}
      }
    } catch (FormatException e) {
      slot.entry = null;
      slot.broken = e;
    }
  }

  /** Leaves those events in the slot that come before the first bad one. */
  private void check(Slot slot, Entry.Events entry) {
    for (int i = 0; i < entry.events().size(); i++) {
      Event event = entry.events().get(i);
      try {
        follow(event.sequence(), event.instructions());
      } catch (FormatException e) {
        slot.entry = i == 0 ? null : new Entry.Events(entry.events().subList(0, i), entry.bytes());
        slot.broken = e;
        return;
      }
      sequence++;
    }
  }

  private void follow(long nextSequence, long nextInstructions) throws FormatException {
    require(nextSequence == sequence, "event " + nextSequence + " where " + sequence + " is due");
    require(
        nextInstructions >= instructions && nextInstructions - instructions <= LONGEST_GAP,
        "event " + sequence + " at instruction " + nextInstructions + " after " + instructions);
    instructions = nextInstructions;
  }

  private static void require(boolean valid, String what) throws FormatException {
    if (!valid) {
      throw new FormatException.Corrupt(what);
    }
  }
}
