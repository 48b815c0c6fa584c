package org.replaymigrate.vkernel.random;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Runs a bare-metal image in QEMU's {@code virt} board, with a CPU of our extensions and no others.
 *
 * <p>There are two harts, of which the image parks the second: with a single one QEMU executes an
 * AMO as a load and a store, and reports the page fault of the load.
 */
final class Qemu {
  static final String COMMAND = "qemu-system-riscv64";

  private static final String CPU =
      "rv64,zba=true,zbb=true,zbs=true,zbc=false,sstc=true,h=false,debug=false";

  private Qemu() {}

  /** Why it cannot be run here, if so. */
  static Optional<String> missing() {
    for (String folder : System.getenv().getOrDefault("PATH", "").split(":", -1)) {
      if (Files.isExecutable(Path.of(folder, COMMAND))) {
        return Optional.empty();
      }
    }
    return Optional.of("no " + COMMAND + " on the PATH (Debian package qemu-system-misc)");
  }

  /**
   * Runs the image until it switches the board off.
   *
   * @param folder for files that it needs meanwhile
   * @return the lines it has printed; with a last one that says so if it had to be stopped
   */
  static List<String> run(byte[] image, Path folder, long seconds)
      throws IOException, InterruptedException {
    Path file = Files.write(folder.resolve("guest.bin"), image);
    Path console = folder.resolve("console.txt");
    Process process =
        new ProcessBuilder(
                COMMAND,
                "-machine",
                "virt",
                "-cpu",
                CPU,
                "-smp",
                "2",
                "-m",
                "64M",
                "-nodefaults",
                "-display",
                "none",
                "-serial",
                "file:" + console,
                "-bios",
                file.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("qemu.txt").toFile())
            .start();
    boolean ended = false;
    try {
      ended = process.waitFor(seconds, TimeUnit.SECONDS);
    } finally {
      process.destroyForcibly();
    }
    String printed =
        Files.exists(console) ? Files.readString(console, StandardCharsets.ISO_8859_1) : "";
    if (!ended || process.exitValue() != 0) {
      String said = Files.readString(folder.resolve("qemu.txt"), StandardCharsets.ISO_8859_1);
      printed += (ended ? "exit " + process.exitValue() : "stopped by force") + ": " + said;
    }
    return printed.lines().toList();
  }
}
