package org.replaymigrate.bench.speed;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.replaymigrate.protocol.host.TranslationWorker;
import org.replaymigrate.vkernel.Machine;
import org.replaymigrate.vkernel.translate.Translation;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Runs one guest kernel on a bare {@link Machine} in this JVM, without recorder, log and launcher:
 * for quick experiments with the machine itself.
 */
@Command(
    name = "kernel",
    mixinStandardHelpOptions = true,
    description = "Runs one guest kernel on the bare machine, without a recorder.")
public final class SpeedRunner implements Callable<Integer> {
  @Parameters(
      paramLabel = "KERNEL",
      description = "integer, memory, float or system.",
      converter = KernelConverter.class)
  private GuestKernel kernel = GuestKernel.INTEGER;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "Measured rounds of about 100 million instructions (0: 2 billion in all).")
  private int rounds;

  @Option(
      names = "--times",
      paramLabel = "N",
      description = "How often, each time on a new machine in this same JVM.")
  private int times = 1;

  @Option(
      names = "--translate",
      paramLabel = "on|off",
      description = "Whether the guest's code is translated (default: on).")
  private String translate = "on";

  @Option(names = "--console", description = "Shows the guest's console on standard error.")
  private boolean console;

  private static final class KernelConverter implements CommandLine.ITypeConverter<GuestKernel> {
    @Override
    public GuestKernel convert(String value) {
      return GuestKernel.labelled(value)
          .orElseThrow(() -> new CommandLine.TypeConversionException("no kernel " + value));
    }
  }

  public static void main(String[] args) {
    System.exit(new CommandLine(new SpeedRunner()).execute(args));
  }

  @Override
  public Integer call() throws IOException {
    for (int i = 0; i < times; i++) {
      print(
          BareMachine.run(
              kernel,
              GuestKernel.commandLine(rounds),
              console,
              translate.equals("off") ? Translation.OFF : TranslationWorker.translation()));
    }
    return 0;
  }

  private void print(KernelRun run) {
    System.out.printf(
        "%s: %d instructions in %.3f s, %.0f MIPS, checksum %s;",
        kernel.label(),
        run.instructions(),
        run.seconds(),
        run.instructions() / run.seconds() / 1e6,
        run.checksum());
    run.partSeconds().forEach((part, seconds) -> System.out.printf(" %s %.3f s", part, seconds));
    System.out.println();
  }
}
