package org.replaymigrate.cli;

import java.io.IOException;
import java.util.Map;
import java.util.function.Consumer;
import org.replaymigrate.protocol.home.VkernelFolder;
import org.replaymigrate.recorder.control.ControlClient;
import picocli.CommandLine.Parameters;

/** A subcommand about one vkernel of this home. */
abstract class VkernelCommand extends Subcommand {
  @Parameters(index = "0", paramLabel = "NAME", description = "The vkernel.")
  private String name = "";

  String name() {
    return name;
  }

  VkernelFolder folder() throws IOException {
    return home().vkernel(name);
  }

  /** Asks the process which runs it. */
  Map<String, Object> request(
      String request, Map<String, ?> arguments, Consumer<Map<String, Object>> progress)
      throws IOException {
    try (ControlClient client = ControlClient.connect(folder().requireRunning().socket())) {
      return client.request(request, arguments, progress);
    }
  }

  Map<String, Object> request(String request, Map<String, ?> arguments) throws IOException {
    return request(request, arguments, progress -> {});
  }
}
