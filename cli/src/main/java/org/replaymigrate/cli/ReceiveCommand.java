package org.replaymigrate.cli;

import java.io.IOException;
import java.net.BindException;
import java.net.ServerSocket;
import java.net.SocketException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.jline.utils.Signals;
import org.replaymigrate.protocol.home.Home;
import org.replaymigrate.protocol.log.EventLogWriter;
import org.replaymigrate.protocol.tls.LinkRefusal;
import org.replaymigrate.protocol.tls.LinkSecurity;
import org.replaymigrate.protocol.wire.Gate;
import org.replaymigrate.protocol.wire.WireConnection;
import org.replaymigrate.recorder.PendingOutputs;
import org.replaymigrate.replayer.receive.Landing;
import org.replaymigrate.replayer.receive.Reception;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Waits for vkernels to migrate here, and runs them. */
@Command(
    name = "receive",
    mixinStandardHelpOptions = true,
    description = {
      "Waits for vkernels to migrate here, and runs them; `console NAME` attaches to one.",
      "Ctrl-C sends back what is still on its way, and stops what runs; `resume` goes on with"
          + " that.",
      "Beyond this machine only hosts with a certificate can connect (see `tls init`), unless"
          + " --insecure is given."
    })
final class ReceiveCommand extends Subcommand {
  @Option(
      names = "--listen",
      required = true,
      paramLabel = "HOST:PORT",
      converter = HostPort.Converter.class,
      description = "Where to listen; port 0 picks one, and says which.")
  private HostPort listen = new HostPort("", 0);

  @Option(
      names = "--resume-within",
      paramLabel = "DURATION",
      converter = Sizes.Durations.class,
      description = {
        "How long a vkernel on its way here waits for its source when the link has broken, before"
            + " what has come is removed (default: 1m)."
      })
  private Duration patience = Duration.ofMinutes(1);

  @Mixin private LinkOptions link = new LinkOptions();

  @Mixin private TranslateOption translate = new TranslateOption();

  @Mixin private CadenceOption cadence = new CadenceOption();

  @Option(names = "--once", description = "End when the first vkernel that came has ended.")
  private boolean once;

  private static final int INTERRUPTED = 130;
  private static final long END_MILLIS = 20_000;

  /** Instructions, half of them interpreted. */
  private static final long EXERCISE = 200_000_000;

  private final CountDownLatch finished = new CountDownLatch(1);

  /** Threads that have a vkernel, coming or running, and how to end that. */
  private final Map<Thread, Runnable> serving = new ConcurrentHashMap<>();

  private volatile boolean ending;

  @Override
  int execute() throws IOException, InterruptedException {
    Home home = home();
    LinkSecurity security = security();
    try (ServerSocket server = new ServerSocket()) {
      bind(server);
      HostPort here = new HostPort(listen.host(), server.getLocalPort());
      say("listening on " + here);
      warm();
      Gate gate = new Gate(server, security, patience, Subcommand::say, each -> serve(each, home));
      Thread.ofPlatform().daemon().name("accept").start(gate::run);
      Signals.register("INT", this::stop);
      Signals.register("TERM", this::stop);
      finished.await();
    }
    if (ending) {
      awaitServing();
    }
    print(Map.of("received", 1), "done");
    return DONE;
  }

  private LinkSecurity security() throws IOException {
    LinkSecurity security = link.security();
    try {
      security.permit(listen.address(), listen.toString());
    } catch (LinkRefusal e) {
      throw LinkOptions.refused(e);
    }
    return security;
  }

  private void bind(ServerSocket server) throws IOException {
    try {
      server.bind(listen.address());
    } catch (BindException e) {
      throw new CliException(
          FAILED, listen + ": cannot listen there (" + e.getMessage() + "); choose another port");
    } catch (SocketException e) {
      throw new CliException(FAILED, listen + ": cannot listen there (" + e.getMessage() + ")");
    }
  }

  /** What a hand-over would otherwise wait for. */
  private void warm() {
    Thread.ofPlatform()
        .daemon()
        .name("warm")
        .start(() -> {
          try {
            exercise();
            EventLogWriter.prewarm(Path.of(System.getProperty("java.io.tmpdir")));
            Drill.run(translate.translation());
          } catch (IOException e) {
            say("temporary directory: " + e.getMessage());
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
  }

  /** Beside everything else, until a guest comes. */
  private void exercise() {
    if (!Drill.isWanted()) {
      return;
    }
    Exercise exercise = new Exercise(EXERCISE, () -> serving.isEmpty() && !ending);
    Thread.ofPlatform()
        .daemon()
        .name("exercise")
        .start(() -> exercise.run(translate.translation()));
  }

  private void serve(WireConnection connection, Home home) {
    Thread here = Thread.currentThread();
    try {
      Reception reception =
          new Reception(
              connection,
              home,
              ReceiveCommand::muted,
              received -> new ArrivedVkernel(received, cadence::apply, Subcommand::say),
              translate.translation(),
              Subcommand::say);
      serving.put(here, reception::cancel);
      if (ending) {
        reception.cancel();
      }
      Landing landing = reception.run();
      if (landing != null) {
        live(landing);
      }
    } catch (IOException e) {
      say(oneLine(e));
    } catch (InterruptedException e) {
      here.interrupt();
    } finally {
      serving.remove(here);
    }
  }

  /** The outputs of a machine that is only replayed. */
  static PendingOutputs muted() {
    PendingOutputs outputs = new PendingOutputs();
    outputs.mute(true);
    return outputs;
  }

  private void live(Landing vkernel) throws IOException, InterruptedException {
    serving.put(Thread.currentThread(), vkernel::stop);
    if (ending) {
      vkernel.stop();
    }
    vkernel.run();
    if (once) {
      finished.countDown();
    }
  }

  /** The first time everything is ended in good order, the second time at once. */
  private void stop() {
    if (ending) {
      Runtime.getRuntime().halt(INTERRUPTED);
    }
    ending = true;
    serving.values().forEach(Runnable::run);
    finished.countDown();
  }

  private void awaitServing() throws InterruptedException {
    for (Thread thread : serving.keySet()) {
      thread.join(END_MILLIS);
    }
  }
}
