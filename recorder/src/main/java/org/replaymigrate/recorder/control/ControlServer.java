package org.replaymigrate.recorder.control;

import java.io.Closeable;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes requests of other processes on a Unix domain socket, each connection on virtual threads. A
 * client may send rubbish, or nothing, or go at any time: that ends its connection.
 */
public final class ControlServer implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(ControlServer.class);
  private static final int MAX_CONNECTIONS = 64;

  private final ServerSocketChannel server;
  private final Path socket;
  private final Map<String, ControlRequest> requests = new ConcurrentHashMap<>();
  private final Set<JsonConnection> connections = ConcurrentHashMap.newKeySet();
  private final ConsoleHub console;

  /** Requests that are not answered yet. */
  private final UnderWay underWay = new UnderWay();

  private ControlServer(ServerSocketChannel server, Path socket, ConsoleHub console) {
    this.server = server;
    this.socket = socket;
    this.console = console;
  }

  /**
   * Opens a socket that nobody knows of yet. Requests are answered after {@link #start}.
   *
   * @param console what the request {@code console} attaches to
   */
  public static ControlServer open(ConsoleHub console) throws IOException {
    Path socket = ControlSocket.create(System.getenv());
    try {
      ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
      server.bind(UnixDomainSocketAddress.of(socket));
      return new ControlServer(server, socket, console);
    } catch (IOException e) {
      ControlSocket.remove(socket);
      throw new IOException(socket + ": cannot listen there: " + e.getMessage(), e);
    }
  }

  /** Removes the socket that a process which was killed has left. */
  public static void removeStale(Path socket) throws IOException {
    ControlSocket.remove(socket);
  }

  public Path socket() {
    return socket;
  }

  /** Has requests of this name carried out; may be called at any time. */
  public ControlServer handle(String name, ControlRequest request) {
    requests.put(name, request);
    return this;
  }

  /** Begins to answer. */
  public void start() {
    Thread.ofVirtual().name("control").start(this::accept);
  }

  private void accept() {
    while (true) {
      SocketChannel channel;
      try {
        channel = server.accept();
      } catch (ClosedChannelException e) {
        return;
      } catch (IOException e) {
        LOG.warn("control socket: {}", e.getMessage());
        return;
      }
      JsonConnection connection = new JsonConnection(channel);
      connections.add(connection);
      Thread.ofVirtual().name("control client").start(() -> serve(connection));
    }
  }

  private void serve(JsonConnection connection) {
    try {
      if (connections.size() > MAX_CONNECTIONS) {
        throw new ControlException(
            ControlException.Kind.FAILED, "too many control connections: close some");
      }
      serveRequests(connection);
    } catch (ControlException e) {
      answer(connection, error(e.kind(), e.getMessage()));
    } catch (IOException e) {
      LOG.debug("control client: {}", e.getMessage());
    } catch (RuntimeException e) {
      LOG.warn("control client", e);
    } finally {
      closeQuietly(connection);
      connections.remove(connection);
    }
  }

  private void serveRequests(JsonConnection connection) throws IOException {
    ControlPeer last = null;
    while (true) {
      Map<String, Object> line = connection.read();
      if (last != null && !last.isDone()) {
        last.goneAway();
        if (line != null) {
          throw new ControlException(
              ControlException.Kind.USAGE, "a request while another is under way");
        }
      }
      if (line == null) {
        return;
      }
      if ("console".equals(line.get("request"))) {
        serveConsole(connection);
        return;
      }
      ControlPeer peer = new ControlPeer(connection);
      underWay.begin();
      Thread.ofVirtual().name("control request").start(() -> work(line, connection, peer));
      last = peer;
    }
  }

  private void work(Map<String, Object> line, JsonConnection connection, ControlPeer peer) {
    Map<String, ?> result;
    try {
      String name = new ControlArguments(line).string("request");
      ControlRequest request = requests.get(name);
      if (request == null) {
        throw new ControlException(ControlException.Kind.USAGE, "no request \"" + name + "\"");
      }
      result = Map.of("ok", request.carryOut(new ControlArguments(line), peer));
    } catch (ControlException e) {
      result = error(e.kind(), e.getMessage());
    } catch (IOException | RuntimeException e) {
      LOG.debug("control request", e);
      result = error(ControlException.Kind.FAILED, e.getMessage());
    } catch (InterruptedException e) {
      result = error(ControlException.Kind.FAILED, "interrupted");
    }
    peer.done();
    answer(connection, result);
    underWay.end();
  }

  private void serveConsole(JsonConnection connection) throws IOException {
    connection.write(Map.of("ok", Map.of()));
    try (ConsoleHub.Attachment attachment =
        console.attach(connection::writeRaw, ConsoleHub.WhenFull.DETACH, true)) {
      attachment.whenEnded(() -> closeQuietly(connection));
      byte[] typed = connection.readRaw();
      while (typed != null) {
        console.type(typed);
        typed = connection.readRaw();
      }
      // It will not type any more, but it may go on watching.
      attachment.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Map<String, ?> error(ControlException.Kind kind, @Nullable String message) {
    Map<String, Object> error = new LinkedHashMap<>();
    error.put("error", message == null ? "failed without a message" : message);
    error.put("kind", kind.name());
    return error;
  }

  private static void answer(JsonConnection connection, Map<String, ?> answer) {
    try {
      connection.write(answer);
    } catch (IOException e) {
      LOG.debug("control client: {}", e.getMessage());
    }
  }

  private static void closeQuietly(JsonConnection connection) {
    try {
      connection.close();
    } catch (IOException e) {
      LOG.debug("control client: {}", e.getMessage());
    }
  }

  /**
   * Waits until the requests that are under way have been answered. May be called again.
   *
   * @param millis how long at most
   */
  public void drain(long millis) throws InterruptedException {
    if (!underWay.awaitNone(millis)) {
      LOG.warn("a control request is still under way");
    }
  }

  /** Ends all connections and removes the socket. */
  @Override
  public void close() throws IOException {
    server.close();
    connections.forEach(ControlServer::closeQuietly);
    ControlSocket.remove(socket);
  }
}
