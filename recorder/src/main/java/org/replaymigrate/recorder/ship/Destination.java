package org.replaymigrate.recorder.ship;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.protocol.fault.CrashPoint;
import org.replaymigrate.protocol.link.Dialer;
import org.replaymigrate.protocol.tls.LinkRefusal;
import org.replaymigrate.protocol.wire.WireConnection;
import org.replaymigrate.protocol.wire.WireMessage;
import org.replaymigrate.protocol.wire.WireVersion;

/**
 * The connection to a destination: what it has said so far, for the thread that sends. A thread of
 * its own listens.
 */
final class Destination implements AutoCloseable {
  private static final int ANSWER_MILLIS = 15_000;
  private static final int REASON_MILLIS = 1_000;

  /** Within a transfer it is known which. */
  private static final UUID NO_VKERNEL = new UUID(0, 0);

  private final WireConnection connection;
  private final String name;
  private final BlockingQueue<WireMessage> said = new LinkedBlockingQueue<>();
  private final CompletableFuture<Boolean> live = new CompletableFuture<>();
  private final CompletableFuture<IOException> failure = new CompletableFuture<>();
  private List<WireMessage.Mark> holds = List.of();
  private int version;
  private volatile WireMessage.@Nullable Applied applied;
  private volatile WireMessage.@Nullable Diverged diverged;
  private volatile WireMessage.@Nullable Landed landed;
  private volatile Scout.@Nullable Report report;
  private volatile long asked;

  private Destination(WireConnection connection, String name) {
    this.connection = connection;
    this.name = name;
  }

  /**
   * Connects for a transfer.
   *
   * @param longest after which no broken link is mended any more
   */
  static Destination connect(Dialer dialer, UUID transfer, Duration longest) throws IOException {
    try {
      return new Destination(WireConnection.dial(dialer, transfer, longest), dialer.toString());
    } catch (LinkRefusal e) {
      throw new ShipmentException(String.valueOf(e.getMessage()), true);
    }
  }

  /** Connects for a word. */
  static Destination connect(Dialer dialer) throws IOException {
    try {
      return new Destination(WireConnection.over(dialer.dial()), dialer.toString());
    } catch (LinkRefusal e) {
      throw new ShipmentException(String.valueOf(e.getMessage()), true);
    }
  }

  /** Where it is, as the user gave it. */
  String name() {
    return name;
  }

  WireConnection connection() {
    return connection;
  }

  /** Introduces the vkernel; listens from the answer on. */
  void open(WireMessage.Hello hello) throws IOException {
    connection.send(hello);
    CrashPoint.SOURCE_HELLO_SENT.reached();
    switch (answer()) {
      case WireMessage.Welcome w
          when w.version() >= WireVersion.MIN && w.version() <= WireVersion.MAX ->
          version = w.version();
      case WireMessage m -> throw refused(m);
    }
    switch (connection.receive(ANSWER_MILLIS)) {
      case WireMessage.Holds h -> holds = h.marks();
      case WireMessage m -> throw refused(m);
    }
    listen();
  }

  private ShipmentException refused(WireMessage answer) {
    return answer instanceof WireMessage.Refuse r
        ? new ShipmentException(connection.peer() + ": refused: " + r.reason(), r.safety())
        : new ShipmentException(connection.peer() + ": unexpected answer " + answer.id(), false);
  }

  /** States that it holds already; known once it is {@link #open}. */
  List<WireMessage.Mark> holds() {
    return holds;
  }

  /** With TLS 1.3 it is only now that the other side judges the certificate of this one. */
  private WireMessage answer() throws IOException {
    try {
      return connection.receive(ANSWER_MILLIS);
    } catch (LinkRefusal e) {
      throw new ShipmentException(String.valueOf(e.getMessage()), true);
    }
  }

  /** Repeats the outcome of a transfer on a fresh connection; true if it was heard. */
  boolean decide(UUID vkernel, UUID transfer, boolean commit) throws IOException {
    connection.send(new WireMessage.Decide(vkernel, transfer, commit));
    return connection.receive(ANSWER_MILLIS) instanceof WireMessage.Live;
  }

  private void listen() {
    Thread.ofVirtual().name("from " + connection.peer()).start(this::hear);
  }

  private void hear() {
    try {
      while (true) {
        switch (connection.receive(0)) {
          case WireMessage.Applied a -> applied = a;
          case WireMessage.Diverged d -> {
            diverged = d;
            said.add(d);
          }
          case WireMessage.Prepared p -> said.add(p);
          case WireMessage.AskNode a -> said.add(a);
          case WireMessage.AskPages a -> said.add(a);
          case WireMessage.AskState a -> said.add(a);
          case WireMessage.Begun b -> said.add(b);
          case WireMessage.Rehearsed r -> said.add(r);
          case WireMessage.Landed l -> landed = l;
          case WireMessage.Surveyed s -> {
            report =
                new Scout.Report(
                    (System.nanoTime() - asked) / 1e6, 0, s.replaySpeed(), s.restoreSpeed(), holds);
          }
          case WireMessage.Live l -> live.complete(true);
          case WireMessage.Abort a ->
              throw new ShipmentException(connection.peer() + ": gave up: " + a.reason(), false);
          case WireMessage.Refuse r ->
              throw new ShipmentException(connection.peer() + ": " + r.reason(), r.safety());
          case WireMessage m ->
              throw new ShipmentException(
                  connection.peer() + ": unexpected message " + m.id(), false);
        }
      }
    } catch (IOException e) {
      failure.complete(e);
      live.completeExceptionally(e);
    }
  }

  /** Whether it knows what a leap and a survey are; known once it is {@link #open}. */
  boolean canLeap() {
    return version >= WireVersion.LEAPS;
  }

  /**
   * Asks what it knows of itself, if it can tell; {@link #report} has the answer when that has
   * come.
   */
  void survey() throws IOException {
    if (canLeap()) {
      asked = System.nanoTime();
      connection.send(new WireMessage.Survey(version, version, NO_VKERNEL));
    }
  }

  /** What it has answered, or null if it has not yet. */
  Scout.@Nullable Report report() {
    return report;
  }

  /** How far it has replayed, or null if it has not said yet. */
  WireMessage.@Nullable Applied applied() {
    return applied;
  }

  /** How its replay is not the recording, or null if nothing of that is known. */
  WireMessage.@Nullable Diverged diverged() {
    return diverged;
  }

  /** Throws what has gone wrong, if something has. */
  void check() throws IOException {
    IOException e = failure.getNow(null);
    if (e != null) {
      throw e;
    }
  }

  /** Throws what it has said before it hung up: that says more than that it has. */
  void throwReason() throws IOException, InterruptedException {
    try {
      if (failure.get(REASON_MILLIS, TimeUnit.MILLISECONDS) instanceof ShipmentException reason) {
        throw reason;
      }
    } catch (ExecutionException | TimeoutException e) {
      // Nothing.
    }
  }

  /** What it says next of its state, or null if that takes longer. */
  @Nullable WireMessage next(long millis) throws IOException, InterruptedException {
    WireMessage message = said.poll(millis, TimeUnit.MILLISECONDS);
    if (message == null) {
      check();
    }
    return message;
  }

  /** Waits until it runs; what its part of the downtime was, if it has said so. */
  WireMessage.@Nullable Landed awaitLive(long millis) throws IOException, InterruptedException {
    await(live, millis, "has not said that it is live");
    return landed;
  }

  private <T> T await(CompletableFuture<T> future, long millis, String late)
      throws IOException, InterruptedException {
    try {
      return future.get(millis, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new ShipmentException(connection.peer() + ": " + late, false);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
    }
  }

  /** Never throws: what was decided does not depend on it. */
  @Override
  public void close() {
    connection.close();
  }
}
