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
    if (slot.entry == null) {
      return;
    }
    try {
      slot.entry = check(slot.entry);
    } catch (FormatException e) {
      slot.entry = null;
      slot.broken = e;
    }
  }

  private Entry check(Entry entry) throws FormatException {
    switch (entry) {
      case Entry.Encoded encoded -> {
        return check(encoded.decode());
      }
      case Entry.Happened happened -> {
        Event event = happened.event();
        follow(event.sequence(), event.instructions());
        sequence++;
      }
      case Entry.Reached reached -> follow(reached.sequence(), reached.instructions());
    }
    return entry;
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
