package org.replaymigrate.bench;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What every comparison takes. */
public final class ComparisonOptions {
  @Option(names = "--json", paramLabel = "FILE", description = "Writes the figures there, too.")
  public @Nullable Path json;

  @Option(
      names = "--times",
      paramLabel = "N",
      description = "Runs of each program, in turn; medians count (default: 5).")
  public int times = 5;

  @Option(
      names = "--quick",
      description = "A tenth of the work, for a look: the goals are not meant for it.")
  public boolean quick;
}
