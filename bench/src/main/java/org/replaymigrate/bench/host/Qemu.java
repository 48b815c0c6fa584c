package org.replaymigrate.bench.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.replaymigrate.bench.BenchException;

/** The peer: {@code qemu-system-riscv64} with the board that our machine is laid out like. */
public final class Qemu {
  private static final String COMMAND = "qemu-system-riscv64";

  /** Ways to count time. */
  public enum Mode {
    /** Guest time is the instruction count: deterministic, the fair peer. */
    ICOUNT,
    /** As fast as it can. */
    TCG;

    private List<String> options() {
      return switch (this) {
        case ICOUNT -> List.of("-icount", "shift=0");
        case TCG -> List.of();
      };
    }

    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private Qemu() {}

  /**
   * Its first line of {@code --version}.
   *
   * @throws BenchException if it is not installed
   */
  public static String version() throws IOException {
    for (String folder : System.getenv().getOrDefault("PATH", "").split(":", -1)) {
      if (Files.isExecutable(Path.of(folder, COMMAND))) {
        Process process = new ProcessBuilder(COMMAND, "--version").start();
        byte[] said = process.getInputStream().readAllBytes();
        return new String(said, StandardCharsets.ISO_8859_1).lines().findFirst().orElse(COMMAND);
      }
    }
    throw new BenchException("no " + COMMAND + ": apt-get install qemu-system-misc");
  }

  /** A guest kernel of ours, on the board without firmware. */
  public static List<String> bare(Path elf, String commandLine, long memoryBytes, Mode mode) {
    List<String> command = board(memoryBytes);
    command.addAll(mode.options());
    command.addAll(List.of("-bios", "none", "-kernel", elf.toString(), "-append", commandLine));
    return command;
  }

  /** Debian, with QEMU's own firmware. */
  public static List<String> linux(DebianFiles guest, Mode mode) {
    return linux(guest, mode.options());
  }

  /** The same, with QEMU's own recording. */
  public static List<String> recording(DebianFiles guest, Path file) {
    return linux(guest, List.of("-icount", "shift=0,rr=record,rrfile=" + file));
  }

  private static List<String> linux(DebianFiles guest, List<String> options) {
    List<String> command = board(guest.memoryBytes());
    command.addAll(options);
    command.addAll(
        List.of(
            "-kernel",
            guest.kernel().toString(),
            "-initrd",
            guest.initrd().toString(),
            "-append",
            guest.commandLine()));
    return command;
  }

  private static List<String> board(long memoryBytes) {
    return new ArrayList<>(
        List.of(
            COMMAND,
            "-machine",
            "virt",
            "-m",
            (memoryBytes >> 20) + "M",
            "-display",
            "none",
            "-monitor",
            "none",
            "-serial",
            "stdio",
            "-net",
            "none"));
  }
}
