package org.replaymigrate.cli;

import java.io.IOException;
import java.util.Optional;
import org.replaymigrate.protocol.home.RunningProcess;
import org.replaymigrate.protocol.home.VkernelFolder;
import org.replaymigrate.protocol.home.VkernelLock;
import org.replaymigrate.protocol.owner.OwnerFile;
import org.replaymigrate.protocol.owner.Ownership;
import org.replaymigrate.recorder.PendingOutputs;
import org.replaymigrate.recorder.control.ControlServer;
import org.replaymigrate.recorder.session.LiveVkernel;
import org.replaymigrate.replayer.DivergenceException;
import org.replaymigrate.replayer.Restore;
import org.replaymigrate.replayer.Restored;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Goes on with a vkernel that does not run. */
@Command(
    name = "resume",
    mixinStandardHelpOptions = true,
    description = {
      "Goes on with a vkernel that was suspended or stopped, or whose process was killed: from the"
          + " newest checkpoint, and the log behind it to its last event.",
      "Console, signals and exit code are as with `run`."
    })
final class ResumeCommand extends LiveSubcommand {
  @Parameters(paramLabel = "NAME", description = "A vkernel that does not run; see `ps`.")
  private String name = "";

  @Mixin private TranslateOption translate = new TranslateOption();

  @Mixin private CadenceOption cadence = new CadenceOption();

  @Option(
      names = "--until-exit",
      description = "The guest is expected to end by itself: print the figures of the whole run.")
  private boolean untilExit;

  @Override
  int execute() throws IOException, InterruptedException {
    LiveVkernel vkernel = restore();
    return report(SessionRunner.run(vkernel, cadence, json()), untilExit);
  }

  private LiveVkernel restore() throws IOException, InterruptedException {
    VkernelFolder folder = home().vkernel(name);
    requireOwner(folder);
    Optional<RunningProcess> killed = folder.leftBehind();
    VkernelLock lock = folder.lockForRunning();
    try {
      if (killed.isPresent()) {
        ControlServer.removeStale(killed.get().socket());
      }
      requireOwner(folder); // it may just have been given away
      return restore(folder, lock);
    } catch (DivergenceException e) {
      lock.close();
      throw new CliException(DIVERGED, name + ": " + e.getMessage());
    } catch (IOException | RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  private void requireOwner(VkernelFolder folder) throws IOException {
    Ownership owner = new OwnerFile(folder.owner()).read();
    if (!folder.exists()) {
      return; // taking the lock says so
    }
    if (owner == null || !owner.isOwner()) {
      throw new CliException(
          REFUSED, name + ": " + (owner == null ? "nobody is known to own it" : owner.describe()));
    }
  }

  private LiveVkernel restore(VkernelFolder folder, VkernelLock lock)
      throws IOException, InterruptedException {
    PendingOutputs outputs = new PendingOutputs();
    outputs.mute(true);
    Restore restore =
        new Restore(folder, folder.disks(), outputs).translation(translate.translation());
    Restored restored;
    try (Progress progress = new Progress()) {
      restored =
          restore
              .hostWait(new WaitNotice())
              .toTheEnd(true, true, p -> progress.step("replaying", p.fraction()));
    }
    restored.warnings().forEach(Subcommand::say);
    if (restored.hosted().machine().exit() != null) {
      restored.hosted().close();
      throw new CliException(
          FAILED, name + ": its guest has powered off: `run` a new one, or `replay` this one");
    }
    return new LiveVkernel(
        folder,
        folder.identity(),
        lock,
        restored.hosted(),
        outputs,
        restore.beginSegment(restored),
        restored.epochNanos(),
        false);
  }
}
