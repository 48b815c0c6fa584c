package org.replaymigrate.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.protocol.log.Event;
import org.replaymigrate.protocol.log.LogReader;
import org.replaymigrate.protocol.log.LogSegments;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Prints the events of a log. */
@Command(
    name = "log",
    description = {
      "Prints the events of a recording, one a line: its number, the instruction count at which it"
          + " was applied, its type, and what is in it.",
      "With --json the object has the list \"list\", and the counts of each type in \"types\"."
    })
final class LogCommand extends Subcommand {
  private static final int BUFFER = 1 << 16;

  @Parameters(paramLabel = "DIR|NAME", description = "A vkernel, or the folder of one.")
  private String recording = "";

  @Option(
      names = "--type",
      paramLabel = "T",
      description = "Only events of this type, such as console-bytes.")
  private @Nullable String type;

  @Option(names = "--from", paramLabel = "N", description = "The first event (default: 0).")
  private long from;

  @Option(names = "--to", paramLabel = "N", description = "The last event (default: the last).")
  private long to = Long.MAX_VALUE;

  private final Map<String, Long> types = new TreeMap<>();
  private final List<Map<String, Object>> list = new ArrayList<>();

  @Override
  int execute() throws IOException {
    LogSegments segments = LogSegments.in(Recording.find(home(), recording).log());
    try (LogReader log = segments.read();
        PrintStream out = stdout()) {
      for (Event event = log.next(); event != null; event = log.next()) {
        if (event.sequence() >= from && event.sequence() <= to && !show(event, out)) {
          return DONE; // whoever read this has gone
        }
      }
      if (json()) {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("events", log.position().sequence());
        figures.put("instructions", log.position().instructions());
        figures.put("logBytes", log.logicalBytes());
        figures.put("types", types);
        figures.put("list", list);
        print(figures, "");
      }
    }
    return DONE;
  }

  @SuppressWarnings("resource") // standard output stays open
  private static PrintStream stdout() {
    return new PrintStream(
        new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), BUFFER) {
          @Override
          public void close() throws IOException {
            flush();
          }
        },
        false,
        StandardCharsets.UTF_8);
  }

  private boolean show(Event event, PrintStream out) {
    String name = EventText.type(event.input());
    if (type != null && !type.equals(name)) {
      return true;
    }
    types.merge(name, 1L, Long::sum);
    if (json()) {
      list.add(EventText.fields(event));
      return true;
    }
    String line =
        String.format(
            Locale.ROOT,
            "%8d %14d  %-16s %s",
            event.sequence(),
            event.instructions(),
            name,
            EventText.details(event.input()));
    out.println(line.stripTrailing());
    return event.sequence() % 1024 != 0 || !out.checkError();
  }
}
