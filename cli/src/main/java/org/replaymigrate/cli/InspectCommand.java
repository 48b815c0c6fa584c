package org.replaymigrate.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.replaymigrate.protocol.checkpoint.CheckpointFolder;
import org.replaymigrate.protocol.checkpoint.CheckpointManifest;
import org.replaymigrate.protocol.checkpoint.CheckpointReader;
import org.replaymigrate.protocol.home.VkernelFolder;
import org.replaymigrate.protocol.home.VkernelIdentity;
import org.replaymigrate.protocol.log.Event;
import org.replaymigrate.protocol.log.EventLogReader;
import org.replaymigrate.protocol.log.LogEnd;
import org.replaymigrate.protocol.log.LogHeader;
import org.replaymigrate.protocol.log.LogSegments;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Looks into files. */
@Command(
    name = "inspect",
    description = {
      "What a recording, a segment of a log or a checkpoint holds, without a machine. Everything"
          + " that is read is checked."
    })
final class InspectCommand extends Subcommand {
  private static final long NANOS_PER_MILLI = 1_000_000;

  @Parameters(
      paramLabel = "DIR|NAME|FILE",
      description = "A vkernel or its folder, the folder of a segment, or a checkpoint's file.")
  private String target = "";

  @Override
  int execute() throws IOException {
    Path path = Path.of(target);
    Map<String, Object> found;
    if (Files.isRegularFile(path)) {
      found = checkpoint(folderOf(path).checkpoints(), path);
    } else if (path.resolve("metadata.cq4t").toFile().exists()) {
      found = segment(path);
    } else {
      found = recording(Recording.find(home(), target));
    }
    print(found, text(found, ""));
    return DONE;
  }

  private static Map<String, Object> recording(VkernelFolder folder) throws IOException {
    VkernelIdentity identity = folder.identity();
    Map<String, Object> found = new LinkedHashMap<>();
    found.put("folder", folder.path().toString());
    found.put("name", identity.name());
    found.put("id", identity.id().toString());
    found.put("guest", identity.guest());
    found.put("created", identity.created().toString());
    found.put("memoryBytes", identity.config().memoryBytes());
    found.put("harts", identity.config().harts());
    found.put("devices", identity.config().slots().stream().map(Object::toString).toList());
    found.put("disks", identity.disks().stream().map(disk -> disk.path().toString()).toList());
    found.put("nets", identity.nets());
    LogSegments segments = LogSegments.in(folder.log());
    List<Object> log = new ArrayList<>();
    for (LogHeader header : segments.headers()) {
      log.add(segment(segments.path(header.segment())));
    }
    found.put("segments", log);
    CheckpointFolder checkpoints = folder.checkpoints();
    List<Object> files = new ArrayList<>();
    for (long number : checkpoints.numbers()) {
      files.add(checkpoint(checkpoints, checkpoints.file(number)));
    }
    found.put("checkpoints", files);
    return found;
  }

  private static Map<String, Object> segment(Path path) throws IOException {
    Map<String, Object> found = new LinkedHashMap<>();
    Map<String, Long> types = new TreeMap<>();
    try (EventLogReader reader = EventLogReader.open(path)) {
      LogHeader header = reader.header();
      for (Event event = reader.next(); event != null; event = reader.next()) {
        types.merge(EventText.type(event.input()), 1L, Long::sum);
      }
      LogEnd end = reader.end();
      found.put("segment", path.toString());
      found.put("vkernel", header.vkernel().toString());
      found.put("baseCheckpoint", header.baseCheckpoint());
      found.put("firstEvent", header.firstSequence());
      found.put("events", reader.position().sequence() - header.firstSequence());
      found.put("firstInstruction", header.firstInstructions());
      found.put("lastInstruction", reader.position().instructions());
      found.put("logBytes", reader.logicalBytes());
      found.put("end", end.kind().name().toLowerCase(Locale.ROOT));
      if (end.tornBytes() > 0) {
        found.put("tornBytes", end.tornBytes());
      }
      found.put("types", types);
    }
    return found;
  }

  /** That of the vkernel whose checkpoint a file is, if it is where those are. */
  private static VkernelFolder folderOf(Path checkpoint) {
    return new VkernelFolder(checkpoint.toAbsolutePath().resolve("../..").normalize());
  }

  private static Map<String, Object> checkpoint(CheckpointFolder folder, Path path)
      throws IOException {
    Map<String, Object> found = new LinkedHashMap<>();
    try (CheckpointReader reader = folder.open(path)) {
      CheckpointManifest manifest = reader.manifest();
      found.put("checkpoint", path.toString());
      found.put("vkernel", manifest.vkernel().toString());
      found.put("number", manifest.number());
      found.put("taken", Instant.ofEpochMilli(manifest.epochNanos() / NANOS_PER_MILLI).toString());
      found.put("instructions", manifest.state().instructions());
      found.put("nextEvent", manifest.position().sequence());
      found.put("stateDigest", manifest.digest().toString());
      found.put("fileBytes", reader.bytes());
      found.put("packs", manifest.packs().size());
      List<Object> spaces = new ArrayList<>();
      for (CheckpointManifest.Space space : manifest.spaces()) {
        Map<String, Object> one = new LinkedHashMap<>();
        one.put("space", spaces.isEmpty() ? "memory" : "disk " + (spaces.size() - 1));
        one.put("pages", space.pages());
        one.put("saved", space.saved());
        spaces.add(one);
      }
      found.put("spaces", spaces);
    }
    return found;
  }

  /** Like {@link Figures#text}, with what is inside indented below. */
  private static String text(Map<?, ?> found, String indent) {
    Map<String, Object> plain = new LinkedHashMap<>();
    StringBuilder below = new StringBuilder();
    found.forEach((key, value) -> {
      String name = String.valueOf(key);
      switch (value) {
        case Map<?, ?> map -> below.append('\n').append(name).append("\n").append(text(map, "  "));
        case List<?> list when list.stream().allMatch(one -> one instanceof String) ->
            plain.put(
                name,
                list.isEmpty()
                    ? null
                    : String.join("; ", list.stream().map(String::valueOf).toList()));
        case List<?> list ->
            list.forEach(one -> below.append("\n").append(text((Map<?, ?>) one, "  ")));
        case null, default -> plain.put(name, value);
      }
    });
    return (Figures.text(plain) + below).indent(indent.length()).stripTrailing();
  }
}
