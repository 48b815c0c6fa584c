package org.replaymigrate.cli;

import java.io.IOException;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.replaymigrate.protocol.home.RunningProcess;
import org.replaymigrate.protocol.home.VkernelFolder;
import org.replaymigrate.protocol.home.VkernelIdentity;
import org.replaymigrate.protocol.owner.OwnerFile;
import org.replaymigrate.protocol.owner.Ownership;
import picocli.CommandLine.Command;

/** The vkernels of this home. */
@Command(
    name = "ps",
    description = "The vkernels that are here, what they are doing, and where those are that left.")
final class PsCommand extends Subcommand {
  @Override
  int execute() throws IOException {
    List<Map<String, Object>> all = new ArrayList<>();
    StringBuilder table = new StringBuilder();
    table.append(row("NAME", "STATE", "PID", "MEMORY", "HARTS", "CREATED", "GUEST"));
    for (VkernelFolder folder : home().list()) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("name", folder.name());
      String line;
      try {
        line = describe(folder, fields);
      } catch (IOException e) {
        // One that cannot be read does not hide the others.
        fields.put("problem", oneLine(e));
        line = row(folder.name(), "unreadable", "", "", "", "", oneLine(e));
      }
      table.append('\n').append(line);
      all.add(fields);
    }
    print(Map.of("vkernels", all), table.toString());
    return DONE;
  }

  private static String describe(VkernelFolder folder, Map<String, Object> fields)
      throws IOException {
    VkernelIdentity identity = folder.identity();
    Optional<RunningProcess> process = folder.running();
    // A process that has given it away, and is still telling the new owner so, does not run it.
    Ownership owner = new OwnerFile(folder.owner()).read();
    boolean running = process.isPresent() && owner != null && owner.isOwner();
    String state = running ? "running" : StoredVkernel.state(folder);
    fields.put("state", state);
    process.ifPresent(p -> fields.put("pid", p.pid()));
    fields.put("guest", identity.guest());
    fields.put("memoryBytes", identity.config().memoryBytes());
    fields.put("harts", identity.config().harts());
    fields.put("created", identity.created().toString());
    fields.put("id", identity.id().toString());
    return row(
        folder.name(),
        state,
        process.map(p -> String.valueOf(p.pid())).orElse("-"),
        Sizes.bytes(identity.config().memoryBytes()),
        identity.config().harts(),
        LocalDate.ofInstant(identity.created(), ZoneId.systemDefault()),
        identity.guest());
  }

  private static String row(Object... columns) {
    return String.format(Locale.ROOT, "%-20s %-12s %8s %9s %5s  %-10s %s", columns).stripTrailing();
  }
}
