package org.replaymigrate.cli;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.recorder.session.LiveSession;
import picocli.CommandLine.Option;

/** {@code --checkpoint-every}, wherever a vkernel runs live. */
final class CadenceOption {
  @Option(
      names = "--checkpoint-every",
      paramLabel = "D",
      converter = Sizes.Durations.class,
      description =
          "Take a checkpoint this often, so that there is never more to replay after a crash. Less"
              + " often if each takes more than a 20th of that, and none while the guest does less"
              + " than a checkpoint costs. The newest 8 stay, and those that somebody asked for.")
  private @Nullable Duration every;

  /** Does as the option says; before the session runs. */
  void apply(LiveSession session) {
    if (every != null && every.isPositive()) {
      session.checkpointEvery(every);
    }
  }
}
