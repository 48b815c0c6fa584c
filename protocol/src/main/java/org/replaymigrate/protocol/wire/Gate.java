package org.replaymigrate.protocol.wire;

import java.io.Closeable;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.protocol.format.FormatException;
import org.replaymigrate.protocol.link.Carrier;
import org.replaymigrate.protocol.link.Threshold;
import org.replaymigrate.protocol.tls.LinkSecurity;

/**
 * A destination's door. Whoever comes through has shown its certificate, if there are any, and
 * either begins a conversation, which gets a thread, or goes on with one whose link has broken.
 */
public final class Gate implements Closeable {
  /** How long a source may take to hear why it is turned away. */
  private static final int GOODBYE_MILLIS = 1_000;

  private final Threshold threshold;
  private final Duration patience;
  private final Consumer<String> listener;
  private final Consumer<WireConnection> host;
  private final Conversations conversations = new Conversations();

  /**
   * @param server bound; closed by this
   * @param patience how long a conversation waits for its source when the link has broken
   * @param listener told in one line what happens
   * @param host serves a conversation to its end
   */
  public Gate(
      ServerSocket server,
      LinkSecurity security,
      Duration patience,
      Consumer<String> listener,
      Consumer<WireConnection> host) {
    this.threshold = new Threshold(server, security, listener, this::hear);
    this.patience = patience;
    this.listener = listener;
    this.host = host;
  }

  /** Lets them in, until it is closed. */
  public void run() {
    threshold.run();
  }

  private @Nullable Runnable hear(Carrier carrier) throws IOException {
    return switch (WireFrames.first(carrier, 0)) {
      case WireMessage.Resume resume -> resume(carrier, resume);
      case WireMessage first -> begin(carrier, first);
    };
  }

  private Runnable begin(Carrier carrier, WireMessage first) throws IOException {
    return switch (first) {
      case WireMessage.Hello hello ->
          () -> serve(carrier, hello, new Conversations.Key(hello.transfer(), hello.vkernel()));
      case WireMessage.Survey survey -> () -> show(carrier, survey);
      case WireMessage.Decide decide ->
          () -> serve(carrier, decide, new Conversations.Key(decide.transfer(), decide.vkernel()));
      default ->
          throw new FormatException.Corrupt(
              carrier.peer() + ": a conversation that begins with message " + first.id());
    };
  }

  private @Nullable Runnable resume(Carrier carrier, WireMessage.Resume resume) throws IOException {
    UUID transfer = resume.transfer();
    if (conversations.resume(transfer, carrier, resume.wanted())) {
      return () -> {};
    }
    if (resume.wanted() == 0) {
      // It has never heard from here, nor has this side of it: so it begins.
      WireFrames.send(carrier, new WireMessage.Resumed(0));
      return begin(carrier, WireFrames.first(carrier, 0));
    }
    String why = "knows nothing of this transfer any more";
    WireFrames.send(carrier, new WireMessage.Refuse(false, why));
    carrier.closeGently(GOODBYE_MILLIS);
    listener.accept(carrier.peer() + ": goes on with a transfer that is not known here any more");
    return null;
  }

  /** Somebody only looks: that concerns no transfer, and is not worth mending. */
  private void show(Carrier carrier, WireMessage.Survey survey) {
    Thread.ofPlatform()
        .daemon()
        .name("survey")
        .start(() -> host.accept(WireConnection.accepted(carrier, survey, Mender.NONE)));
  }

  private void serve(Carrier carrier, WireMessage first, Conversations.Key key) {
    Thread.ofPlatform()
        .daemon()
        .name("reception")
        .start(() -> {
          try {
            conversations.supersede(key, carrier.principal());
          } catch (InterruptedException e) {
            carrier.close();
            return;
          }
          Waiting mender = new Waiting(patience, listener);
          WireConnection connection = WireConnection.accepted(carrier, first, mender);
          if (first instanceof WireMessage.Hello) {
            conversations.add(key, carrier.principal(), connection, mender);
          }
          host.accept(connection);
        });
  }

  @Override
  public void close() throws IOException {
    threshold.close();
  }
}
