package org.replaymigrate.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
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
    footer = {
      "",
      "Exit codes: 0 done, 1 the operation failed, 2 wrong usage, 3 divergence found, 4 refused for"
          + " safety."
    })
public final class Main implements Runnable {

  /** All subcommands, in the order of the help: {@code x} is what {@code XCommand} does. */
  static final List<Class<?>> SUBCOMMANDS =
      List.of(
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
          TrainCommand.class);

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
    wanted(args).forEach(command::addSubcommand);
    command.setParameterExceptionHandler(Main::wrongUsage);
    return command.execute(args);
  }

  /** The one that is called for, if there is one: describing all takes a third of a second. */
  private static List<Class<?>> wanted(String... args) {
    for (Class<?> type : SUBCOMMANDS) {
      if (args.length > 0 && name(type).equals(args[0])) {
        return List.of(type);
      }
    }
    return SUBCOMMANDS;
  }

  /** The name of a subcommand. */
  static String name(Class<?> type) {
    return type.getSimpleName().replace("Command", "").toLowerCase(Locale.ROOT);
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
