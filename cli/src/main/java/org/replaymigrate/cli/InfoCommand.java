package org.replaymigrate.cli;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.replaymigrate.protocol.home.RunningProcess;
import org.replaymigrate.protocol.home.VkernelFolder;
import org.replaymigrate.recorder.control.ControlClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Figures of one vkernel. */
@Command(
    name = "info",
    description = "Figures of a vkernel, from its process if it runs, else from its recording.")
final class InfoCommand extends Subcommand {
  @Parameters(paramLabel = "NAME", description = "A vkernel; see `ps`.")
  private String name = "";

  @Override
  int execute() throws IOException {
    VkernelFolder folder = home().vkernel(name);
    folder.identity();
    Optional<RunningProcess> process = folder.running();
    Map<String, ?> figures =
        process.isPresent() ? ask(process.get()) : StoredVkernel.read(folder).figures();
    print(figures, Figures.text(figures));
    return DONE;
  }

  private static Map<String, ?> ask(RunningProcess process) throws IOException {
    try (ControlClient client = ControlClient.connect(process.socket())) {
      Map<String, Object> figures = client.request("info", Map.of());
      figures.put("state", "running");
      figures.put("pid", process.pid());
      return figures;
    }
  }
}
