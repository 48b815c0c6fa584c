package org.replaymigrate.recorder.control;

import java.io.Closeable;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Sends requests to a running vkernel. Closing it cancels what is under way. */
public final class ControlClient implements Closeable {
  private final JsonConnection connection;

  private ControlClient(JsonConnection connection) {
    this.connection = connection;
  }

  /** Connects to the process that listens on {@code socket}. */
  public static ControlClient connect(Path socket) throws IOException {
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.connect(UnixDomainSocketAddress.of(socket));
    } catch (IOException e) {
      channel.close();
      throw new IOException(socket + ": the vkernel's process does not answer there", e);
    }
    return new ControlClient(new JsonConnection(channel));
  }

  /**
   * Has a request carried out.
   *
   * @param progress told of each step
   * @return the answer's fields
   * @throws ControlException if it is not carried out
   */
  public Map<String, Object> request(
      String name, Map<String, ?> arguments, Consumer<Map<String, Object>> progress)
      throws IOException {
    Map<String, Object> line = new LinkedHashMap<>(arguments);
    line.put("request", name);
    connection.write(line);
    while (true) {
      Map<String, Object> answer = connection.read();
      if (answer == null) {
        throw new ControlException(
            ControlException.Kind.FAILED, "the vkernel's process ended before it answered");
      }
      Map<String, Object> ok = object(answer.get("ok"));
      Map<String, Object> step = object(answer.get("progress"));
      if (ok != null) {
        return ok;
      }
      if (step != null) {
        progress.accept(step);
      } else {
        throw new ControlException(kind(answer.get("kind")), String.valueOf(answer.get("error")));
      }
    }
  }

  /** The same without any interest in progress. */
  public Map<String, Object> request(String name, Map<String, ?> arguments) throws IOException {
    return request(name, arguments, step -> {});
  }

  /** Attaches to the console; from now on only the methods below may be used. */
  public void console() throws IOException {
    request("console", Map.of());
  }

  /** What the guest puts out: some bytes, or null at the end. */
  public byte @Nullable [] readConsole() throws IOException {
    return connection.readRaw();
  }

  /** Types. */
  public void type(byte[] bytes) throws IOException {
    connection.writeRaw(bytes);
  }

  /** Says that nothing more is going to be typed; output goes on. */
  public void endTyping() throws IOException {
    connection.endOutput();
  }

  @Override
  public void close() throws IOException {
    connection.close();
  }

  @SuppressWarnings("unchecked") // JSON objects have strings for keys.
  private static @Nullable Map<String, Object> object(@Nullable Object value) {
    return value instanceof Map<?, ?> map ? (Map<String, Object>) map : null;
  }

  private static ControlException.Kind kind(@Nullable Object name) {
    try {
      return ControlException.Kind.valueOf(String.valueOf(name));
    } catch (IllegalArgumentException e) {
      return ControlException.Kind.FAILED;
    }
  }
}
