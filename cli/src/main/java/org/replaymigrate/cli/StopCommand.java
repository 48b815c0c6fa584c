package org.replaymigrate.cli;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Power button, then force. */
@Command(
    name = "stop",
    mixinStandardHelpOptions = true,
    description = "Presses the power button; a guest that does not power off in time is stopped.")
final class StopCommand extends VkernelCommand {
  @Option(names = "--force", description = "Stop it at once.")
  private boolean force;

  @Option(
      names = "--grace",
      paramLabel = "DURATION",
      converter = Sizes.Durations.class,
      description = "How long the guest may take (default: ${DEFAULT-VALUE}).")
  private Duration grace = Duration.ofSeconds(20);

  @Override
  int execute() throws IOException {
    Map<String, Object> ended =
        request("stop", Map.of("force", force, "graceMillis", grace.toMillis()));
    print(ended, name() + ": " + ended.get("ended"));
    return DONE;
  }
}
