package org.replaymigrate.protocol.wire;

import java.io.Closeable;
import java.io.IOException;
import java.net.ServerSocket;
import java.util.function.Consumer;
import org.replaymigrate.protocol.format.FormatException;
import org.replaymigrate.protocol.link.Carrier;
import org.replaymigrate.protocol.link.Threshold;
import org.replaymigrate.protocol.tls.LinkSecurity;

/**
 * A destination's door. Whoever comes through has shown its certificate, if there are any, and has
 * begun a conversation; each gets a thread.
 */
public final class Gate implements Closeable {
  private final Threshold threshold;
  private final Consumer<WireConnection> host;

  /**
   * @param server bound; closed by this
   * @param listener told in one line what has gone wrong
   * @param host serves a conversation to its end
   */
  public Gate(
      ServerSocket server,
      LinkSecurity security,
      Consumer<String> listener,
      Consumer<WireConnection> host) {
    this.threshold = new Threshold(server, security, listener, this::hear);
    this.host = host;
  }

  /** Lets them in, until it is closed. */
  public void run() {
    threshold.run();
  }

  private Runnable hear(Carrier carrier) throws IOException {
    WireMessage first = WireConnection.read(carrier, WireCodec.MAX_FIRST, 0);
    return switch (first) {
      case WireMessage.Hello hello -> serve(new WireConnection(carrier, first));
      case WireMessage.Decide decide -> serve(new WireConnection(carrier, first));
      default ->
          throw new FormatException.Corrupt(
              carrier.peer() + ": a conversation that begins with message " + first.id());
    };
  }

  private Runnable serve(WireConnection connection) {
    return () ->
        Thread.ofPlatform().daemon().name("reception").start(() -> host.accept(connection));
  }

  @Override
  public void close() throws IOException {
    threshold.close();
  }
}
