package org.replaymigrate.cli.process;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.replaymigrate.guest.Guest;
import org.replaymigrate.guest.GuestCatalogue;
import org.replaymigrate.protocol.home.Home;

/**
 * The command in processes of its own, with the Debian guest that {@code guest fetch debian} has
 * put into this user's home. Without that guest tests are skipped, and say so; in CI they fail.
 */
final class DebianCommands {
  /** Bounds anything that a guest does here, on a machine with ten times as much to do. */
  static final long SECONDS = 600;

  private final Commands commands;
  private final Guest guest;

  DebianCommands(Commands commands) throws IOException {
    this.commands = commands;
    this.guest = guestAtHand();
    Files.createDirectories(commands.home());
    Files.createSymbolicLink(
        commands.home().resolve("guests"), usersHome().guests().toAbsolutePath());
  }

  /** The guest, or the end of the test that needs it. */
  static Guest guestAtHand() throws IOException {
    Path guests = usersHome().guests();
    String missing = "no Debian guest in " + guests + ": ./replay-migrate guest fetch debian";
    return GuestCatalogue.find(guests, "debian")
        .orElseGet(() -> "true".equals(System.getenv("CI")) ? fail(missing) : abort(missing));
  }

  private static Home usersHome() {
    return Home.choose(null, System.getenv(), Path.of(System.getProperty("user.home")));
  }

  Guest guest() {
    return guest;
  }

  /** Boots a new vkernel; it is not at its shell yet. */
  DebianShell boot(String name, Object... more) throws IOException {
    return live("run", name, concat(new Object[] {"--guest", "debian"}, more));
  }

  /** Goes on with one. */
  DebianShell resume(String name) throws IOException {
    return live("resume", name);
  }

  /** Starts a subcommand in whose process a vkernel runs. */
  DebianShell live(String subcommand, String name, Object... more) throws IOException {
    return new DebianShell(start(concat(new Object[] {subcommand, name, "--json"}, more)));
  }

  /** Runs the command to its end; the object that it prints when all goes well. */
  Map<String, Object> json(Object... arguments) throws IOException, InterruptedException {
    Invocation invocation = start(concat(arguments, "--json"));
    invocation.endTyping();
    return invocation.end().withExitCode(0).json();
  }

  /** Guests of this size want the compiler that Commands does without. */
  private Invocation start(Object... arguments) throws IOException {
    List<String> command = new ArrayList<>(Commands.java(arguments));
    command.removeIf(option -> option.startsWith("-XX:TieredStopAtLevel"));
    return commands.launch(command).within(SECONDS);
  }

  /** A file with bytes of a seed, to be a disk. */
  Path disk(int megabytes, long seed) throws IOException {
    byte[] content = new byte[megabytes << 20];
    new Random(seed).nextBytes(content);
    return Files.write(commands.folder().resolve("disk"), content);
  }

  static Object[] concat(Object[] first, Object... second) {
    Object[] all = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, all, first.length, second.length);
    return all;
  }
}
