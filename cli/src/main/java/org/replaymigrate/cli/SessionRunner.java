package org.replaymigrate.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.jline.utils.Signals;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.protocol.log.LogPosition;
import org.replaymigrate.recorder.Checkpointer;
import org.replaymigrate.recorder.HostClock;
import org.replaymigrate.recorder.Recorder;
import org.replaymigrate.recorder.control.ConsoleHub;
import org.replaymigrate.recorder.session.LiveSession;
import org.replaymigrate.recorder.session.LiveVkernel;
import org.replaymigrate.vkernel.Exit;

/** Runs a live session in the foreground of this process: console, signals, figures at the end. */
final class SessionRunner {
  private static final int KILLED = 137;

  /**
   * How the run has ended.
   *
   * @param exit how the guest has, if it has
   */
  record Ended(Recorder.EndReason reason, @Nullable Exit exit, Map<String, Object> figures) {
    /** Whether it has ended because it wants to be started again. */
    boolean guestReboots() {
      return exit != null && exit.kind() == Exit.Kind.REBOOT;
    }

    /** Whether the guest has ended by itself and says that all went well. */
    boolean guestSucceeded() {
      return exit != null && exit.kind() != Exit.Kind.FAILURE && exit.code() == 0;
    }

    /** Whether the guest has ended by itself and says that something went wrong. */
    boolean guestFailed() {
      return exit != null && !guestSucceeded();
    }
  }

  private final LiveVkernel vkernel;
  private final LiveSession session;
  private @Nullable RawTerminal terminal;

  private SessionRunner(LiveVkernel vkernel) throws IOException {
    this.vkernel = vkernel;
    this.session =
        new LiveSession(vkernel, HostClock.SYSTEM, new Notices(vkernel.identity().name()));
  }

  /**
   * Runs it to its end.
   *
   * @param json whether standard output must be left alone
   */
  static Ended run(LiveVkernel vkernel, CadenceOption cadence, boolean json)
      throws IOException, InterruptedException {
    SessionRunner runner = new SessionRunner(vkernel);
    cadence.apply(runner.session);
    return runner.run(json);
  }

  private Ended run(boolean json) throws IOException, InterruptedException {
    long startInstructions = vkernel.hosted().machine().instructions();
    long start = System.nanoTime();
    handleSignals();
    openConsole(json ? System.err : System.out, !json && RawTerminal.isInteractive());
    Recorder.EndReason reason;
    try {
      reason = session.run();
    } finally {
      closeTerminal();
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    Recorder.Figures figures = session.recorder().figures();
    Exit exit = session.exit();
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("name", vkernel.identity().name());
    result.put("ended", reason.words());
    result.put("exitCode", exit == null ? null : exit.code());
    result.put("exitKind", exit == null ? null : words(exit.kind()));
    LogPosition end = vkernel.log().position();
    result.put("instructions", end.instructions());
    result.put("executedHere", end.instructions() - startInstructions);
    result.put("seconds", seconds);
    result.put("guestSeconds", figures.guestTicks() / 1e7);
    result.put("events", end.sequence());
    result.put("logBytes", session.earlierLogBytes() + vkernel.log().logicalBytes());
    result.put("finalDigest", session.finalDigest().toString());
    return new Ended(reason, exit, result);
  }

  private static String words(Exit.Kind kind) {
    return switch (kind) {
      case POWER_OFF -> "power off";
      case REBOOT -> "reboot";
      case FAILURE -> "failure";
    };
  }

  private void openConsole(OutputStream out, boolean interactive) throws IOException {
    if (interactive) {
      terminal = RawTerminal.open();
      Subcommand.say("[" + EscapeKeys.HELP + "]");
    }
    ConsoleHub.Attachment attachment =
        session
            .console()
            .attach(
                bytes -> {
                  out.write(bytes);
                  out.flush();
                },
                ConsoleHub.WhenFull.LOSE,
                false);
    Typing.begin(System.in, interactive, session.console()::type, () -> detach(attachment));
  }

  private void detach(ConsoleHub.Attachment attachment) {
    attachment.close();
    closeTerminal();
    Subcommand.say(
        "\n\"%s\" runs on in this process (%d); `console %s` attaches, Ctrl-C stops it"
            .formatted(
                vkernel.identity().name(),
                ProcessHandle.current().pid(),
                vkernel.identity().name()));
  }

  private synchronized void closeTerminal() {
    if (terminal != null) {
      try {
        terminal.close();
      } catch (IOException e) {
        Subcommand.say("terminal: " + e.getMessage());
      }
      terminal = null;
    }
  }

  private void handleSignals() {
    Signals.register("USR2", this::checkpoint);
    Signals.register("TERM", this::stop);
    Signals.register("INT", this::stop);
    Signals.register("HUP", () -> session.end(Recorder.EndReason.SUSPENDED));
  }

  private boolean stopping;

  /** The first time it stops in good order, the second time at once. */
  private synchronized void stop() {
    if (stopping) {
      Runtime.getRuntime().halt(KILLED);
    }
    stopping = true;
    session.end(Recorder.EndReason.STOPPED);
  }

  private void checkpoint() {
    Thread.ofVirtual()
        .name("checkpoint asked for by a signal")
        .start(() -> {
          try {
            Checkpointer.Taken taken = session.checkpoint().get();
            Subcommand.say("checkpoint " + taken.number() + ": " + taken.file().get());
          } catch (ExecutionException e) {
            Subcommand.say("checkpoint failed: " + e.getMessage());
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
  }
}
