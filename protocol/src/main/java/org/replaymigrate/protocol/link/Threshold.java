package org.replaymigrate.protocol.link;

import java.io.Closeable;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.protocol.tls.LinkSecurity;

/**
 * Where strangers are until they have shown who they are and said what they want. They get little:
 * a bounded number at a time and a bounded time, no thread of the system, and no answer. When it is
 * full the one that has been there longest goes, for whoever means it is through in a few round
 * trips; so silent strangers keep nobody out.
 */
public final class Threshold implements Closeable {
  /** How many strangers at a time; each costs some ten kilobytes. */
  static final int MOST = 64;

  /** How long each of them may take for the handshake and the first message. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final long PAUSE_NANOS = 100_000_000;

  /** How long a peer may take to hear why its certificate was refused. */
  private static final int GOODBYE_MILLIS = 1_000;

  /** What happens to those that come through the handshake. */
  public interface Visit {
    /**
     * Reads the first frame, and returns what is to be done with the visitor then. The time is
     * bounded up to the return only. Null if there is nothing to be done, and it may be closed.
     *
     * @throws IOException if that is nothing; the carrier is closed
     */
    @Nullable Runnable hear(Carrier carrier) throws IOException;
  }

  private final ServerSocket server;
  private final LinkSecurity security;
  private final Consumer<String> listener;
  private final Visit visit;
  private final Duration patience;
  private final Set<Socket> strangers = new LinkedHashSet<>();

  /**
   * @param server bound; closed by this
   * @param listener told in one line what has gone wrong
   */
  public Threshold(
      ServerSocket server, LinkSecurity security, Consumer<String> listener, Visit visit) {
    this(server, security, listener, visit, PATIENCE);
  }

  Threshold(
      ServerSocket server,
      LinkSecurity security,
      Consumer<String> listener,
      Visit visit,
      Duration patience) {
    this.server = server;
    this.patience = patience;
    this.security = security;
    this.listener = listener;
    this.visit = visit;
  }

  /** Lets them in, until it is closed. */
  public void run() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        enter(socket);
        Thread.ofVirtual().name("stranger").start(() -> admit(socket));
      } catch (IOException e) {
        if (!server.isClosed()) {
          listener.accept("accepting: " + e.getMessage());
          LockSupport.parkNanos(PAUSE_NANOS); // whatever is short does not come back at once
        }
      }
    }
  }

  private void enter(Socket socket) {
    synchronized (strangers) {
      if (strangers.size() >= MOST) {
        Iterator<Socket> eldest = strangers.iterator();
        close(eldest.next());
        eldest.remove();
      }
      strangers.add(socket);
    }
  }

  private boolean leave(Socket socket) {
    synchronized (strangers) {
      return strangers.remove(socket);
    }
  }

  private void admit(Socket socket) {
    String peer = String.valueOf(socket.getRemoteSocketAddress()).replaceFirst("^.*/", "");
    Thread alarm =
        Thread.ofVirtual()
            .start(() -> {
              try {
                Thread.sleep(patience);
                close(socket);
              } catch (InterruptedException e) {
                // It was in time.
              }
            });
    Runnable next = null;
    try {
      next = visit.hear(new Carrier(security.accept(socket, peer), peer, security));
    } catch (IOException e) {
      listener.accept(named(e, peer));
      Gently.close(socket, GOODBYE_MILLIS);
    } finally {
      alarm.interrupt();
      boolean stayed = leave(socket);
      if (next == null || !stayed) {
        close(socket);
      }
    }
    if (next != null) {
      next.run();
    }
  }

  private static String named(IOException e, String peer) {
    String message = e.getMessage() == null ? "hung up" : e.getMessage();
    return message.startsWith(peer) ? message : peer + ": " + message;
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It is closed all the same.
    }
  }

  /** Lets nobody in any more. */
  @Override
  public void close() throws IOException {
    server.close();
    synchronized (strangers) {
      strangers.forEach(Threshold::close);
      strangers.clear();
    }
  }
}
