package org.replaymigrate.replayer;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import java.util.function.Supplier;
import org.replaymigrate.protocol.digest.Digest128;
import org.replaymigrate.protocol.log.Event;
import org.replaymigrate.protocol.log.EventLogWriter;
import org.replaymigrate.protocol.log.LogHeader;
import org.replaymigrate.protocol.log.LogSegments;
import org.replaymigrate.vkernel.Machine;
import org.replaymigrate.vkernel.Stop;
import org.replaymigrate.vkernel.port.HostCall;
import org.replaymigrate.vkernel.port.Input;

/** Feeds a machine what a seed says, at counts that the seed says, and writes it all down. */
final class ScriptedRecorder {
  private final Machine machine;
  private final Random random;
  private final List<Event> events = new ArrayList<>();
  private final Supplier<Digest128> stateDigest;
  private final long firstSequence;
  private long marked;

  private ScriptedRecorder(
      Machine machine, Supplier<Digest128> stateDigest, long sequence, long seed) {
    this.machine = machine;
    this.stateDigest = stateDigest;
    this.firstSequence = sequence;
    this.random = new Random(seed);
    this.marked = machine.outputDigest();
  }

  /** What came out of a recording. */
  record Recording(List<Event> events, long instructions, Digest128 digest, long outputDigest) {
    /** Writes it as a log of one segment. */
    LogSegments write(Path directory) throws IOException {
      LogSegments segments = LogSegments.in(directory);
      LogHeader header = new LogHeader(new UUID(1, 2), Digest128.NONE, segments.next(), 0, 0, 0);
      try (EventLogWriter writer = segments.create(header)) {
        for (Event event : events) {
          writer.append(event.instructions(), event.input());
        }
      }
      return segments;
    }

    /** The same with another event in the place of one. */
    List<Event> with(int index, long instructions, Input input) {
      List<Event> changed = new ArrayList<>(events);
      changed.set(index, new Event(index, instructions, input));
      return changed;
    }

    /** Index of the first event of a type, from an index on. */
    int first(Class<? extends Input> type, int from) {
      for (int i = from; i < events.size(); i++) {
        if (type.isInstance(events.get(i).input())) {
          return i;
        }
      }
      throw new IllegalArgumentException("no " + type + " from event " + from);
    }
  }

  /** Records until there are so many events, or the guest powers off. */
  static Recording record(Machine machine, long seed, int count) {
    return record(machine, Bench.digest(machine), 0, seed, count);
  }

  /** Goes on recording. */
  static Recording record(
      Machine machine, Supplier<Digest128> stateDigest, long sequence, long seed, int count) {
    ScriptedRecorder recorder = new ScriptedRecorder(machine, stateDigest, sequence, seed);
    recorder.run(count);
    recorder.mark();
    recorder.digest();
    return new Recording(
        List.copyOf(recorder.events),
        machine.instructions(),
        stateDigest.get(),
        machine.outputDigest());
  }

  private void run(int count) {
    while (events.size() < count) {
      Stop stop = machine.run(machine.instructions() + 1 + random.nextInt(20_000));
      if (machine.outputDigest() != marked) {
        mark();
      }
      switch (stop) {
        case REACHED -> {
          if (random.nextInt(4) == 0) {
            surprise();
          }
        }
        case IDLE -> {
          if (random.nextInt(4) == 0) {
            type();
          }
          long ticks = machine.idleTicks();
          record(new Input.ClockAdvance(ticks == Long.MAX_VALUE ? 100 : Math.max(1, ticks)));
        }
        case HOST_CALL -> {
          switch (Objects.requireNonNull(machine.hostCall())) {
            case HostCall.ReadClock c -> record(new Input.ClockRead(random.nextLong() >>> 1));
            case HostCall.Entropy e -> record(new Input.Entropy(new byte[e.bytes()]));
          }
        }
        case HOST_FAULT -> throw new IllegalStateException("no disks here");
        case HALTED -> {
          record(new Input.EndOfLog(1));
          return;
        }
      }
    }
  }

  private void surprise() {
    switch (random.nextInt(4)) {
      case 0 -> type();
      case 1 -> record(new Input.ClockAdvance(1 + random.nextInt(100_000)));
      case 2 -> digest();
      default -> {
        type();
        record(new Input.ClockAdvance(1 + random.nextInt(1000)));
        type();
      }
    }
  }

  private void type() {
    byte[] text = "abcdefgh".substring(0, 1 + random.nextInt(8)).getBytes(StandardCharsets.UTF_8);
    record(new Input.ConsoleBytes(0, text));
  }

  private void mark() {
    marked = machine.outputDigest();
    record(new Input.OutputMark(marked));
  }

  private void digest() {
    Digest128 digest = stateDigest.get();
    record(new Input.StateDigest(digest.high(), digest.low()));
  }

  private void record(Input input) {
    events.add(new Event(firstSequence + events.size(), machine.instructions(), input));
    machine.apply(input);
  }
}
