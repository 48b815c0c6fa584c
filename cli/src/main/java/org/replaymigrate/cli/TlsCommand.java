package org.replaymigrate.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Certificates for links between hosts. */
@Command(
    name = "tls",
    mixinStandardHelpOptions = true,
    description = "Certificates for links between hosts.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {TlsInitCommand.class})
final class TlsCommand implements Runnable {
  @CommandLine.Spec
  private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

  @Override
  public void run() {
    throw new CommandLine.ParameterException(spec.commandLine(), "Missing command");
  }
}
