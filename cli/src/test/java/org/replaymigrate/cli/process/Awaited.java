package org.replaymigrate.cli.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.concurrent.TimeUnit;

/** A file that is going to be there. */
final class Awaited {
  private final Path file;
  private final WatchService watch;

  /**
   * @param file in a folder that is there
   */
  Awaited(Path file) throws IOException {
    this.file = file;
    this.watch = file.getFileSystem().newWatchService();
    file.getParent().register(watch, StandardWatchEventKinds.ENTRY_CREATE);
  }

  void await() throws IOException, InterruptedException {
    try (watch) {
      while (!Files.exists(file)) {
        WatchKey key = watch.poll(Invocation.SECONDS, TimeUnit.SECONDS);
        if (key == null) {
          throw new AssertionError(file + " does not come to be");
        }
        key.pollEvents();
        key.reset();
      }
    }
  }
}
