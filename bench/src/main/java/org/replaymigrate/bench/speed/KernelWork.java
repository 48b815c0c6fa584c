package org.replaymigrate.bench.speed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.replaymigrate.bench.BenchException;
import org.replaymigrate.bench.host.ConsoleProcess;

/** Runs a guest kernel in a process of whoever is compared. */
final class KernelWork {
  private static final Duration LIMIT = Duration.ofMinutes(30);

  private KernelWork() {}

  static Timing run(GuestKernel kernel, int rounds, Contender contender)
      throws IOException, InterruptedException {
    Path elf = Files.createTempFile("bench", ".elf");
    ConsoleStamps stamps = new ConsoleStamps();
    try {
      Files.write(elf, kernel.elf());
      String commandLine = GuestKernel.commandLine(rounds);
      try (ConsoleProcess console =
          ConsoleProcess.start(contender.bare(elf, commandLine, GuestKernel.MEMORY_BYTES))) {
        console.readAll((text, nanos) -> text.chars().forEach(c -> stamps.accept(c, nanos)), LIMIT);
        KernelRun run = stamps.result();
        return new Timing(run.seconds(), run.instructions(), run.checksum());
      } catch (IllegalStateException e) {
        throw new BenchException(contender.label() + ", " + kernel.label() + ": " + e.getMessage());
      }
    } finally {
      Files.delete(elf);
      contender.cleanUp();
    }
  }
}
