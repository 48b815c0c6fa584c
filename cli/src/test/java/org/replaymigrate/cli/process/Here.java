package org.replaymigrate.cli.process;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.replaymigrate.cli.Main;

/**
 * The command in the JVM of the tests, which spares a start of a second or two of processor time.
 * For what ends by itself and leaves nothing running; one at a time.
 */
final class Here {
  private Here() {}

  /**
   * Runs it to its end, with nothing to read on standard input.
   *
   * @param home where vkernels are, unless {@code --home} says otherwise
   */
  static synchronized Outcome run(Path home, Object... arguments) {
    List<String> words = new ArrayList<>();
    for (Object argument : arguments) {
      words.add(argument.toString());
    }
    List<String> command = new ArrayList<>(List.of(Commands.MAIN));
    command.addAll(words);
    boolean takesHome = !words.isEmpty() && Commands.SUBCOMMANDS.contains(words.getFirst());
    if (takesHome && !words.contains("--home")) {
      words.add(1, "--home");
      words.add(2, home.toString());
    }
    InputStream in = System.in;
    PrintStream out = System.out;
    PrintStream err = System.err;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    ByteArrayOutputStream complained = new ByteArrayOutputStream();
    System.setIn(InputStream.nullInputStream());
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(complained, true, StandardCharsets.UTF_8));
    try {
      int code = Main.run(words.toArray(String[]::new));
      return new Outcome(
          command,
          code,
          printed.toString(StandardCharsets.UTF_8),
          complained.toString(StandardCharsets.UTF_8));
    } finally {
      System.setIn(in);
      System.setOut(out);
      System.setErr(err);
    }
  }
}
