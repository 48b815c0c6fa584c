package org.replaymigrate.cli;

import java.io.IOException;
import java.net.BindException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.replaymigrate.protocol.home.Home;
import org.replaymigrate.protocol.log.EventLogWriter;
import org.replaymigrate.protocol.wire.WireConnection;
import org.replaymigrate.recorder.HostClock;
import org.replaymigrate.recorder.PendingOutputs;
import org.replaymigrate.recorder.Recorder;
import org.replaymigrate.recorder.session.LiveSession;
import org.replaymigrate.recorder.session.LiveVkernel;
import org.replaymigrate.replayer.receive.Received;
import org.replaymigrate.replayer.receive.Reception;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Waits for vkernels to migrate here, and runs them. */
@Command(
    name = "receive",
    mixinStandardHelpOptions = true,
    description = {
      "Waits for vkernels to migrate here, and runs them; `console NAME` attaches to one.",
      "There is no authentication yet: listen where only hosts that you trust can connect."
    })
final class ReceiveCommand extends Subcommand {
  @Option(
      names = "--listen",
      required = true,
      paramLabel = "HOST:PORT",
      converter = HostPort.Converter.class,
      description = "Where to listen; port 0 picks one, and says which.")
  private HostPort listen = new HostPort("", 0);

  @Option(names = "--once", description = "End when the first vkernel that came has ended.")
  private boolean once;

  private final CountDownLatch finished = new CountDownLatch(1);

  @Override
  int execute() throws IOException, InterruptedException {
    Home home = home();
    try (ServerSocket server = new ServerSocket()) {
      bind(server);
      HostPort here = new HostPort(listen.host(), server.getLocalPort());
      say("listening on " + here);
      warm();
      Thread.ofPlatform().daemon().name("accept").start(() -> accept(server, home));
      finished.await();
    }
    print(Map.of("received", 1), "done");
    return DONE;
  }

  private void bind(ServerSocket server) throws IOException {
    try {
      server.bind(listen.address());
    } catch (BindException e) {
      throw new CliException(
          FAILED, listen + ": cannot listen there (" + e.getMessage() + "); choose another port");
    }
  }

  /** What a hand-over would otherwise wait for. */
  private static void warm() {
    Thread.ofPlatform()
        .daemon()
        .name("warm")
        .start(() -> {
          try {
            EventLogWriter.prewarm(Path.of(System.getProperty("java.io.tmpdir")));
          } catch (IOException e) {
            say("temporary directory: " + e.getMessage());
          }
        });
  }

  private void accept(ServerSocket server, Home home) {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        Thread.ofPlatform().daemon().name("reception").start(() -> serve(socket, home));
      } catch (IOException e) {
        if (!server.isClosed()) {
          say("accepting: " + e.getMessage());
        }
      }
    }
  }

  private void serve(Socket socket, Home home) {
    try {
      Received received =
          new Reception(
                  new WireConnection(socket),
                  home,
                  () -> {
                    PendingOutputs outputs = new PendingOutputs();
                    outputs.mute(true);
                    return outputs;
                  },
                  Subcommand::say)
              .run();
      if (received != null) {
        live(received);
      }
    } catch (IOException e) {
      say(oneLine(e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void live(Received received) throws IOException, InterruptedException {
    LiveVkernel vkernel =
        new LiveVkernel(
            received.folder(),
            received.identity(),
            received.lock(),
            received.hosted(),
            (PendingOutputs) received.outputs(),
            received.log(),
            HostClock.SYSTEM.epochNanos());
    LiveSession session =
        new LiveSession(vkernel, HostClock.SYSTEM, new Notices(received.identity().name()));
    say("\"" + received.identity().name() + "\" is live here");
    Recorder.EndReason reason = session.run();
    say("\"" + received.identity().name() + "\": " + reason.words());
    if (once) {
      finished.countDown();
    }
  }
}
