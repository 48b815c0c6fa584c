package org.replaymigrate.replayer.receive;

import java.io.IOException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.protocol.home.Home;
import org.replaymigrate.protocol.wire.WireConnection;
import org.replaymigrate.protocol.wire.WireMessage;
import org.replaymigrate.vkernel.port.Outputs;
import org.replaymigrate.vkernel.translate.Translation;

/**
 * One connection to a destination: on it a vkernel arrives ({@link Arrival}), or the outcome of a
 * transfer is told whose connection broke ({@link Verdict}). {@link #run} blocks.
 */
public final class Reception {
  private static final int HELLO_MILLIS = 10_000;

  /** How long the source may take to hear why it was refused. */
  private static final int GOODBYE_MILLIS = 2_000;

  private final WireConnection connection;
  private final Home home;
  private final Supplier<Outputs> newOutputs;
  private final Landing.Site site;
  private final Translation translation;
  private final Consumer<String> listener;
  private final Pledge pledge = new Pledge();
  private final Arrival arrival;

  /**
   * @param newOutputs makes the outputs of a machine which is going to be replayed
   * @param site what will run the vkernel comes from there
   * @param translation how the machine runs its guest's code
   * @param listener told in one line what happens
   */
  public Reception(
      WireConnection connection,
      Home home,
      Supplier<Outputs> newOutputs,
      Landing.Site site,
      Translation translation,
      Consumer<String> listener) {
    this.connection = connection;
    this.home = home;
    this.newOutputs = newOutputs;
    this.site = site;
    this.translation = translation;
    this.listener = listener;
    this.arrival = new Arrival(connection, home, translation, site, pledge, listener);
  }

  /**
   * Serves the connection until it is decided what comes of it.
   *
   * @return what must be run now, if a vkernel is this host's; null if there is none
   */
  public @Nullable Landing run() throws InterruptedException {
    boolean open = false;
    try {
      switch (connection.receive(HELLO_MILLIS)) {
        case WireMessage.Hello hello -> {
          Landing landing = arrival.run(hello, newOutputs.get());
          open = landing != null;
          return landing == null ? null : new Confirmed(landing, arrival);
        }
        case WireMessage.Survey survey -> {
          new SurveyDesk(connection, home).serve(survey);
          return null;
        }
        case WireMessage.Decide decide -> {
          Received received =
              new Verdict(connection, home, newOutputs, translation, listener).take(decide);
          return received == null ? null : site.prepare(received);
        }
        case WireMessage m ->
            throw new ReceptionException(
                "a conversation that begins with message " + m.id(), false);
      }
    } catch (IOException e) {
      refuse(e);
      connection.closeGently(GOODBYE_MILLIS);
      listener.accept(connection.peer() + ": " + e.getMessage());
      return null;
    } finally {
      if (!open) {
        connection.close();
      }
      arrival.discard();
      connection.release();
    }
  }

  /** Tells the source that the vkernel is owned here, also if it cannot be run. */
  private record Confirmed(Landing landing, Arrival arrival) implements Landing {
    @Override
    public void run() throws IOException, InterruptedException {
      try {
        landing.run();
      } finally {
        arrival.confirm();
      }
    }

    @Override
    public void stop() {
      landing.stop();
    }

    @Override
    public void abandon() {
      throw new IllegalStateException("it is this host's");
    }
  }

  /**
   * Sends the vkernel back where it comes from, unless this side has promised to take it: then only
   * the source can tell what becomes of it. Any thread may call it.
   */
  public void cancel() {
    if (pledge.cancel()) {
      refuse(new ReceptionException("cancelled there", false));
      connection.close();
    }
  }

  private void refuse(IOException why) {
    boolean safety = why instanceof ReceptionException r && r.isSafety();
    String reason = why.getMessage() == null ? "failed" : why.getMessage();
    try {
      connection.send(new WireMessage.Refuse(safety, reason));
    } catch (IOException ignored) {
      // The peer has gone; nothing is lost by its not knowing why.
    }
  }
}
