package org.replaymigrate.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.replaymigrate.guest.BuiltinGuest;
import org.replaymigrate.guest.DebianGuest;
import org.replaymigrate.guest.Guest;
import org.replaymigrate.guest.GuestCatalogue;
import picocli.CommandLine.Command;

/** Lists guests. */
@Command(name = "list", description = "The guests that `run --guest` can boot.")
final class GuestListCommand extends Subcommand {
  @Override
  int execute() throws IOException {
    List<Map<String, Object>> all = new ArrayList<>();
    StringBuilder text = new StringBuilder();
    add(
        BuiltinGuest.NAME,
        "a small kernel of our own",
        BuiltinGuest.DEFAULT_MEMORY_BYTES,
        all,
        text);
    boolean debian = false;
    for (Guest guest : GuestCatalogue.list(home().guests())) {
      debian |= guest.name().equals(DebianGuest.NAME);
      String what = guest.manifest().suite() + ", kernel " + guest.manifest().kernelVersion();
      add(guest.name(), what, guest.memoryBytes(), all, text);
    }
    if (!debian) {
      text.append("\nnot here yet: debian (`guest fetch debian` gets it)");
    }
    print(Map.of("guests", all), text.toString());
    return DONE;
  }

  private static void add(
      String name,
      String what,
      long memoryBytes,
      List<Map<String, Object>> all,
      StringBuilder text) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("name", name);
    fields.put("what", what);
    fields.put("memoryBytes", memoryBytes);
    all.add(fields);
    text.append(text.isEmpty() ? "" : "\n");
    text.append(String.format(Locale.ROOT, "%-10s %9s  %s", name, Sizes.bytes(memoryBytes), what));
  }
}
