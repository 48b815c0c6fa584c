package org.replaymigrate.replayer;

import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.protocol.codec.OutputMarks;
import org.replaymigrate.protocol.digest.Digest128;
import org.replaymigrate.protocol.log.Event;
import org.replaymigrate.replayer.Divergence.Kind;
import org.replaymigrate.vkernel.Machine;
import org.replaymigrate.vkernel.Stop;
import org.replaymigrate.vkernel.port.Input;

/**
 * Brings a machine from event to event. It runs in slices, none longer than some tens of
 * milliseconds, so that a replay can be watched and cancelled wherever the guest is.
 */
final class EventApplier {
  private static final long SLICE = 4_000_000;

  /** How long to wait before the host is asked again for what it could not do. */
  private static final long RETRY_NANOS = 100_000_000;

  private final Machine machine;
  private final @Nullable Supplier<Digest128> stateDigest;
  private final @Nullable CheckpointCheck checkpoints;
  private final HostWait hostWait;
  private final Runnable afterSlice;

  private boolean waiting;
  private long verifiedSequence = -1;
  private long verifiedInstructions;
  private long digestsChecked;

  /**
   * @param stateDigest of the machine as it is; null if digests of states are not to be compared
   * @param checkpoints compares with checkpoints, or null
   * @param hostWait told when the host keeps the machine waiting
   * @param afterSlice called often; what it throws goes through
   */
  EventApplier(
      Machine machine,
      @Nullable Supplier<Digest128> stateDigest,
      @Nullable CheckpointCheck checkpoints,
      HostWait hostWait,
      Runnable afterSlice) {
    this.machine = machine;
    this.stateDigest = stateDigest;
    this.checkpoints = checkpoints;
    this.hostWait = hostWait;
    this.afterSlice = afterSlice;
    this.verifiedInstructions = machine.instructions();
  }

  long digestsChecked() {
    return digestsChecked;
  }

  /**
   * Runs to a count.
   *
   * @param sequence of the event that is next
   * @return null, or why it did not get there
   */
  @Nullable Divergence runTo(long count, long sequence) {
    while (machine.instructions() < count) {
      long before = machine.instructions();
      Stop stop = run(Math.min(count, before + SLICE));
      afterSlice.run();
      if (machine.instructions() == count) {
        break; // whatever else stops it there, the event itself comes first
      }
      switch (stop) {
        case REACHED -> {
          if (machine.instructions() == before) {
            throw new IllegalStateException("machine stands still at instruction " + before);
          }
        }
        case IDLE -> {
          return diverged(Kind.STOPPED_EARLY, sequence, "guest waits, recorded to run to " + count);
        }
        case HALTED -> {
          return diverged(
              Kind.STOPPED_EARLY, sequence, "guest has halted, recorded to run to " + count);
        }
        case HOST_CALL -> {
          return diverged(
              Kind.HOST_CALL_WITHOUT_ANSWER,
              sequence,
              "guest asks for " + machine.hostCall() + ", recorded to run to " + count);
        }
        case HOST_FAULT -> throw new IllegalStateException("waited for in run");
      }
    }
    return null;
  }

  /** Runs; while the host cannot serve the machine, it stands still as it did when recorded. */
  private Stop run(long until) {
    Stop stop = machine.run(until);
    while (stop == Stop.HOST_FAULT) {
      if (!waiting) {
        waiting = true;
        hostWait.waiting(String.valueOf(Objects.requireNonNull(machine.hostFault()).getMessage()));
      }
      LockSupport.parkNanos(this, RETRY_NANOS);
      afterSlice.run();
      stop = machine.run(until);
    }
    if (waiting) {
      waiting = false;
      hostWait.goingOn();
    }
    return stop;
  }

  /** Runs to the event's count and applies it; null, or why that went wrong. */
  @Nullable Divergence apply(Event event) throws IOException {
    long sequence = event.sequence();
    Divergence divergence = runTo(event.instructions(), sequence);
    if (divergence == null && event.input() instanceof Input.HostCallReturned) {
      divergence = runToHostCall(event);
    }
    if (divergence != null) {
      return divergence;
    }
    try {
      machine.apply(event.input());
    } catch (IllegalArgumentException e) {
      return diverged(Kind.INPUT_DOES_NOT_FIT, sequence, String.valueOf(e.getMessage()));
    }
    return switch (event.input()) {
      case Input.OutputMark mark -> compare(sequence, mark);
      case Input.StateDigest digest when stateDigest != null ->
          compare(sequence, digest, stateDigest.get());
      case Input.CheckpointTaken taken when checkpoints != null ->
          compare(sequence, taken.checkpoint(), checkpoints);
      default -> null;
    };
  }

  /** An answer is applied at the count before the instruction that asks, once it has asked. */
  private @Nullable Divergence runToHostCall(Event event) {
    long count = event.instructions();
    Stop stop = run(count + 1);
    if (stop == Stop.HOST_CALL && machine.instructions() == count) {
      return null;
    }
    return diverged(
        Kind.ANSWER_WITHOUT_HOST_CALL,
        event.sequence(),
        "guest does not ask for " + event.input().getClass().getSimpleName());
  }

  private @Nullable Divergence compare(long sequence, Input.OutputMark mark) {
    digestsChecked++;
    if (OutputMarks.matches(mark, machine.outputDigest())) {
      verified(sequence);
      return null;
    }
    return diverged(
        Kind.OUTPUT_DIGEST,
        sequence,
        String.format(
            "output digest %08x, recorded %08x",
            OutputMarks.fold(machine.outputDigest()), OutputMarks.fold(mark.outputDigest())));
  }

  private @Nullable Divergence compare(long sequence, Input.StateDigest mark, Digest128 actual) {
    digestsChecked++;
    Digest128 recorded = new Digest128(mark.high(), mark.low());
    if (actual.equals(recorded)) {
      verified(sequence);
      return null;
    }
    return diverged(
        Kind.STATE_DIGEST, sequence, "state digest " + actual + ", recorded " + recorded);
  }

  private @Nullable Divergence compare(long sequence, long checkpoint, CheckpointCheck check)
      throws IOException {
    List<String> differences = check.differences(checkpoint, sequence + 1);
    if (differences.isEmpty()) {
      return null;
    }
    String what = "state is not that of checkpoint " + checkpoint;
    return diverged(Kind.CHECKPOINT, sequence, what, differences);
  }

  private void verified(long sequence) {
    verifiedSequence = sequence;
    verifiedInstructions = machine.instructions();
  }

  private Divergence diverged(Kind kind, long sequence, String what) {
    return diverged(kind, sequence, what, List.of());
  }

  private Divergence diverged(Kind kind, long sequence, String what, List<String> parts) {
    return new Divergence(
        kind,
        sequence,
        machine.instructions(),
        what,
        verifiedSequence,
        verifiedInstructions,
        parts);
  }
}
