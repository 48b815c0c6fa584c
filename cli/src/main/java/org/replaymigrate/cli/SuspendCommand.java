package org.replaymigrate.cli;

import java.io.IOException;
import java.util.Map;
import picocli.CommandLine.Command;

/** To disk and exit. */
@Command(
    name = "suspend",
    mixinStandardHelpOptions = true,
    description = "Puts a running vkernel to disk; `resume` goes on with it.")
final class SuspendCommand extends VkernelCommand {
  @Override
  int execute() throws IOException {
    Map<String, Object> ended = request("suspend", Map.of());
    print(ended, name() + ": suspended");
    return DONE;
  }
}
