package org.replaymigrate.cli;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.protocol.checkpoint.CheckpointFolder;
import org.replaymigrate.protocol.checkpoint.CheckpointManifest;
import org.replaymigrate.protocol.home.VkernelFolder;
import org.replaymigrate.protocol.home.VkernelIdentity;
import org.replaymigrate.protocol.log.Event;
import org.replaymigrate.protocol.log.LogHeader;
import org.replaymigrate.protocol.log.LogPosition;
import org.replaymigrate.protocol.log.LogReader;
import org.replaymigrate.protocol.log.LogSegments;
import org.replaymigrate.protocol.owner.OwnerFile;
import org.replaymigrate.protocol.owner.Ownership;
import org.replaymigrate.recorder.Recorder;
import org.replaymigrate.vkernel.port.Input;

/** What the files of a vkernel say about it; nothing is replayed. */
record StoredVkernel(String state, Map<String, Object> figures) {
  private static final double TICKS_PER_SECOND = 1e7;

  /** Reads all of it. */
  static StoredVkernel read(VkernelFolder folder) throws IOException {
    VkernelIdentity identity = folder.identity();
    CheckpointFolder checkpoints = folder.checkpoints();
    List<Long> numbers = checkpoints.numbers();
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("name", identity.name());
    figures.put("guest", identity.guest());
    figures.put("memoryBytes", identity.config().memoryBytes());
    figures.put("harts", identity.config().harts());
    try (LogReader log = LogSegments.in(folder.log()).read()) {
      long skewTicks = 0;
      long skewFrom = 0;
      if (!numbers.isEmpty()) {
        CheckpointManifest first = checkpoints.manifest(numbers.getFirst());
        skewTicks = first.state().skewTicks();
        skewFrom = first.position().sequence();
      }
      for (Event event = log.next(); event != null; event = log.next()) {
        if (event.input() instanceof Input.ClockAdvance advance && event.sequence() >= skewFrom) {
          skewTicks += advance.ticks();
        }
      }
      long instructions = log.position().instructions();
      long ticks = instructions / identity.config().instructionsPerTick() + skewTicks;
      figures.put("instructions", instructions);
      figures.put("events", log.position().sequence());
      figures.put("logBytes", log.logicalBytes());
      figures.put("checkpoints", numbers.size());
      figures.put("guestSeconds", ticks / TICKS_PER_SECOND);
    }
    Ownership owner = new OwnerFile(folder.owner()).read();
    figures.put("owner", owner == null ? "nobody" : owner.describe());
    String state = state(folder);
    figures.put("state", state);
    return new StoredVkernel(state, figures);
  }

  /** One word or two: how its last run has ended, or where it is. */
  static String state(VkernelFolder folder) throws IOException {
    Ownership owner = new OwnerFile(folder.owner()).read();
    if (owner == null || !owner.isOwner()) {
      return owner == null ? "owned by nobody" : owner.describe();
    }
    Event last = lastEvent(LogSegments.in(folder.log()));
    if (last == null || !(last.input() instanceof Input.EndOfLog end)) {
      return "crashed";
    }
    return Recorder.EndReason.words(end.reason());
  }

  /** The last event of the last segment, or null if that has none. */
  private static @Nullable Event lastEvent(LogSegments segments) throws IOException {
    List<LogHeader> headers = segments.headers();
    if (headers.isEmpty()) {
      return null;
    }
    LogHeader header = headers.getLast();
    LogPosition start =
        new LogPosition(header.segment(), header.firstSequence(), header.firstInstructions());
    Event last = null;
    try (LogReader log = segments.read(start)) {
      for (Event event = log.next(); event != null; event = log.next()) {
        last = event;
      }
    }
    return last;
  }
}
