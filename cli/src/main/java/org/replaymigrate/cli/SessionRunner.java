package org.replaymigrate.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.jline.utils.Signals;
import org.replaymigrate.recorder.Checkpointer;
import org.replaymigrate.recorder.HostClock;
import org.replaymigrate.recorder.Recorder;
import org.replaymigrate.recorder.control.ConsoleHub;
import org.replaymigrate.recorder.session.LiveSession;
import org.replaymigrate.recorder.session.LiveVkernel;
import org.replaymigrate.vkernel.Exit;

/**
 * Runs a live session in the foreground of this process: console, signals, and the figures at the
 * end.
 */
final class SessionRunner {
  private static final int CHUNK = 4096;

  /** How the run has ended, with its figures. */
  record Ended(Recorder.EndReason reason, Map<String, Object> figures, int guestExitCode) {}

  private SessionRunner() {}

  /**
   * Runs it to its end.
   *
   * @param out where the guest's console goes
   * @param typing whether standard input is typed at the guest
   */
  static Ended run(LiveVkernel vkernel, OutputStream out, boolean typing)
      throws IOException, InterruptedException {
    long startInstructions = vkernel.hosted().machine().instructions();
    LiveSession session = new LiveSession(vkernel, HostClock.SYSTEM, new Notices());
    signals(session);
    session
        .console()
        .attach(
            bytes -> {
              out.write(bytes);
              out.flush();
            },
            ConsoleHub.WhenFull.LOSE,
            false);
    if (typing) {
      Thread.ofPlatform().daemon().name("typing").start(() -> type(session, System.in));
    }
    long start = System.nanoTime();
    Recorder.EndReason reason = session.run();
    double seconds = (System.nanoTime() - start) / 1e9;
    Recorder.Figures figures = session.recorder().figures();
    Exit exit = session.exit();
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("instructions", figures.instructions());
    result.put("executedHere", figures.instructions() - startInstructions);
    result.put("seconds", seconds);
    result.put("events", figures.events());
    result.put("logBytes", figures.logBytes());
    result.put("exitCode", exit == null ? 0 : exit.code());
    result.put("finalDigest", session.finalDigest().toString());
    result.put("ended", reason.name());
    boolean failed = exit != null && exit.kind() == Exit.Kind.FAILURE;
    return new Ended(reason, result, exit == null ? 0 : failed ? Math.max(1, exit.code()) : 0);
  }

  private static void signals(LiveSession session) {
    Signals.register("USR2", () -> checkpoint(session));
    Signals.register("TERM", () -> session.end(Recorder.EndReason.STOPPED));
    Signals.register("INT", () -> session.end(Recorder.EndReason.STOPPED));
    Signals.register("HUP", () -> session.end(Recorder.EndReason.SUSPENDED));
  }

  private static void checkpoint(LiveSession session) {
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

  private static void type(LiveSession session, InputStream in) {
    byte[] buffer = new byte[CHUNK];
    try {
      int n = in.read(buffer);
      while (n > 0) {
        session.console().type(Arrays.copyOf(buffer, n));
        n = in.read(buffer);
      }
    } catch (IOException e) {
      Subcommand.say("standard input: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  static final class Notices implements Recorder.Listener {
    @Override
    public void paused(String why) {
      Subcommand.say("the guest is paused: " + why);
    }
  }
}
