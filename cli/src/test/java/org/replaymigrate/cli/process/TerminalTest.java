package org.replaymigrate.cli.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code run} and {@code console} on a terminal, which tmux lends. */
class TerminalTest {
  @RegisterExtension private final Commands commands = new Commands();

  private String socket;
  private String tty;
  private Invocation screen;

  /** Begins a terminal with a shell that leaves it as it is. */
  @BeforeEach
  void open() throws Exception {
    Commands.assumeInstalled("tmux", "tmux");
    socket = commands.folder().resolve("tmux").toString();
    Path fifo = commands.folder().resolve("screen");
    run("mkfifo", fifo.toString());
    tmux("-f", "/dev/null", "new-session", "-d", "-x", "200", "-y", "50", "exec sh");
    tmux("pipe-pane", "cat >" + fifo);
    screen = commands.launch(List.of("cat", fifo.toString()));
    tty = tmux("display-message", "-p", "#{pane_tty}").strip();
  }

  @AfterEach
  void close() throws Exception {
    if (socket != null) {
      tmux("kill-server");
    }
  }

  private String tmux(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("tmux", "-S", socket));
    command.addAll(List.of(arguments));
    return run(command.toArray(String[]::new));
  }

  private static String run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), () -> String.join(" ", command) + ": " + out);
    return out;
  }

  /** How the terminal is while a program runs that wants nothing special. */
  private String modes() throws Exception {
    return run("stty", "-F", tty, "-g");
  }

  /** Starts the command in the terminal, and says there how it has ended. */
  private void start(String... arguments) throws Exception {
    Path script = commands.folder().resolve("script");
    StringBuilder line = new StringBuilder();
    for (String word : Commands.java((Object[]) arguments)) {
      line.append('\'').append(word).append("' ");
    }
    Files.writeString(
        script,
        "export REPLAY_MIGRATE_HOME='%s' XDG_RUNTIME_DIR='%s'%n%s%necho \"code $?\"%n"
            .formatted(commands.home(), commands.folder(), line));
    tmux("send-keys", "sh " + script, "Enter");
  }

  private void type(String... keys) throws Exception {
    List<String> all = new ArrayList<>(List.of("send-keys"));
    all.addAll(List.of(keys));
    tmux(all.toArray(String[]::new));
  }

  @Test
  void keysGoToTheGuestUntilTheUserDetachesAndTheGuestRunsOn() throws Exception {
    String before = modes();
    start("run", "box");
    screen.awaitOut("Ctrl-] q detaches");
    screen.awaitOut("tiny> ");
    type("echo hello", "Enter");
    screen.awaitOut("\nhello\r");
    type("count 0 20", "Enter");
    screen.awaitOut("\n5\r\n6\r\n7\r\n"); // as the guest ends its lines, and not with CR CR LF
    type("C-c"); // for the guest, whose shell comes back
    screen.awaitOut("tiny> ");

    type("C-]", "q");
    screen.awaitOut("\"box\" runs on in this process");
    assertEquals(before, modes());
    Invocation console = commands.start("console", "box");
    console.awaitOut("hello");
    console.type("echo beside\n").awaitOut("\nbeside");
    console.kill();
    type("C-c"); // for the program
    screen.awaitOut("\"box\": stopped");
    assertEquals("stopped", commands.json("info", "box").get("state"));
  }

  @Test
  void theTerminalIsRestoredWhenTheGuestEnds() throws Exception {
    String before = modes();
    start("run", "box");
    screen.awaitOut("tiny> ");
    assertNotEquals(before, modes());
    type("poweroff", "Enter");
    screen.awaitOut("code 0");
    assertEquals(before, modes());
  }

  @Test
  void anAttachedConsoleIsLeftWithTheSameKeys() throws Exception {
    String before = modes();
    Invocation run = commands.boot("box");
    start("console", "box");
    screen.awaitOut("tiny> ");
    type("echo hello", "Enter");
    screen.awaitOut("\nhello\r");
    type("C-]", "q");
    screen.awaitOut("\"box\" runs on");
    screen.awaitOut("code 0");
    assertEquals(before, modes());
    run.type("echo on\n").awaitOut("\non");
  }
}
