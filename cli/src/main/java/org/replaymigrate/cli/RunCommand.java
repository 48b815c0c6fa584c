package org.replaymigrate.cli;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.protocol.home.Pace;
import org.replaymigrate.protocol.home.VkernelFolder;
import org.replaymigrate.recorder.HostClock;
import org.replaymigrate.recorder.session.LiveVkernel;
import org.replaymigrate.recorder.session.NewVkernel;
import org.replaymigrate.vkernel.board.LoadException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Boots a new vkernel, and records it. */
@Command(
    name = "run",
    description = {
      "Boots a new vkernel and records it.",
      "Its console is on this terminal, or on standard output; what comes in on standard input is"
          + " typed. SIGUSR2 takes a checkpoint. SIGTERM and SIGINT stop the run and SIGHUP"
          + " suspends it: `resume` goes on with it.",
      "The exit code is 0 when the guest powers off, or the run is stopped, suspended or migrated,"
          + " and 1 when the guest reports a failure; with --until-exit also when the run ended"
          + " before the guest did."
    })
final class RunCommand extends LiveSubcommand {
  @Parameters(paramLabel = "NAME", description = "The new vkernel's name.")
  private String name = "";

  @Mixin private GuestOptions guest = new GuestOptions();

  @Option(
      names = "--from",
      paramLabel = "NAME[@CHECKPOINT]",
      description =
          "Begin where another vkernel was at a checkpoint (default: its newest) instead of"
              + " booting. RAM that neither changes is shared. It is the same guest, with the same"
              + " addresses of its network cards and the same random numbers to come.")
  private @Nullable String from;

  @Mixin private TranslateOption translate = new TranslateOption();

  @Mixin private CadenceOption cadence = new CadenceOption();

  @Option(
      names = "--pace",
      paramLabel = "real|max",
      converter = PaceConverter.class,
      description =
          "Guest time follows the wall clock, or runs free and idle time is skipped at once"
              + " (default: real).")
  private Pace pace = Pace.REAL;

  @Option(
      names = "--until-exit",
      description = "The guest is expected to end by itself: print the figures of the whole run.")
  private boolean untilExit;

  @Override
  int execute() throws IOException, InterruptedException {
    VkernelFolder folder = home().vkernel(name);
    return report(SessionRunner.run(create(folder), cadence, json()), untilExit);
  }

  private LiveVkernel create(VkernelFolder folder) throws IOException {
    if (from != null) {
      if (guest.isAnyGiven()) {
        throw new CliException(USAGE, "--from brings its own guest, memory, disks and cards");
      }
      return CloneSource.find(home(), from, pace)
          .create(folder, HostClock.SYSTEM, translate.translation());
    }
    NewVkernel wanted = guest.choose(home(), pace);
    try {
      return wanted.create(folder, HostClock.SYSTEM, translate.translation());
    } catch (LoadException e) {
      throw guest.explain(e);
    }
  }
}
