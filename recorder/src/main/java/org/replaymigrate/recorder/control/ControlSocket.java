package org.replaymigrate.recorder.control;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Where control sockets are. A socket's path must not exceed some hundred bytes, so it cannot be in
 * a vkernel's folder, wherever that is. Each gets a folder of its own, which only this user may
 * enter, among what the system clears away by itself.
 */
final class ControlSocket {
  private static final String PREFIX = "replay-migrate-";

  /** Of {@code sun_path}, with its end. */
  private static final int MAX_PATH_BYTES = 100;

  private ControlSocket() {}

  static Path create(Map<String, String> environment) throws IOException {
    String runtime = environment.get("XDG_RUNTIME_DIR");
    Path parent = Path.of(System.getProperty("java.io.tmpdir"));
    if (runtime != null && Files.isWritable(Path.of(runtime))) {
      parent = Path.of(runtime);
    }
    // 0700, whatever the umask.
    Path socket = Files.createTempDirectory(parent, PREFIX).resolve("control");
    if (socket.toString().getBytes(StandardCharsets.UTF_8).length > MAX_PATH_BYTES) {
      remove(socket);
      throw new IOException(parent + ": too long a path for a socket: set XDG_RUNTIME_DIR");
    }
    return socket;
  }

  /** Removes a socket and its folder, if it is one that {@link #create} has made. */
  static void remove(Path socket) throws IOException {
    Path folder = socket.getParent();
    if (folder != null && folder.getFileName().toString().startsWith(PREFIX)) {
      Files.deleteIfExists(socket);
      Files.deleteIfExists(folder);
    }
  }
}
