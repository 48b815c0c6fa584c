package org.replaymigrate.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.replaymigrate.guest.BuiltinGuest;
import org.replaymigrate.protocol.fault.CrashPoint;
import org.replaymigrate.protocol.home.Home;
import org.replaymigrate.protocol.home.Pace;
import org.replaymigrate.protocol.tls.LinkSecurity;
import org.replaymigrate.protocol.wire.Gate;
import org.replaymigrate.protocol.wire.WireConnection;
import org.replaymigrate.recorder.HostClock;
import org.replaymigrate.recorder.Recorder;
import org.replaymigrate.recorder.control.ControlClient;
import org.replaymigrate.recorder.session.LiveSession;
import org.replaymigrate.recorder.session.NewVkernel;
import org.replaymigrate.replayer.receive.Landing;
import org.replaymigrate.replayer.receive.Reception;
import org.replaymigrate.vkernel.MachineConfig;
import org.replaymigrate.vkernel.board.BootImage;
import org.replaymigrate.vkernel.translate.Translation;

/**
 * A migration of a small guest from this process to itself, in folders that are removed afterwards:
 * so that all that a real one needs has been loaded, linked and run once. In a new JVM that takes
 * about a second, and a guest that arrives would stand still for a part of it.
 */
final class Drill {
  private static final String NAME = "drill";
  private static final long MEMORY = 16L << 20;
  private static final int SEED_BYTES = 32;
  private static final long LIMIT_SECONDS = 60;

  private final Home here;
  private final Home there;
  private final Translation translation;

  private Drill(Path folder, Translation translation) {
    this.here = new Home(folder.resolve("here"));
    this.there = new Home(folder.resolve("there"));
    this.translation = translation;
  }

  /**
   * Whether this process is to get ready for anything: what is to go wrong is the real thing, and
   * tests start many processes that need no speed.
   */
  static boolean isWanted() {
    return !CrashPoint.areArmed() && !Boolean.getBoolean("replay-migrate.no-drill");
  }

  /** Does it; what goes wrong with it is nobody's concern. */
  static void run(Translation translation) throws InterruptedException {
    if (!isWanted()) {
      return;
    }
    try {
      Path folder = Files.createTempDirectory("replay-migrate-drill");
      try {
        new Drill(folder, translation).migrate();
      } finally {
        DemoProcess.removeTree(folder);
      }
    } catch (IOException | ExecutionException | TimeoutException e) {
      // The first migration is slower.
    }
  }

  private void migrate()
      throws IOException, ExecutionException, TimeoutException, InterruptedException {
    CompletableFuture<Landing> landing = new CompletableFuture<>();
    CompletableFuture<Boolean> arrived = new CompletableFuture<>();
    ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    try (Gate gate =
        new Gate(
            server,
            LinkSecurity.plain(false),
            Duration.ofSeconds(LIMIT_SECONDS),
            line -> {},
            connection -> complete(arrived, () -> receive(connection, landing)))) {
      Thread.ofPlatform().daemon().name("drill gate").start(gate::run);
      LiveSession source = boot();
      CountDownLatch running = new CountDownLatch(1);
      CompletableFuture<Boolean> left = new CompletableFuture<>();
      Thread.ofPlatform()
          .daemon()
          .name("drill")
          .start(() -> complete(left, () -> source.run(running::countDown)));
      try {
        if (running.await(LIMIT_SECONDS, TimeUnit.SECONDS)) {
          ask(server.getLocalPort());
          landing.get(LIMIT_SECONDS, TimeUnit.SECONDS).stop();
        }
      } finally {
        source.end(Recorder.EndReason.STOPPED);
      }
      CompletableFuture.allOf(left, arrived).get(LIMIT_SECONDS, TimeUnit.SECONDS);
    }
  }

  private LiveSession boot() throws IOException {
    NewVkernel guest =
        new NewVkernel(
            NAME,
            MachineConfig.of(MEMORY, 1, List.of()),
            new BootImage(BuiltinGuest.image(), null, null, "", new byte[SEED_BYTES]),
            List.of(),
            List.of(),
            Pace.REAL);
    return new LiveSession(
        guest.create(here.vkernel(NAME), HostClock.SYSTEM, translation),
        HostClock.SYSTEM,
        new Recorder.Listener() {});
  }

  private void receive(WireConnection connection, CompletableFuture<Landing> landing)
      throws IOException, InterruptedException {
    Reception reception =
        new Reception(
            connection,
            there,
            ReceiveCommand::muted,
            received -> new ArrivedVkernel(received, session -> {}, line -> {}),
            translation,
            line -> {});
    Landing arrived = reception.run();
    if (arrived == null) {
      throw new IOException("nothing has arrived");
    }
    landing.complete(arrived);
    arrived.run();
  }

  private void ask(int port) throws IOException {
    try (ControlClient control =
        ControlClient.connect(here.vkernel(NAME).requireRunning().socket())) {
      control.request("migrate", Map.of("host", "127.0.0.1", "port", port));
    }
  }

  /** What a thread of its own does. */
  private interface Task {
    void run() throws IOException, InterruptedException;
  }

  private static void complete(CompletableFuture<Boolean> over, Task task) {
    try {
      task.run();
      over.complete(true);
    } catch (IOException | InterruptedException | RuntimeException e) {
      over.completeExceptionally(e);
    }
  }
}
