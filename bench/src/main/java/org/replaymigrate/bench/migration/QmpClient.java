package org.replaymigrate.bench.migration;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.bench.BenchException;

/** Talks to QEMU's machine protocol (docs/interop/qmp-spec). */
final class QmpClient implements Closeable {
  private static final long CONNECT_MILLIS = 10_000;
  private static final long PAUSE_MILLIS = 20;

  private final SocketChannel channel;
  private final BufferedReader in;

  private QmpClient(SocketChannel channel) {
    this.channel = channel;
    this.in = new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8));
  }

  /** Connects as soon as it listens. */
  static QmpClient connect(Path socket) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + CONNECT_MILLIS * 1_000_000;
    while (true) {
      SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
      try {
        channel.connect(UnixDomainSocketAddress.of(socket));
        QmpClient client = new QmpClient(channel);
        client.in.readLine(); // its greeting
        client.ask("qmp_capabilities", Map.of());
        return client;
      } catch (IOException e) {
        channel.close();
        if (System.nanoTime() > deadline) {
          throw e;
        }
        Thread.sleep(PAUSE_MILLIS);
      }
    }
  }

  /** Has a command carried out; what it returns. */
  Map<String, Object> ask(String command, Map<String, ?> arguments) throws IOException {
    Map<String, Object> request = new LinkedHashMap<>();
    request.put("execute", command);
    if (!arguments.isEmpty()) {
      request.put("arguments", arguments);
    }
    byte[] line = (JSON.std.asString(request) + "\n").getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes = ByteBuffer.wrap(line);
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
    while (true) {
      String answer = in.readLine();
      if (answer == null) {
        throw new BenchException("QEMU ended before it answered to " + command);
      }
      Map<String, Object> map = JSON.std.mapFrom(answer);
      if (map.get("error") != null) {
        throw new BenchException("QEMU: " + command + ": " + map.get("error"));
      }
      Map<String, Object> returned = object(map.get("return"));
      if (returned != null) {
        return returned;
      }
    }
  }

  @SuppressWarnings("unchecked") // JSON objects have strings for keys.
  static @Nullable Map<String, Object> object(@Nullable Object value) {
    return value instanceof Map<?, ?> map ? (Map<String, Object>) map : null;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
