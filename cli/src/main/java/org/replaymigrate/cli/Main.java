package org.replaymigrate.cli;

import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;

/** The entry point of {@code replay-migrate}; every subcommand is a class of its own. */
@Command(
    name = "replay-migrate",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = "Records, replays and live-migrates RISC-V guests.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      DemoCommand.class,
      GuestCommand.class,
      RunCommand.class,
      PsCommand.class,
      ConsoleCommand.class,
      StopCommand.class,
      InfoCommand.class,
      CheckpointCommand.class,
      SuspendCommand.class,
      ResumeCommand.class,
      ReceiveCommand.class,
      MigrateCommand.class,
      TlsCommand.class,
      ReplayCommand.class,
      LogCommand.class,
      InspectCommand.class,
      PruneCommand.class,
      FsckCommand.class,
      TrainCommand.class,
    },
    footer = {
      "",
      "Exit codes: 0 done, 1 the operation failed, 2 wrong usage, 3 divergence found, 4 refused for"
          + " safety."
    })
public final class Main implements Runnable {

  @CommandLine.Spec
  private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

  private Main() {}

  /** Runs the command and ends the JVM with its exit code. */
  public static void main(String[] args) {
    System.exit(run(args));
  }

  /**
   * Runs the command in this JVM.
   *
   * @return its exit code
   */
  public static int run(String... args) {
    CommandLine command = new CommandLine(new Main());
    command.setParameterExceptionHandler(Main::wrongUsage);
    return command.execute(args);
  }

  /** One line, as for any other error. */
  private static int wrongUsage(ParameterException e, String[] args) {
    PrintWriter err = e.getCommandLine().getErr();
    String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("wrong usage");
    String command = e.getCommandLine().getCommandSpec().qualifiedName();
    err.println(command + ": " + message + " (see `" + command + " --help`)");
    return Subcommand.USAGE;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing command");
  }
}
