package org.replaymigrate.cli;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.replaymigrate.protocol.home.RunningProcess;
import org.replaymigrate.protocol.home.VkernelFolder;
import org.replaymigrate.recorder.control.ControlClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Figures of one vkernel. */
@Command(
    name = "info",
    description = "Figures of a vkernel, from its process if it runs, else from its recording.")
final class InfoCommand extends Subcommand {
  @Parameters(paramLabel = "NAME", description = "A vkernel; see `ps`.")
  private String name = "";

  @Option(
      names = "--hot",
      description =
          "What a running guest executes most, and what its machine spends the time with (idle is all in"
              + " which it executes nothing); takes a second.")
  private boolean hot;

  @Override
  int execute() throws IOException {
    VkernelFolder folder = home().vkernel(name);
    folder.identity();
    Optional<RunningProcess> process = folder.running();
    if (hot) {
      Map<String, ?> profile = askHot(folder.requireRunning());
      print(profile, HotText.of(profile));
      return DONE;
    }
    Map<String, ?> figures =
        process.isPresent() ? ask(process.get()) : StoredVkernel.read(folder).figures();
    print(figures, Figures.text(figures));
    return DONE;
  }

  private static Map<String, ?> askHot(RunningProcess process) throws IOException {
    try (ControlClient client = ControlClient.connect(process.socket())) {
      return client.request("hot", Map.of());
    }
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
