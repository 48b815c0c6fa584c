package org.replaymigrate.bench.migration;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.bench.host.ConsoleProcess;

/**
 * What both programs find.
 *
 * @param folder for sockets, with a short path
 * @param frames the guest's network, if it has one
 * @param settleMillis what a process at the destination is given to come up, and the guest to get
 *     on with its work
 */
record Setting(Work work, Link link, Path folder, @Nullable FrameSource frames, long settleMillis) {
  /** Has the guest begin; its shell waits. */
  void begin(ConsoleProcess console) throws IOException, InterruptedException {
    if (!work.command().isEmpty()) {
      console.type(work.command() + "\n");
    }
    settle();
  }

  void settle() throws InterruptedException {
    Thread.sleep(settleMillis);
  }

  /** Between two stamps of {@link LineStamps}; NaN if one is missing. */
  static double gapMillis(long last, long first) {
    return last == 0 || first == 0 ? Double.NaN : (first - last) / 1e6;
  }
}
