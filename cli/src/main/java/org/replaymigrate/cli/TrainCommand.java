package org.replaymigrate.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.replaymigrate.protocol.home.Home;
import org.replaymigrate.protocol.home.RunningProcess;
import org.replaymigrate.protocol.home.VkernelFolder;
import org.replaymigrate.recorder.control.ControlClient;
import picocli.CommandLine.Command;

/**
 * What the launcher runs once after a build for the JVM to learn from: the built-in guest boots, is
 * worked by what comes in on standard input, and replays; another moves. The classes that this
 * loads, and what the JVM has seen of their methods, stand ready in every process from then on.
 * Only speed depends on it.
 */
@Command(
    name = "train",
    hidden = true,
    description = "Does a bit of everything, for the JVM to learn from.")
final class TrainCommand extends Subcommand {
  private static final String WORKED = "worked";
  private static final String MOVED = "moved";
  private static final int WAIT_MILLIS = 20;
  private static final int MOST_WAITS = 1500;

  @Override
  int execute() throws IOException, InterruptedException {
    Home home = home();
    Home there = new Home(home.path().resolve("there"));
    done(invoke(home, "run", WORKED, "--pace", "max"), "run");
    done(invoke(home, "replay", WORKED, "--verify"), "replay");
    move(home, there);
    return DONE;
  }

  private static void move(Home home, Home there) throws IOException, InterruptedException {
    int port = freePort();
    CompletableFuture<Integer> receiver =
        begin(there, "receive", "--listen", "127.0.0.1:" + port, "--once");
    CompletableFuture<Integer> source = begin(home, "run", MOVED);
    request(home, "migrate", Map.of("host", "127.0.0.1", "port", port));
    done(source.join(), "migrate");
    request(there, "stop", Map.of("force", true));
    done(receiver.join(), "receive");
  }

  private static void request(Home home, String name, Map<String, Object> arguments)
      throws IOException, InterruptedException {
    try (ControlClient client = ControlClient.connect(running(home).socket())) {
      client.request(name, arguments, progress -> {});
    }
  }

  private static RunningProcess running(Home home) throws IOException, InterruptedException {
    VkernelFolder folder = home.vkernel(MOVED);
    for (int i = 0; i < MOST_WAITS && folder.running().isEmpty(); i++) {
      Thread.sleep(WAIT_MILLIS);
    }
    return folder.requireRunning();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static CompletableFuture<Integer> begin(Home home, String... command) {
    CompletableFuture<Integer> ended = new CompletableFuture<>();
    Thread.ofPlatform()
        .daemon()
        .name(command[0])
        .start(() -> ended.complete(invoke(home, command)));
    return ended;
  }

  private static int invoke(Home home, String... command) {
    String[] all = Arrays.copyOf(command, command.length + 2);
    all[command.length] = "--home";
    all[command.length + 1] = home.path().toString();
    return Main.run(all);
  }

  private static void done(int exitCode, String what) throws CliException {
    if (exitCode != DONE) {
      throw new CliException(FAILED, "training: " + what + " failed");
    }
  }
}
