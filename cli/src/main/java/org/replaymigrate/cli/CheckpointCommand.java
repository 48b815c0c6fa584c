package org.replaymigrate.cli;

import java.io.IOException;
import java.util.Map;
import picocli.CommandLine.Command;

/** A checkpoint while it runs. */
@Command(
    name = "checkpoint",
    mixinStandardHelpOptions = true,
    description = "Takes a checkpoint of a running vkernel, which runs on meanwhile.")
final class CheckpointCommand extends VkernelCommand {
  @Override
  int execute() throws IOException {
    Map<String, Object> taken = request("checkpoint", Map.of());
    print(taken, "checkpoint " + taken.get("checkpoint") + ": " + taken.get("file"));
    return DONE;
  }
}
