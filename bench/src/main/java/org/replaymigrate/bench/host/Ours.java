package org.replaymigrate.bench.host;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.replaymigrate.bench.BenchException;
import org.replaymigrate.protocol.home.Home;
import org.replaymigrate.protocol.home.VkernelFolder;

/**
 * Our own side as users have it: the launcher, a cold JVM for each command, recording on, in a home
 * that is made for the comparison and goes with it.
 */
public final class Ours implements Closeable {
  private final Path launcher;
  private final Path home;
  private int made;

  private Ours(Path launcher, Path home) {
    this.launcher = launcher;
    this.home = home;
  }

  /** Builds what is to be measured, if need be, so that no run pays for it. */
  public static Ours prepare() throws IOException, InterruptedException {
    String root = System.getenv("REPLAY_MIGRATE_ROOT");
    if (root == null) {
      throw new BenchException("REPLAY_MIGRATE_ROOT is not set: start it as bench/run");
    }
    Ours ours = new Ours(Path.of(root, "replay-migrate"), Files.createTempDirectory("bench-home"));
    ours.command(List.of("--version"));
    return ours;
  }

  /** As the command says it. */
  public String version() throws IOException, InterruptedException {
    return command(List.of("--version")).lines().findFirst().orElse("unknown");
  }

  /** The same program with another, empty home. */
  public Ours elsewhere() throws IOException {
    return new Ours(launcher, Files.createTempDirectory("bench-home"));
  }

  /** A vkernel's folder, whether it is there or not. */
  public VkernelFolder vkernel(String name) throws IOException {
    return new Home(home).vkernel(name);
  }

  /** The command that waits for one vkernel, on a link without protection, as QEMU's is. */
  public List<String> receive(String address) {
    return List.of(
        launcher.toString(),
        "receive",
        "--listen",
        address,
        "--insecure",
        "--once",
        "--home",
        home.toString());
  }

  /** A name that no vkernel of this comparison has had. */
  public String newName() {
    return "bench" + ++made;
  }

  /** The command that runs one of our guest kernels. */
  public List<String> bare(String name, Path elf, String commandLine, long memoryBytes) {
    return run(name, List.of("--bios", elf.toString(), "--append", commandLine), memoryBytes);
  }

  /** The command that boots Debian. */
  public List<String> linux(String name, DebianFiles guest) {
    return run(
        name,
        List.of(
            "--kernel",
            guest.kernel().toString(),
            "--initrd",
            guest.initrd().toString(),
            "--append",
            guest.commandLine()),
        guest.memoryBytes());
  }

  /** The command that runs a new vkernel which goes on from a checkpoint of another, NAME@N. */
  public List<String> clone(String name, String checkpoint) {
    return List.of(
        launcher.toString(), "run", name, "--from", checkpoint, "--home", home.toString());
  }

  private List<String> run(String name, List<String> guest, long memoryBytes) {
    List<String> command = new ArrayList<>(List.of(launcher.toString(), "run", name));
    command.addAll(guest);
    command.addAll(List.of("--memory", (memoryBytes >> 20) + "M", "--home", home.toString()));
    return command;
  }

  /**
   * Runs a subcommand to its end.
   *
   * @return the object that {@code --json} prints
   * @throws BenchException if it fails, with what it says
   */
  public Map<String, Object> json(String... arguments) throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--json", "--home", home.toString()));
    return JSON.std.mapFrom(command(all));
  }

  private String command(List<String> arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(launcher.toString()));
    command.addAll(arguments);
    Path errors = Files.createTempFile("bench", ".err");
    try {
      Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
      process.getOutputStream().close();
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        String said = Files.readString(errors).lines().reduce("failed", (a, b) -> b);
        throw new BenchException("replay-migrate " + arguments.getFirst() + ": " + said);
      }
      return out;
    } finally {
      Files.deleteIfExists(errors);
    }
  }

  /** Removes a vkernel that has ended: recordings are big. */
  public void forget(String name) throws IOException {
    delete(home.resolve("vkernels").resolve(name));
  }

  @Override
  public void close() throws IOException {
    delete(home);
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
