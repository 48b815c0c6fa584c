package org.replaymigrate.recorder.session;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.protocol.digest.Digest128;
import org.replaymigrate.protocol.fault.CrashPoint;
import org.replaymigrate.protocol.home.Pace;
import org.replaymigrate.protocol.home.RunningProcess;
import org.replaymigrate.protocol.home.VkernelIdentity;
import org.replaymigrate.protocol.log.LogPosition;
import org.replaymigrate.protocol.log.LogSegments;
import org.replaymigrate.protocol.owner.OwnerFile;
import org.replaymigrate.recorder.Checkpointer;
import org.replaymigrate.recorder.HostClock;
import org.replaymigrate.recorder.Outlet;
import org.replaymigrate.recorder.Pacer;
import org.replaymigrate.recorder.RealPacer;
import org.replaymigrate.recorder.Recorder;
import org.replaymigrate.recorder.control.ConsoleHub;
import org.replaymigrate.recorder.control.ControlServer;
import org.replaymigrate.recorder.net.NetSpec;
import org.replaymigrate.recorder.net.StreamBackend;
import org.replaymigrate.recorder.ship.Cargo;
import org.replaymigrate.vkernel.Exit;
import org.replaymigrate.vkernel.MachineConfig;
import org.replaymigrate.vkernel.port.Input;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a vkernel in this process from the moment it goes live to the moment it ends here: recorder,
 * checkpoints, console, network back ends and control socket, wired together. {@link #run} takes
 * the calling thread; everything else may be called from any.
 */
public final class LiveSession {
  private static final Logger LOG = LoggerFactory.getLogger(LiveSession.class);
  private static final long CONSOLE_MILLIS = 2_000;
  private static final long DRAIN_MILLIS = 60_000;
  private static final Duration GRACE = Duration.ofSeconds(20);

  private final LiveVkernel vkernel;
  private final HostClock clock;
  private final Recorder recorder;
  private final Checkpointer checkpointer;
  private final LogPosition begin;
  private final CheckpointRequests checkpoints;
  private final ConsoleHub console;
  private final List<StreamBackend> backends = new ArrayList<>();
  private final ControlServer control;
  private long earlierLogBytes = -1;
  private Digest128 finalDigest = Digest128.NONE;
  private @Nullable Exit exit;
  private @Nullable Cadence cadence;
  private final CompletableFuture<Recorder.EndReason> ended = new CompletableFuture<>();

  /**
   * Opens everything; nothing runs yet.
   *
   * @param listener told what becomes of the run
   */
  public LiveSession(LiveVkernel vkernel, HostClock clock, Recorder.Listener listener)
      throws IOException {
    this.vkernel = vkernel;
    this.clock = clock;
    VkernelIdentity identity = vkernel.identity();
    this.checkpointer =
        new Checkpointer(
            identity.id(), vkernel.folder().checkpoints(), vkernel.hosted().contents(), clock);
    this.begin = vkernel.log().position();
    vkernel.outputs().mute(false);
    this.recorder =
        new Recorder(
            vkernel.hosted().machine(),
            vkernel.outputs(),
            vkernel.log(),
            new SessionOutlet(),
            pacer(),
            clock,
            vkernel.hosted()::digest,
            listener);
    this.checkpoints =
        new CheckpointRequests((begun, automatic) ->
            recorder.post(r -> begun.complete(checkpointer.take(r, automatic))));
    this.console = new ConsoleHub(bytes -> recorder.inputs().type(0, bytes));
    for (String net : identity.nets()) {
      int nic = backends.size();
      backends.add(
          new StreamBackend(NetSpec.parse(net), frame -> recorder.inputs().frame(nic, frame)));
    }
    this.control = ControlServer.open(console);
    new SessionRequests(this).register(control);
  }

  private Pacer pacer() {
    return vkernel.identity().pace() == Pace.MAX
        ? Pacer.MAX
        : new RealPacer(clock, vkernel.hosted().machine().ticks(), vkernel.sleptSinceEpochNanos());
  }

  /**
   * Takes checkpoints by itself from now on; once, before {@link #run}.
   *
   * @param every how often, if it is worth it
   */
  public void checkpointEvery(Duration every) {
    cadence = new Cadence(every, vkernel.folder(), checkpoints, recorder, clock);
  }

  /** Where console output goes, and typed bytes come from. */
  public ConsoleHub console() {
    return console;
  }

  public Recorder recorder() {
    return recorder;
  }

  LiveVkernel vkernel() {
    return vkernel;
  }

  /**
   * Runs the vkernel until it ends here; then everything is closed, the lock last.
   *
   * @throws IOException if a command of the recorder fails
   */
  public Recorder.EndReason run() throws IOException, InterruptedException {
    return run(() -> {});
  }

  /**
   * The same.
   *
   * @param running called when everything is open, right before the machine runs
   */
  public Recorder.EndReason run(Runnable running) throws IOException, InterruptedException {
    try {
      vkernel
          .folder()
          .announce(
              new RunningProcess(ProcessHandle.current().pid(), control.socket(), Instant.now()),
              vkernel.lock());
      control.start();
      if (vkernel.arrived()) {
        announceCards();
      }
      backends.forEach(StreamBackend::start);
      if (vkernel.arrived()) {
        CrashPoint.DESTINATION_RUNNING.reached();
      }
      running.run();
      Recorder.EndReason reason = recorder.run();
      LogPosition last = vkernel.log().position();
      if (!recorder.isFaulted()) {
        finalDigest = recorder.recordDigest();
        recorder.record(new Input.EndOfLog(reason.id()));
      }
      exit = vkernel.hosted().machine().exit();
      vkernel.log().sync();
      if (reason == Recorder.EndReason.SUSPENDED && !recorder.isFaulted()) {
        checkpointer.takeNow(vkernel.hosted().machine(), vkernel.log().position(), recorder.date());
      }
      if (reason == Recorder.EndReason.MIGRATED) {
        CrashPoint.SOURCE_ENDED.reached();
      }
      ended.complete(reason);
      console.end(CONSOLE_MILLIS);
      control.drain(DRAIN_MILLIS);
      if (reason == Recorder.EndReason.MIGRATED) {
        keep(last);
      }
      return reason;
    } catch (IOException | RuntimeException e) {
      ended.completeExceptionally(e);
      throw e;
    } finally {
      close();
    }
  }

  /**
   * Writes the state in which the vkernel was given away, when the other side has long been told:
   * if it ever comes back, that is what it begins with here.
   */
  private void keep(LogPosition position) {
    try {
      checkpointer.takeNow(vkernel.hosted().machine(), position, recorder.date());
    } catch (IOException e) {
      LOG.warn("{}: no checkpoint of what was given away: {}", vkernel.folder(), e.getMessage());
    }
  }

  /** The network must learn at once where the cards are now. */
  private void announceCards() {
    int nic = 0;
    for (MachineConfig.Slot slot : vkernel.identity().config().slots()) {
      if (slot instanceof MachineConfig.Slot.Net net && nic < backends.size()) {
        backends.get(nic).announce(net.mac());
        nic++;
      }
    }
  }

  /** Closes what was opened, when nothing is going to run; the lock stays with the caller. */
  public void abandon() throws IOException {
    if (cadence != null) {
      cadence.close();
    }
    for (StreamBackend backend : backends) {
      backend.close();
    }
    control.close();
    vkernel.log().close();
    vkernel.hosted().close();
  }

  private void close() throws IOException {
    abandon();
    vkernel.folder().withdraw();
    vkernel.lock().close();
  }

  /** How the guest has ended, if it has; after {@link #run}. */
  public @Nullable Exit exit() {
    return exit;
  }

  /** The state with which the run ended here; after {@link #run}. */
  public Digest128 finalDigest() {
    return finalDigest;
  }

  /** Bytes of the log's entries in the segments that earlier runs have left. */
  public synchronized long earlierLogBytes() throws IOException {
    if (earlierLogBytes < 0) {
      LogSegments log = LogSegments.in(vkernel.folder().log());
      earlierLogBytes = log.bytesBefore(vkernel.log().header().segment());
    }
    return earlierLogBytes;
  }

  /** Begins a checkpoint, soon; see {@link CheckpointRequests}. */
  public CompletableFuture<Checkpointer.Taken> checkpoint() {
    return checkpoints.ask();
  }

  /** For its figures. */
  Checkpointer checkpointer() {
    return checkpointer;
  }

  /** Ends the run; with SUSPENDED a checkpoint is taken first, so that resuming needs no replay. */
  public void end(Recorder.EndReason reason) {
    recorder.end(reason);
  }

  /** Completed when everything of the run is on the disk, before the process lets go of it. */
  CompletableFuture<Recorder.EndReason> ended() {
    return ended;
  }

  /** Presses the power button, or, on a machine without one, sends a break as consoles do. */
  void pressPowerButton() {
    boolean button =
        vkernel.identity().config().slots().stream()
            .anyMatch(slot -> slot instanceof MachineConfig.Slot.PowerButton);
    recorder.inputs().other(button ? new Input.PowerButton() : new Input.ConsoleBreak());
  }

  static Duration grace() {
    return GRACE;
  }

  /** What a migration moves. */
  Cargo cargo() {
    VkernelIdentity identity = vkernel.identity();
    return new Cargo(
        identity.name(),
        identity.text().getBytes(StandardCharsets.UTF_8),
        new OwnerFile(vkernel.folder().owner()),
        LogSegments.in(vkernel.folder().log()),
        begin,
        checkpointer,
        vkernel.hosted());
  }

  HostClock clock() {
    return clock;
  }

  private final class SessionOutlet implements Outlet {
    @Override
    public void console(int port, byte[] bytes) {
      console.output(bytes);
    }

    @Override
    public void frame(int nic, byte[] frame) {
      if (nic < backends.size()) {
        backends.get(nic).send(frame);
      }
    }
  }
}
