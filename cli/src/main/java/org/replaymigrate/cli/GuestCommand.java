package org.replaymigrate.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The guests at hand. */
@Command(
    name = "guest",
    mixinStandardHelpOptions = true,
    description = "Lists and fetches guests.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {GuestListCommand.class, GuestFetchCommand.class})
final class GuestCommand implements Runnable {
  @CommandLine.Spec
  private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

  @Override
  public void run() {
    throw new CommandLine.ParameterException(spec.commandLine(), "Missing command");
  }
}
