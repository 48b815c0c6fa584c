package org.replaymigrate.cli;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.guest.DebianGuest;
import org.replaymigrate.guest.FetchOptions;
import org.replaymigrate.guest.Guest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Fetches a guest. */
@Command(
    name = "fetch",
    description = {
      "Fetches Debian's riscv64 kernel and busybox with apt-get, in a root of its own, and builds"
          + " an initial RAM disk. Needs no root. Does nothing when it is there already."
    })
final class GuestFetchCommand extends Subcommand {
  @Parameters(paramLabel = "GUEST", description = "debian")
  private String guest = "";

  @Option(
      names = "--suite",
      paramLabel = "SUITE",
      description = "Debian suite (default: ${DEFAULT-VALUE}).")
  private String suite = FetchOptions.DEFAULT_SUITE;

  @Option(
      names = "--mirror",
      paramLabel = "URI",
      description = "Debian mirror (default: the one in this machine's apt sources).")
  private @Nullable String mirror;

  @Option(names = "--refresh", description = "Fetch again, for newer packages.")
  private boolean refresh;

  @Override
  int execute() throws IOException, InterruptedException {
    if (!guest.equals(DebianGuest.NAME)) {
      throw new CliException(USAGE, "no guest \"" + guest + "\" to fetch: there is debian");
    }
    FetchOptions options = FetchOptions.defaults().withSuite(suite).withRefresh(refresh);
    if (mirror != null) {
      options = options.withMirror(mirror);
    }
    Guest fetched;
    try (Progress progress = new Progress()) {
      fetched = DebianGuest.fetch(home().guests(), options, progress::step);
    }
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("guest", fetched.name());
    figures.put("suite", fetched.manifest().suite());
    figures.put("kernel", fetched.manifest().kernelVersion());
    figures.put("folder", fetched.folder().toString());
    print(figures, Figures.text(figures));
    return DONE;
  }
}
