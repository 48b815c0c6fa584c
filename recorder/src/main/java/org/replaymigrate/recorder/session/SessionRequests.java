package org.replaymigrate.recorder.session;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.protocol.home.VkernelIdentity;
import org.replaymigrate.protocol.link.Dialer;
import org.replaymigrate.protocol.owner.OwnerFile;
import org.replaymigrate.protocol.owner.Ownership;
import org.replaymigrate.recorder.Checkpointer;
import org.replaymigrate.recorder.Recorder;
import org.replaymigrate.recorder.control.ControlArguments;
import org.replaymigrate.recorder.control.ControlException;
import org.replaymigrate.recorder.control.ControlPeer;
import org.replaymigrate.recorder.control.ControlServer;
import org.replaymigrate.recorder.ship.Planning;
import org.replaymigrate.recorder.ship.Shipment;
import org.replaymigrate.recorder.ship.ShipmentOptions;
import org.replaymigrate.recorder.ship.ShipmentProgress;
import org.replaymigrate.recorder.ship.ShipmentResult;

/** What other processes may ask of a session. */
final class SessionRequests {
  private static final int MAX_PORT = 65535;
  private static final int MOST_THROTTLE = 99;

  private final LiveSession session;
  private final ReentrantLock planningOneAtATime = new ReentrantLock();
  private final AtomicReference<@Nullable Shipment> underWay = new AtomicReference<>();

  SessionRequests(LiveSession session) {
    this.session = session;
  }

  void register(ControlServer server) {
    server
        .handle("info", (arguments, peer) -> info())
        .handle(
            "hot",
            (arguments, peer) ->
                new HotProfile(session.recorder(), session.vkernel().hosted().machine()).take())
        .handle("checkpoint", (arguments, peer) -> checkpoint())
        .handle("suspend", (arguments, peer) -> end(Recorder.EndReason.SUSPENDED))
        .handle("stop", (arguments, peer) -> stop(arguments))
        .handle("migrate", this::migrate)
        .handle("plan-migration", (arguments, peer) -> plan(arguments))
        .handle("cancel-migration", (arguments, peer) -> cancelMigration());
  }

  private Map<String, ?> info() throws IOException {
    VkernelIdentity identity = session.vkernel().identity();
    Recorder.Figures figures = session.recorder().figures();
    Ownership owner = new OwnerFile(session.vkernel().folder().owner()).read();
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("name", identity.name());
    answer.put("guest", identity.guest());
    answer.put("memoryBytes", identity.config().memoryBytes());
    answer.put("harts", identity.config().harts());
    answer.put("instructions", figures.instructions());
    answer.put("events", figures.events());
    answer.put("logBytes", session.earlierLogBytes() + figures.logBytes());
    answer.put("checkpoints", session.vkernel().folder().checkpoints().numbers().size());
    answer.put("lastCheckpointPauseMillis", session.checkpointer().lastPauseNanos() / 1e6);
    answer.put("longestCheckpointPauseMillis", session.checkpointer().longestPauseNanos() / 1e6);
    answer.put("guestSeconds", figures.guestTicks() / 1e7);
    answer.put("idle", figures.idle());
    answer.put("owner", owner == null ? "nobody" : owner.describe());
    return answer;
  }

  private Map<String, ?> checkpoint() throws IOException, InterruptedException {
    Checkpointer.Taken taken = get(session.checkpoint());
    Path file = get(taken.file());
    return Map.of(
        "checkpoint", taken.number(),
        "file", file.toString(),
        "instructions", taken.position().instructions(),
        "pauseMillis", taken.pauseNanos() / 1e6);
  }

  private Map<String, ?> end(Recorder.EndReason reason) throws IOException, InterruptedException {
    session.end(reason);
    return Map.of("ended", get(session.ended()).words());
  }

  /**
   * The power button; and when the guest does not react in time, or at once with force, the plug.
   */
  private Map<String, ?> stop(ControlArguments arguments) throws IOException, InterruptedException {
    if (!arguments.flag("force")) {
      long millis = arguments.number("graceMillis", LiveSession.grace().toMillis());
      session.pressPowerButton();
      try {
        return Map.of("ended", session.ended().get(millis, TimeUnit.MILLISECONDS).words());
      } catch (TimeoutException e) {
        // It does not listen.
      } catch (ExecutionException e) {
        throw new IOException(e.getCause());
      }
    }
    return end(Recorder.EndReason.STOPPED);
  }

  private Map<String, ?> migrate(ControlArguments arguments, ControlPeer peer)
      throws IOException, InterruptedException {
    ShipmentOptions options = options(arguments);
    Shipment shipment =
        new Shipment(
            session.recorder(),
            session.cargo(),
            dialer(arguments),
            options,
            session.clock(),
            progress -> peer.progress(figures(progress)));
    if (!underWay.compareAndSet(null, shipment)) {
      throw new ControlException(
          ControlException.Kind.FAILED,
          session.vkernel().identity().name() + ": is being migrated already");
    }
    try {
      peer.whenGone(shipment::cancel);
      return figures(shipment.run());
    } finally {
      underWay.set(null);
    }
  }

  private static Dialer dialer(ControlArguments arguments) throws IOException {
    long port = arguments.number("port", 0);
    if (port < 1 || port > MAX_PORT) {
      throw new ControlException(ControlException.Kind.USAGE, "port " + port);
    }
    return new Dialer(arguments.string("host"), (int) port, LinkArguments.security(arguments));
  }

  private static ShipmentOptions options(ControlArguments arguments) throws ControlException {
    ShipmentOptions usual = ShipmentOptions.DEFAULT;
    return new ShipmentOptions(
        millis(arguments, "maxDowntimeMillis", usual.maxDowntime()),
        millis(arguments, "timeoutMillis", usual.timeout()),
        Math.max(0, arguments.number("bytesPerSecond", usual.bytesPerSecond())),
        arguments.flag("fullBase"),
        arguments.flag("rehearsal"),
        PlanFigures.strategy(arguments.optionalString("strategy")),
        PlanFigures.goal(arguments.optionalString("goal")),
        Math.clamp(arguments.number("maxThrottlePercent", usual.maxThrottle()), 0, MOST_THROTTLE));
  }

  private Map<String, ?> plan(ControlArguments arguments) throws IOException, InterruptedException {
    Planning planning =
        new Planning(
            session.recorder(),
            session.cargo(),
            dialer(arguments),
            options(arguments),
            session.clock());
    Planning.Plan plan;
    planningOneAtATime.lockInterruptibly(); // each watches the guest's pages
    try {
      plan = planning.run();
    } finally {
      planningOneAtATime.unlock();
    }
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("guest", session.vkernel().identity().guest());
    answer.put("memoryBytes", session.vkernel().identity().config().memoryBytes());
    answer.put("strategy", plan.chosen().strategy().label());
    answer.put("plan", PlanFigures.table(plan.predictions()));
    return answer;
  }

  private Map<String, ?> cancelMigration() {
    Shipment shipment = underWay.get();
    return Map.of("cancelled", shipment != null && shipment.cancel());
  }

  private static Duration millis(ControlArguments arguments, String name, Duration usual)
      throws ControlException {
    return Duration.ofMillis(Math.max(1, arguments.number(name, usual.toMillis())));
  }

  private static Map<String, ?> figures(ShipmentProgress p) {
    return Map.of(
        "phase", p.phase().name().toLowerCase(Locale.ROOT),
        "sentBytes", p.sentBytes(),
        "totalBytes", p.totalBytes(),
        "lagInstructions", p.lagInstructions(),
        "remainingMillis", p.remainingMillis());
  }

  private Map<String, ?> figures(ShipmentResult r) throws ControlException {
    if (!r.migrated() && !r.rehearsed()) {
      throw new ControlException(
          r.refusedForSafety() ? ControlException.Kind.REFUSED : ControlException.Kind.FAILED,
          r.reason());
    }
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("guest", session.vkernel().identity().guest());
    answer.put("memoryBytes", session.vkernel().identity().config().memoryBytes());
    answer.put("strategy", PlanFigures.strategy(r));
    answer.put("totalMillis", r.totalMillis());
    answer.put("downtimeMillis", r.downtimeMillis());
    answer.put("downtimeParts", r.downtimeParts().millis());
    answer.put("transferredBytes", r.transferredBytes());
    answer.put("repeatedBytes", r.repeatedBytes());
    answer.put("reconnections", r.reconnections());
    answer.put("warmBase", r.warm());
    answer.put("fullBaseBecause", r.coldBecause().isEmpty() ? null : r.coldBecause());
    answer.put("baseBytes", r.baseBytes());
    answer.put("logBytes", r.logBytes());
    answer.put("pageBytes", r.pageBytes());
    answer.put("digestMatch", r.digestMatch());
    answer.put("divergence", r.divergence().isEmpty() ? null : r.divergence());
    answer.put("repairedPages", r.repairedPages());
    answer.put("replayedInstructions", r.replayedInstructions());
    answer.put("rehearsed", r.rehearsed());
    answer.put("leaps", r.leaps());
    answer.putAll(PlanFigures.predicted(r));
    answer.put("confirmed", r.confirmed());
    answer.put("reason", r.reason());
    return answer;
  }

  static <T> T get(CompletableFuture<T> future) throws IOException, InterruptedException {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
    }
  }
}
