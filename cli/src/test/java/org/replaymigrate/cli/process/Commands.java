package org.replaymigrate.cli.process;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.replaymigrate.guest.BuiltinGuest;

/**
 * Starts {@code replay-migrate} in processes of their own, with a home that lives as long as the
 * test; so do the processes.
 */
final class Commands implements BeforeEachCallback, AfterEachCallback {
  static final String MAIN = "org.replaymigrate.cli.Main";

  /** Those that look at a vkernel, or have the process ask in which it runs. */
  private static final Set<String> LOOKERS =
      Set.of("checkpoint", "info", "inspect", "log", "migrate", "ps", "replay", "stop", "suspend");

  /** Those that a test may run in its own JVM. */
  static final Set<String> SUBCOMMANDS =
      Stream.concat(LOOKERS.stream(), Stream.of("demo", "receive", "resume", "run"))
          .collect(Collectors.toUnmodifiableSet());

  private final List<Invocation> started = new ArrayList<>();
  private Path folder;

  @Override
  public void beforeEach(ExtensionContext context) throws IOException {
    open();
  }

  @Override
  public void afterEach(ExtensionContext context) throws IOException, InterruptedException {
    close();
  }

  /** Makes the home. */
  void open() throws IOException {
    folder = Files.createTempDirectory("rm-test");
  }

  /** Ends what still runs, and removes the home. */
  void close() throws IOException, InterruptedException {
    for (Invocation invocation : started) {
      if (invocation.isAlive()) {
        invocation.kill();
      }
    }
    started.clear();
    Tree.remove(folder);
  }

  /** The folder of a vkernel. */
  Path vkernel(String name) {
    return home().resolve("vkernels").resolve(name);
  }

  /** Where vkernels are, unless {@code --home} says otherwise. */
  Path home() {
    return folder.resolve("home");
  }

  /** A place for files; its path is short enough for sockets. */
  Path folder() {
    return folder;
  }

  /** Starts the command. */
  Invocation start(Object... arguments) throws IOException {
    return launch(java(arguments));
  }

  /** Runs a new vkernel with the built-in guest, and waits until that is at its shell. */
  Invocation boot(String name, Object... more) throws IOException, InterruptedException {
    List<Object> arguments = new ArrayList<>(List.of("run", name));
    arguments.addAll(Arrays.asList(more));
    Invocation run = start(arguments.toArray());
    run.awaitOut(BuiltinGuest.PROMPT);
    return run;
  }

  /**
   * Runs the command to its end, with nothing to read on standard input; where no vkernel is going
   * to run in it, in this JVM.
   */
  Outcome run(Object... arguments) throws IOException, InterruptedException {
    boolean looks = arguments.length > 0 && LOOKERS.contains(arguments[0].toString());
    return looks ? here(arguments) : runInProcess(arguments);
  }

  /** Runs it in this JVM, where it must fail before anything is started. */
  Outcome here(Object... arguments) {
    return Here.run(home(), arguments);
  }

  /** Runs it in a process of its own, to its end, with nothing to read on standard input. */
  Outcome runInProcess(Object... arguments) throws IOException, InterruptedException {
    Invocation invocation = start(arguments);
    invocation.endTyping();
    return invocation.end();
  }

  /** Runs it with {@code --json}; the object that it prints when all goes well. */
  Map<String, Object> json(Object... arguments) throws IOException, InterruptedException {
    Object[] all = Arrays.copyOf(arguments, arguments.length + 1);
    all[arguments.length] = "--json";
    return run(all).withExitCode(0).json();
  }

  /** Begins to look out for a file in a vkernel's folder; it must be done before that is there. */
  Awaited expect(String vkernel, String file) throws IOException {
    return new Awaited(Files.createDirectories(vkernel(vkernel)).resolve(file));
  }

  /** Starts another program, with the same environment. */
  Invocation launch(List<String> command) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("REPLAY_MIGRATE_HOME", home().toString());
    builder.environment().put("XDG_RUNTIME_DIR", folder.toString());
    Invocation invocation = new Invocation(builder);
    started.add(invocation);
    return invocation;
  }

  /** What starts the command: a JVM that is in a hurry, with the class path of this one. */
  static List<String> java(Object... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(option -> option.startsWith("--"))
        .forEach(command::add);
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-ea"));
    command.add("-Dreplay-migrate.no-drill=true");
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), MAIN));
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    return command;
  }

  /** Skips the test, and says so, if a program that it needs is not there. */
  static void assumeInstalled(String program, String debianPackage) {
    boolean found =
        Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    Assumptions.assumeTrue(
        found, () -> "no " + program + " on the PATH (Debian package " + debianPackage + ")");
  }

  /** The folder in which the project is. */
  static Path project() {
    for (Path p = Path.of("").toAbsolutePath(); p != null; p = p.getParent()) {
      if (Files.isExecutable(p.resolve("replay-migrate"))) {
        return p;
      }
    }
    throw new IllegalStateException("no launcher in or above " + new File("").getAbsolutePath());
  }
}
