package org.replaymigrate.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Locale;
import org.replaymigrate.protocol.codec.StateCodec;
import org.replaymigrate.protocol.digest.Digest128;
import org.replaymigrate.protocol.home.VkernelFolder;
import org.replaymigrate.protocol.home.VkernelIdentity;
import org.replaymigrate.protocol.home.VkernelLock;
import org.replaymigrate.protocol.log.EventLogWriter;
import org.replaymigrate.protocol.log.LogHeader;
import org.replaymigrate.protocol.log.LogSegments;
import org.replaymigrate.protocol.owner.OwnerFile;
import org.replaymigrate.protocol.owner.Ownership;
import org.replaymigrate.recorder.PendingOutputs;
import org.replaymigrate.recorder.session.LiveVkernel;
import org.replaymigrate.replayer.DivergenceException;
import org.replaymigrate.replayer.Restore;
import org.replaymigrate.replayer.Restored;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Goes on with a vkernel that does not run. */
@Command(
    name = "resume",
    mixinStandardHelpOptions = true,
    description = {
      "Goes on with a vkernel that was suspended or stopped, or whose process was killed: from the"
          + " newest checkpoint, and the log behind it to its last event.",
      "Console, signals and exit code are as with `run`."
    })
final class ResumeCommand extends VkernelCommand {
  @Option(
      names = "--until-exit",
      description = "Print the figures of the run when the guest has ended.")
  private boolean untilExit;

  @Override
  int execute() throws IOException, InterruptedException {
    LiveVkernel vkernel = restore();
    OutputStream out = json() ? System.err : System.out;
    SessionRunner.Ended ended = SessionRunner.run(vkernel, out, true);
    String reason = ended.reason().name().toLowerCase(Locale.ROOT);
    if (json() || untilExit) {
      print(ended.figures(), name() + ": " + reason);
    } else {
      say(name() + ": " + reason);
    }
    return ended.guestExitCode() == 0 ? DONE : FAILED;
  }

  private LiveVkernel restore() throws IOException, InterruptedException {
    VkernelFolder folder = folder();
    VkernelLock lock = folder.lockForRunning();
    try {
      requireOwner(folder);
      return restore(folder, lock);
    } catch (DivergenceException e) {
      lock.close();
      throw new CliException(DIVERGED, name() + ": " + e.getMessage());
    } catch (IOException | RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  private void requireOwner(VkernelFolder folder) throws IOException {
    Ownership owner = new OwnerFile(folder.owner()).read();
    if (owner == null || !owner.isOwner()) {
      throw new CliException(
          REFUSED,
          name() + ": " + (owner == null ? "nobody is known to own it" : owner.describe()));
    }
  }

  private LiveVkernel restore(VkernelFolder folder, VkernelLock lock)
      throws IOException, InterruptedException {
    VkernelIdentity identity = folder.identity();
    PendingOutputs outputs = new PendingOutputs();
    outputs.mute(true);
    Path disks = folder.disks();
    Restored restored = new Restore(folder, disks, outputs).toTheEnd(true, true, progress -> {});
    restored.warnings().forEach(Subcommand::say);
    if (restored.hosted().machine().exit() != null) {
      restored.hosted().close();
      throw new CliException(
          FAILED, name() + ": its guest has powered off; there is nothing to resume");
    }
    say(
        name()
            + ": from checkpoint "
            + restored.checkpoint()
            + " and "
            + restored.replay().events()
            + " events of the log");
    LogSegments segments = LogSegments.in(folder.log());
    EventLogWriter log =
        segments.create(
            new LogHeader(
                identity.id(),
                Digest128.of(new StateCodec().encode(identity.config())),
                segments.next(),
                restored.checkpoint(),
                restored.position().sequence(),
                restored.position().instructions()));
    return new LiveVkernel(
        folder, identity, lock, restored.hosted(), outputs, log, restored.epochNanos());
  }
}
