package org.replaymigrate.cli.process;

import java.io.IOException;

/**
 * A vkernel with Debian's kernel, worked at its shell. It was started with {@code --json}, so that
 * its console is on standard error and its figures are alone on standard output.
 */
final class DebianShell {
  static final String PROMPT = "debian# ";

  private final Invocation process;
  private int commands;

  DebianShell(Invocation process) {
    this.process = process;
  }

  Invocation process() {
    return process;
  }

  /** Waits for the first prompt. */
  DebianShell awaitPrompt() throws InterruptedException {
    process.awaitErr(PROMPT);
    return this;
  }

  /** Waits for a text on the console; its line. */
  String await(String text) throws InterruptedException {
    return process.awaitErr(text);
  }

  /** Has a command carried out and waits until that is done. */
  void sh(String command) throws IOException, InterruptedException {
    begin(command);
    end();
  }

  /** Types a command, and behind it one that tells that it is done. */
  void begin(String command) throws IOException {
    commands++;
    // What is echoed while it is typed holds no number.
    process.type(command + "; echo \"done $((" + commands + "+0))\"\n");
  }

  /** Waits until the last command is done. */
  void end() throws InterruptedException {
    process.awaitErr("done " + commands + "\r");
  }

  /** What the shell makes of an expression; one line. */
  String ask(String expression) throws IOException, InterruptedException {
    // What is echoed while it is typed has quotes where the answer has none.
    process.type("echo \"" + expression + "\" 'is''it'\n");
    String line = process.awaitErr(" isit");
    return line.substring(0, line.indexOf(" isit"));
  }

  /** Begins to do something over and over in the background. */
  void beginLoop(String commands) throws IOException {
    process.type("touch /tmp/on; while [ -e /tmp/on ]; do " + commands + "; done &\n");
  }

  void endLoop() throws IOException, InterruptedException {
    sh("rm /tmp/on; wait");
  }
}
