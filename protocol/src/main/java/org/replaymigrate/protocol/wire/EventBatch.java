package org.replaymigrate.protocol.wire;

import com.esotericsoftware.kryo.KryoException;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import java.util.ArrayList;
import java.util.List;
import org.replaymigrate.protocol.codec.InputCodec;
import org.replaymigrate.protocol.format.FormatException;
import org.replaymigrate.protocol.log.Event;

/**
 * Packs events of the log into {@link WireMessage.Events}, and out again. For one thread at a time.
 */
public final class EventBatch {
  private final InputCodec codec = new InputCodec();
  private final Output out =
      new Output(WireCodec.MAX_PART, WireCodec.MAX_PART + InputCodec.MAX_BYTES + 16);
  private long firstSequence;
  private long firstInstructions;
  private long instructions;
  private int count;

  /** Whether another event fits in. */
  public boolean hasRoom() {
    return out.position() < WireCodec.MAX_PART - InputCodec.MAX_BYTES - 16;
  }

  public boolean isEmpty() {
    return count == 0;
  }

  /** Adds the event that follows the one added before; there must be room. */
  public void add(Event event) {
    if (count == 0) {
      firstSequence = event.sequence();
      firstInstructions = event.instructions();
      instructions = event.instructions();
    }
    out.writeVarLong(event.instructions() - instructions, true);
    codec.write(out, event.input());
    instructions = event.instructions();
    count++;
  }

  /** The message with everything added; the batch is empty afterwards. */
  public WireMessage.Events take() {
    WireMessage.Events message =
        new WireMessage.Events(firstSequence, firstInstructions, count, out.toBytes());
    out.reset();
    count = 0;
    return message;
  }

  /**
   * The events of a message.
   *
   * @throws FormatException.Corrupt if it holds anything else
   */
  public List<Event> open(WireMessage.Events message) throws FormatException.Corrupt {
    Input in = new Input(message.encoded());
    List<Event> events = new ArrayList<>();
    long at = message.firstInstructions();
    try {
      // Each takes at least two bytes, so a lying count cannot make the list large.
      for (int i = 0; i < message.count(); i++) {
        long step = in.readVarLong(true);
        if (step < 0 || at + step < at) {
          throw new FormatException.Corrupt(
              "event " + (message.firstSequence() + i) + " in the past");
        }
        at += step;
        events.add(new Event(message.firstSequence() + i, at, codec.read(in)));
      }
    } catch (KryoException e) {
      throw new FormatException.Corrupt("a batch of events is cut short");
    }
    if (in.position() != in.limit()) {
      throw new FormatException.Corrupt("a batch of events with bytes to spare");
    }
    return events;
  }
}
