package org.replaymigrate.cli;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.protocol.format.FormatException;
import org.replaymigrate.protocol.home.Home;
import org.replaymigrate.protocol.home.HomeException;
import org.replaymigrate.recorder.control.ControlException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * What all subcommands have in common: where the state lives, how results are printed, and what
 * failures become. A result goes to standard output, everything else to standard error; an error is
 * one line.
 */
@Command(mixinStandardHelpOptions = true, versionProvider = Version.class)
abstract class Subcommand implements Callable<Integer> {
  /** Exit codes of the command. */
  static final int DONE = 0;

  static final int FAILED = 1;
  static final int USAGE = 2;
  static final int DIVERGED = 3;
  static final int REFUSED = 4;

  @Option(
      names = "--home",
      paramLabel = "DIR",
      description =
          "Where vkernels live (default: $REPLAY_MIGRATE_HOME, else"
              + " ~/.local/share/replay-migrate).")
  private @Nullable Path home;

  @Option(
      names = "--json",
      description =
          "Print one JSON object as the last line of standard output, and nothing else" + " there.")
  private boolean json;

  @Option(names = "-v", description = "Show where in the program an error comes from.")
  private boolean verbose;

  /** Does the work; returns an exit code. */
  abstract int execute() throws IOException, InterruptedException;

  @Override
  public final Integer call() {
    try {
      return execute();
    } catch (CliException e) {
      return fail(e.exitCode(), e);
    } catch (ControlException e) {
      return fail(
          switch (e.kind()) {
            case FAILED -> FAILED;
            case USAGE -> USAGE;
            case DIVERGENCE -> DIVERGED;
            case REFUSED -> REFUSED;
          },
          e);
    } catch (HomeException.BadName e) {
      return fail(USAGE, e);
    } catch (FormatException.TooOld | FormatException.TooNew | HomeException.InUse e) {
      return fail(REFUSED, e);
    } catch (IOException e) {
      return fail(FAILED, e);
    } catch (InterruptedException e) {
      return fail(FAILED, new CliException(FAILED, "interrupted"));
    } catch (RuntimeException e) {
      return fail(FAILED, new IllegalStateException("a fault of this program: " + e, e));
    }
  }

  private int fail(int code, Exception e) {
    if (verbose) {
      e.printStackTrace(System.err);
    } else {
      complain(oneLine(e));
    }
    return code;
  }

  /** The message of a failure in one line, fit for people. */
  static String oneLine(Exception e) {
    String message = e.getMessage();
    if (e instanceof FileSystemException f && f.getReason() == null) {
      message = message + ": " + reason(f);
    }
    return (message == null ? e.toString() : message).lines().findFirst().orElse(e.toString());
  }

  private static String reason(FileSystemException e) {
    return switch (e) {
      case NoSuchFileException _ -> "no such file";
      case AccessDeniedException _ -> "permission denied";
      case FileAlreadyExistsException _ -> "is there already";
      default -> e.getClass().getSimpleName();
    };
  }

  Home home() {
    return Home.choose(home, System.getenv(), Path.of(System.getProperty("user.home")));
  }

  boolean json() {
    return json;
  }

  /** Prints a result: the figures as JSON, or the text for people. */
  void print(Map<String, ?> figures, String text) {
    if (!json) {
      System.out.println(text);
      return;
    }
    try {
      System.out.println(JSON.std.asString(figures));
    } catch (IOException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** Says in one line what has failed. */
  static void complain(String line) {
    System.err.println("replay-migrate: " + line);
  }

  /** Says something on the way. */
  static void say(String line) {
    System.err.println(line);
  }
}
