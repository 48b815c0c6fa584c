package org.replaymigrate.cli;

import java.io.IOException;
import java.util.function.Consumer;
import org.replaymigrate.recorder.HostClock;
import org.replaymigrate.recorder.PendingOutputs;
import org.replaymigrate.recorder.Recorder;
import org.replaymigrate.recorder.session.LiveSession;
import org.replaymigrate.recorder.session.LiveVkernel;
import org.replaymigrate.replayer.receive.Landing;
import org.replaymigrate.replayer.receive.Received;

/** A vkernel that has come from another host, as a live session. */
final class ArrivedVkernel implements Landing {
  private final Received received;
  private final String name;
  private final LiveSession session;
  private final Consumer<String> listener;

  /**
   * @param setting sets the session up
   * @param listener told in a line what becomes of it
   */
  ArrivedVkernel(Received received, Consumer<LiveSession> setting, Consumer<String> listener)
      throws IOException {
    this.received = received;
    this.listener = listener;
    this.name = received.identity().name();
    LiveVkernel vkernel =
        new LiveVkernel(
            received.folder(),
            received.identity(),
            received.lock(),
            received.hosted(),
            (PendingOutputs) received.outputs(),
            received.log(),
            received.epochNanos(),
            true);
    this.session = new LiveSession(vkernel, HostClock.SYSTEM, new Notices(name));
    setting.accept(session);
  }

  @Override
  public void run() throws IOException, InterruptedException {
    Recorder.EndReason reason = session.run(this::running);
    listener.accept("\"" + name + "\": " + reason.words());
  }

  private void running() {
    received.running().run();
    listener.accept("\"" + name + "\" is live here");
  }

  @Override
  public void stop() {
    session.end(Recorder.EndReason.STOPPED);
  }

  @Override
  public void abandon() throws IOException {
    session.abandon();
  }
}
