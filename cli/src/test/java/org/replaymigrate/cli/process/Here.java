package org.replaymigrate.cli.process;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.cli.Main;

/**
 * Runs the command in this JVM. What it prints, on this thread and those that it starts, is caught;
 * what others print meanwhile goes where it always goes, so that tests may run beside each other.
 */
public final class Here {
  /** Standard output or error of all threads: of one that is listened to, goes to the listener. */
  private static final class Switch extends OutputStream {
    private final PrintStream usual;
    private final ThreadLocal<@Nullable OutputStream> caught;

    Switch(PrintStream usual, ThreadLocal<@Nullable OutputStream> caught) {
      this.usual = usual;
      this.caught = caught;
    }

    private OutputStream now() {
      OutputStream other = caught.get();
      return other == null ? usual : other;
    }

    @Override
    public void write(int value) throws IOException {
      now().write(value);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      now().write(bytes, offset, length);
    }

    @Override
    public void flush() throws IOException {
      now().flush();
    }
  }

  private static final ThreadLocal<@Nullable OutputStream> OUT = new InheritableThreadLocal<>();
  private static final ThreadLocal<@Nullable OutputStream> ERR = new InheritableThreadLocal<>();

  static {
    System.setIn(InputStream.nullInputStream());
    System.setOut(new PrintStream(new Switch(System.out, OUT), true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(new Switch(System.err, ERR), true, StandardCharsets.UTF_8));
  }

  private Here() {}

  /**
   * Runs it to its end, with nothing to read on standard input.
   *
   * @param home where vkernels are, unless {@code --home} says otherwise
   */
  public static Outcome run(Path home, Object... arguments) {
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
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    ByteArrayOutputStream complained = new ByteArrayOutputStream();
    OUT.set(printed);
    ERR.set(complained);
    try {
      int code = Main.run(words.toArray(String[]::new));
      return new Outcome(
          command,
          code,
          printed.toString(StandardCharsets.UTF_8),
          complained.toString(StandardCharsets.UTF_8));
    } finally {
      OUT.remove();
      ERR.remove();
    }
  }
}
