package org.replaymigrate.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.replaymigrate.protocol.checkpoint.CheckpointFolder;
import org.replaymigrate.protocol.codec.StateCodec;
import org.replaymigrate.protocol.digest.Digest128;
import org.replaymigrate.protocol.home.Pace;
import org.replaymigrate.protocol.home.VkernelFolder;
import org.replaymigrate.protocol.home.VkernelIdentity;
import org.replaymigrate.protocol.home.VkernelLock;
import org.replaymigrate.protocol.host.HostedMachine;
import org.replaymigrate.protocol.log.EventLogWriter;
import org.replaymigrate.protocol.log.LogHeader;
import org.replaymigrate.protocol.log.LogPosition;
import org.replaymigrate.protocol.log.LogSegments;
import org.replaymigrate.protocol.owner.OwnerFile;
import org.replaymigrate.protocol.owner.Ownership;
import org.replaymigrate.recorder.Checkpointer;
import org.replaymigrate.recorder.HostClock;
import org.replaymigrate.recorder.PendingOutputs;
import org.replaymigrate.recorder.Recorder;
import org.replaymigrate.recorder.session.LiveVkernel;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Boots a new vkernel, and records it. */
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    description = {
      "Boots a new vkernel and records it.",
      "The console is on this terminal. SIGUSR2 takes a checkpoint; SIGTERM and SIGINT stop the"
          + " run, which `resume` then goes on with; SIGHUP suspends it first.",
      "The exit code is 0 when the guest powers off or the run is stopped, suspended or migrated, 1"
          + " when the guest reports a failure."
    })
final class RunCommand extends Subcommand {
  @Parameters(paramLabel = "NAME", description = "The new vkernel's name.")
  private String name = "";

  @Mixin private GuestOptions guest = new GuestOptions();

  @Option(
      names = "--pace",
      paramLabel = "real|max",
      description =
          "Guest time follows the wall clock, or idle time is skipped at once (default:"
              + " real).")
  private String pace = "real";

  @Option(
      names = "--until-exit",
      description = "Print the figures of the run when the guest has ended.")
  private boolean untilExit;

  @Override
  int execute() throws IOException, InterruptedException {
    LiveVkernel vkernel = create();
    OutputStream out = json() ? System.err : System.out;
    SessionRunner.Ended ended = SessionRunner.run(vkernel, out, true);
    if (json() || untilExit) {
      print(ended.figures(), summary(ended));
    } else if (ended.reason() != Recorder.EndReason.POWERED_OFF) {
      say(name + ": " + ended.reason().name().toLowerCase(Locale.ROOT));
    }
    return ended.guestExitCode() == 0 ? DONE : FAILED;
  }

  private static String summary(SessionRunner.Ended ended) {
    return ended.figures().toString();
  }

  private LiveVkernel create() throws IOException {
    Pace chosenPace = pace(pace);
    VkernelFolder folder = home().vkernel(name);
    VkernelLock lock = folder.lockForNew();
    try {
      GuestOptions.Chosen chosen = guest.choose(home());
      PendingOutputs outputs = new PendingOutputs();
      HostedMachine hosted =
          HostedMachine.powerOn(chosen.config(), chosen.images(), folder.disks(), outputs);
      hosted.machine().load(chosen.boot());
      UUID id = UUID.randomUUID();
      VkernelIdentity identity =
          new VkernelIdentity(
              id,
              name,
              chosen.guestName(),
              Instant.now().truncatedTo(ChronoUnit.MILLIS),
              chosen.config(),
              chosen.images(),
              guest.nets,
              chosenPace);
      LogPosition start = new LogPosition(0, 0, 0);
      new Checkpointer(
              id, new CheckpointFolder(folder.checkpoints()), hosted.contents(), HostClock.SYSTEM)
          .takeNow(hosted.machine(), start);
      EventLogWriter log =
          LogSegments.in(folder.log())
              .create(
                  new LogHeader(
                      id, Digest128.of(new StateCodec().encode(chosen.config())), 0, 0, 0, 0));
      new OwnerFile(folder.owner()).write(Ownership.created(id));
      folder.establish(identity);
      return new LiveVkernel(
          folder, identity, lock, hosted, outputs, log, HostClock.SYSTEM.epochNanos());
    } catch (IOException | RuntimeException e) {
      folder.abandon();
      lock.close();
      throw e;
    }
  }

  static Pace pace(String text) throws CliException {
    return switch (text) {
      case "real" -> Pace.REAL;
      case "max" -> Pace.MAX;
      default ->
          throw new CliException(
              USAGE, "--pace " + text + ": want one of " + List.of("real", "max"));
    };
  }
}
