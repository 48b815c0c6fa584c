package org.replaymigrate.replayer;

import com.lmax.disruptor.EventHandler;
import com.lmax.disruptor.Sequence;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.protocol.log.Event;
import org.replaymigrate.replayer.ReplayResult.Outcome;
import org.replaymigrate.vkernel.Machine;

/** The stage that owns the machine. What it counts may be read on any thread. */
final class ApplyStage implements EventHandler<Slot> {
  private final Machine machine;
  private final EventApplier applier;
  private final Until until;
  private final boolean stopAtDivergence;

  private final List<Divergence> divergences = new ArrayList<>();
  private long divergenceCount;
  private long bytes;
  private volatile long sequence;
  private volatile long events;
  private long applied;
  private volatile long instructions;
  private boolean over;
  private Sequence released = new Sequence();

  ApplyStage(Machine machine, long sequence, EventApplier applier, ReplayOptions options) {
    this.machine = machine;
    this.sequence = sequence;
    this.instructions = machine.instructions();
    this.applier = applier;
    this.until = options.until();
    this.stopAtDivergence = options.stopAtDivergence();
  }

  @Override
  public void setSequenceCallback(Sequence sequenceCallback) {
    released = sequenceCallback;
  }

  @Override
  public void onEvent(Slot slot, long position, boolean endOfBatch) {
    if (over) {
      return;
    }
    try {
      slot.outcome = process(slot);
    } catch (IOException e) {
      slot.outcome = Outcome.DIVERGED;
      slot.failure = e;
    }
    over = slot.outcome != null;
    updateInstructions();
    slot.sequence = sequence;
    slot.instructions = instructions;
    // Lets the next stage see it now, not at the end of a batch which may take a minute.
    released.set(position);
  }

  /** Does what the slot says; null if the replay goes on. */
  private @Nullable Outcome process(Slot slot) throws IOException {
    @Nullable Outcome outcome =
        switch (slot.entry) {
          case null -> slot.broken == null ? Outcome.REACHED : null;
          case Entry.Events entry -> apply(entry);
          case Entry.Reached reached -> runTo(reached.instructions());
          case Entry.Encoded e -> throw new IllegalStateException("an entry that was not decoded");
        };
    if (outcome == null && slot.broken != null) {
      throw slot.broken;
    }
    return outcome;
  }

  private @Nullable Outcome apply(Entry.Events entry) throws IOException {
    for (Event event : entry.events()) {
      @Nullable Outcome outcome = apply(event);
      if (outcome != null) {
        return outcome;
      }
      sequence = event.sequence() + 1;
      applied++;
      events = applied;
    }
    bytes += entry.bytes();
    return null;
  }

  private @Nullable Outcome apply(Event event) throws IOException {
    if (until instanceof Until.Instructions u && u.count() <= event.instructions()) {
      return ended(applier.runTo(u.count(), sequence));
    }
    if (until instanceof Until.Event u && u.sequence() <= event.sequence()) {
      return ended(applier.runTo(event.instructions(), sequence));
    }
    return judge(applier.apply(event));
  }

  private @Nullable Outcome runTo(long count) {
    if (until instanceof Until.Instructions u && u.count() <= count) {
      return ended(applier.runTo(u.count(), sequence));
    }
    return judge(applier.runTo(count, sequence));
  }

  private Outcome ended(@Nullable Divergence divergence) {
    @Nullable Outcome outcome = judge(divergence);
    return outcome == null ? Outcome.REACHED : outcome;
  }

  private @Nullable Outcome judge(@Nullable Divergence divergence) {
    if (divergence == null) {
      return null;
    }
    divergenceCount++;
    if (divergences.size() < ReplayResult.MAX_DIVERGENCES) {
      divergences.add(divergence);
    }
    boolean digest =
        switch (divergence.kind()) {
          case OUTPUT_DIGEST, STATE_DIGEST, CHECKPOINT -> true;
          default -> false;
        };
    return digest && !stopAtDivergence ? null : Outcome.DIVERGED;
  }

  /** Publishes the machine's count; on the machine's thread. */
  void updateInstructions() {
    instructions = machine.instructions();
  }

  long sequence() {
    return sequence;
  }

  long events() {
    return events;
  }

  long instructions() {
    return instructions;
  }

  /** After the replay. */
  long bytes() {
    return bytes;
  }

  /** After the replay. */
  List<Divergence> divergences() {
    return divergences;
  }

  /** After the replay. */
  long divergenceCount() {
    return divergenceCount;
  }
}
