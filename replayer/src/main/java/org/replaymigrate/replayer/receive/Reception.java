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
  private final Translation translation;
  private final Consumer<String> listener;
  private final Pledge pledge = new Pledge();
  private final Arrival arrival;

  /**
   * @param newOutputs makes the outputs of a machine which is going to be replayed
   * @param translation how the machine runs its guest's code
   * @param listener told in one line what happens
   */
  public Reception(
      WireConnection connection,
      Home home,
      Supplier<Outputs> newOutputs,
      Translation translation,
      Consumer<String> listener) {
    this.connection = connection;
    this.home = home;
    this.newOutputs = newOutputs;
    this.translation = translation;
    this.listener = listener;
    this.arrival = new Arrival(connection, home, translation, pledge, listener);
  }

  /**
   * Serves the connection to its end, and closes it.
   *
   * @return a vkernel that must be run now, or null if there is none
   */
  public @Nullable Received run() throws InterruptedException {
    try {
      return switch (connection.receive(HELLO_MILLIS)) {
        case WireMessage.Hello hello -> arrival.run(hello, newOutputs.get());
        case WireMessage.Decide decide ->
            new Verdict(connection, home, newOutputs, translation, listener).take(decide);
        case WireMessage m ->
            throw new ReceptionException(
                "a conversation that begins with message " + m.id(), false);
      };
    } catch (IOException e) {
      refuse(e);
      connection.closeGently(GOODBYE_MILLIS);
      listener.accept(connection.peer() + ": " + e.getMessage());
      return null;
    } finally {
      connection.close();
      arrival.discard();
      connection.release();
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
