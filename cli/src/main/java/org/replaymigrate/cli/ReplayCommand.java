package org.replaymigrate.cli;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jline.utils.Signals;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.protocol.fault.BitFlip;
import org.replaymigrate.protocol.home.VkernelFolder;
import org.replaymigrate.protocol.host.HostedMachine;
import org.replaymigrate.replayer.Divergence;
import org.replaymigrate.replayer.ReplayOptions;
import org.replaymigrate.replayer.ReplayResult;
import org.replaymigrate.replayer.Restore;
import org.replaymigrate.replayer.Until;
import org.replaymigrate.vkernel.port.Outputs;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Replays a recording. */
@Command(
    name = "replay",
    description = {
      "Replays a recording as fast as it goes, and compares the digests of all output on the way;"
          + " with --verify those of the whole state too.",
      "The exit code is 3 if it diverges."
    })
final class ReplayCommand extends Subcommand {
  @Parameters(paramLabel = "DIR|NAME", description = "A vkernel, or the folder of one.")
  private String recording = "";

  @Option(
      names = "--from",
      paramLabel = "CHECKPOINT",
      description = "Number of the checkpoint to begin with (default: the first).")
  private @Nullable Long from;

  @Option(
      names = "--until",
      paramLabel = "ICOUNT|end",
      converter = UntilConverter.class,
      description = "Where to stop: an instruction count, or the end (default).")
  private Until until = Until.END;

  @Mixin private TranslateOption translate = new TranslateOption();

  @Option(names = "--verify", description = "Compare every digest of the whole state.")
  private boolean verify;

  @Override
  int execute() throws IOException, InterruptedException {
    VkernelFolder folder = Recording.find(home(), recording);
    try (ScratchFolder scratch = ScratchFolder.create()) {
      Restore restore =
          new Restore(folder, scratch.path(), Outputs.NONE)
              .translation(translate.translation())
              .hostWait(new WaitNotice());
      Restore.Base base = restore.base(from);
      try (HostedMachine _ = base.hosted();
          Progress progress = new Progress()) {
        BitFlip.reached(base.hosted().machine().ram());
        Signals.register("INT", restore::cancel);
        return report(
            restore.replay(
                base,
                ReplayOptions.DEFAULT
                    .until(until)
                    .verifyStates(verify)
                    .progress(p -> progress.step("replaying", p.fraction()))));
      }
    }
  }

  private int report(ReplayResult result) {
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("outcome", result.outcome().name().toLowerCase(Locale.ROOT));
    figures.put("instructions", result.instructions() - result.startInstructions());
    figures.put("endInstructions", result.instructions());
    figures.put("events", result.events());
    figures.put("logBytes", result.logBytes());
    figures.put("digestsChecked", result.digestsChecked());
    figures.put("divergences", result.divergenceCount());
    figures.put("seconds", result.seconds());
    figures.put("finalDigest", result.finalDigest().toString());
    if (!result.divergences().isEmpty()) {
      Divergence first = result.divergences().getFirst();
      figures.put("firstDivergence", first.toString());
      figures.put("firstDivergentEvent", first.sequence());
      figures.put("firstDivergentInstruction", first.instructions());
      complain("diverged: " + first);
    }
    print(figures, Figures.text(figures));
    return switch (result.outcome()) {
      case REACHED -> result.divergenceCount() == 0 ? DONE : DIVERGED;
      case DIVERGED -> DIVERGED;
      case CANCELLED -> FAILED;
    };
  }
}
