package org.replaymigrate.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.replaymigrate.recorder.control.ControlClient;
import picocli.CommandLine.Command;

/** Attaches to a console. */
@Command(
    name = "console",
    description = {
      "Attaches to the console of a running vkernel, beginning with the last 64 KiB of its output.",
      "On a terminal, "
          + EscapeKeys.HELP
          + ". Otherwise standard input is typed, and its end ends"
          + " the typing only."
    })
final class ConsoleCommand extends VkernelCommand {
  private final AtomicBoolean detached = new AtomicBoolean();

  @Override
  int execute() throws IOException {
    boolean interactive = !json() && RawTerminal.isInteractive();
    OutputStream out = json() ? System.err : System.out;
    try (ControlClient client = ControlClient.connect(folder().requireRunning().socket())) {
      client.console();
      if (interactive) {
        say("[" + EscapeKeys.HELP + "]");
        try (RawTerminal _ = RawTerminal.open()) {
          watch(client, out, true);
        }
      } else {
        watch(client, out, false);
      }
    }
    boolean ended = !detached.get();
    if (json()) {
      print(Map.of("name", name(), "ended", ended), "");
    } else if (interactive) {
      say("\n\"" + name() + "\" " + (ended ? "has ended" : "runs on"));
    }
    return DONE;
  }

  private void watch(ControlClient client, OutputStream out, boolean interactive)
      throws IOException {
    Typing.begin(
        System.in,
        interactive,
        new Typing.Guest() {
          @Override
          public void type(byte[] bytes) throws IOException {
            client.type(bytes);
          }

          @Override
          public void endTyping() throws IOException {
            client.endTyping();
          }
        },
        () -> detach(client));
    try {
      byte[] bytes = client.readConsole();
      while (bytes != null) {
        out.write(bytes);
        out.flush();
        bytes = client.readConsole();
      }
    } catch (IOException e) {
      if (!detached.get()) {
        throw e;
      }
    }
  }

  private void detach(ControlClient client) {
    detached.set(true);
    try {
      client.close();
    } catch (IOException e) {
      say("console: " + e.getMessage());
    }
  }
}
