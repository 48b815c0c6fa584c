package org.replaymigrate.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The entry point of {@code replay-migrate}; every subcommand is a class of its own. */
@Command(
    name = "replay-migrate",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = "Records, replays and live-migrates RISC-V guests.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      DemoCommand.class,
      RunCommand.class,
      ResumeCommand.class,
      CheckpointCommand.class,
      SuspendCommand.class,
      StopCommand.class,
      MigrateCommand.class,
      ReceiveCommand.class,
    })
public final class Main implements Runnable {

  @CommandLine.Spec
  private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

  private Main() {}

  /** Runs the command and ends the JVM with its exit code. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new Main()).execute(args));
  }

  @Override
  public void run() {
    throw new CommandLine.ParameterException(spec.commandLine(), "Missing command");
  }
}
