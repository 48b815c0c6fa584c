package org.replaymigrate.bench.migration;

import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.protocol.home.RunningProcess;
import org.replaymigrate.protocol.home.VkernelFolder;
import org.replaymigrate.recorder.control.ControlClient;

/**
 * Follows a vkernel's console from the moment at which it runs, with stamps of this process's
 * clock. It attaches within a millisecond or two of that, and its stamps are late by no more.
 */
final class OurConsole implements Closeable {
  private static final long POLL_NANOS = 500_000;

  private final VkernelFolder folder;
  private final LineStamps lines = new LineStamps();
  private final Thread thread = Thread.ofPlatform().daemon().name("console").unstarted(this::read);
  private volatile boolean closed;
  private volatile @Nullable ControlClient client;

  private OurConsole(VkernelFolder folder) {
    this.folder = folder;
  }

  /** Begins; the vkernel may not be there yet. */
  static OurConsole follow(VkernelFolder folder) {
    OurConsole console = new OurConsole(folder);
    console.thread.start();
    return console;
  }

  LineStamps lines() {
    return lines;
  }

  /** Reads on until the vkernel has ended there; when its last line came. */
  long end() throws InterruptedException {
    thread.join(10_000);
    return lines.last();
  }

  private void read() {
    try (ControlClient opened = open()) {
      if (opened == null) {
        return;
      }
      byte[] bytes = opened.readConsole();
      while (bytes != null) {
        lines.add(new String(bytes, StandardCharsets.ISO_8859_1), System.nanoTime());
        bytes = opened.readConsole();
      }
    } catch (IOException e) {
      // Its process has ended, or this was closed.
    }
  }

  private @Nullable ControlClient open() {
    while (!closed) {
      try {
        RunningProcess running = folder.exists() ? folder.running().orElse(null) : null;
        if (running != null) {
          ControlClient opened = ControlClient.connect(running.socket());
          client = opened;
          opened.console();
          return opened;
        }
      } catch (IOException e) {
        // Not yet: it is just coming up.
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
    return null;
  }

  @Override
  public void close() throws IOException {
    closed = true;
    ControlClient opened = client;
    if (opened != null) {
      opened.close();
    }
  }
}
