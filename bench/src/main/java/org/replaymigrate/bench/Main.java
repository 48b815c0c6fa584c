package org.replaymigrate.bench;

import java.io.PrintWriter;
import java.util.List;
import org.replaymigrate.bench.boot.BootCommand;
import org.replaymigrate.bench.checkpoint.CheckpointCommand;
import org.replaymigrate.bench.clones.ClonesCommand;
import org.replaymigrate.bench.micro.JmhCommand;
import org.replaymigrate.bench.migration.MigrationCommand;
import org.replaymigrate.bench.speed.SpeedCommand;
import org.replaymigrate.bench.speed.SpeedRunner;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;

/** The entry point of {@code bench/run}; every comparison is a subcommand of its own. */
@Command(
    name = "bench/run",
    mixinStandardHelpOptions = true,
    description = "Compares replay-migrate with what others use, on this machine.",
    synopsisSubcommandLabel = "COMPARISON",
    subcommands = {
      BootCommand.class,
      SpeedCommand.class,
      MigrationCommand.class,
      CheckpointCommand.class,
      ClonesCommand.class,
      SpeedRunner.class,
      JmhCommand.class
    })
public final class Main implements Runnable {
  private static final int WRONG_USAGE = 2;
  private static final List<String> LATER = List.of("network", "shadow", "debug");

  @CommandLine.Spec
  private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

  private Main() {}

  /** Runs a comparison and ends the JVM: 0 done, 1 failed, 2 wrong usage. */
  public static void main(String[] args) {
    CommandLine command = new CommandLine(new Main());
    LATER.forEach(name -> command.addSubcommand(name, new LaterCommand()));
    command.setParameterExceptionHandler(Main::wrongUsage);
    command.setExecutionExceptionHandler((e, c, r) -> {
      c.getErr().println(c.getCommandSpec().qualifiedName() + ": " + e.getMessage());
      return 1;
    });
    System.exit(command.execute(args));
  }

  private static int wrongUsage(ParameterException e, String[] args) {
    PrintWriter err = e.getCommandLine().getErr();
    err.println(
        e.getCommandLine().getCommandSpec().qualifiedName()
            + ": "
            + String.valueOf(e.getMessage()).lines().findFirst().orElse("wrong usage"));
    return WRONG_USAGE;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "which comparison? (see bench/run --help)");
  }
}
