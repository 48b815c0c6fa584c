package org.replaymigrate.cli;

import java.io.Closeable;
import java.io.Console;
import java.io.IOException;
import org.jline.terminal.Attributes;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;

/**
 * The terminal of this process while a guest's console is on it: what is typed goes to the guest at
 * once and unchanged, Ctrl-C with it.
 */
final class RawTerminal implements Closeable {
  private final Terminal terminal;
  private final Attributes before;

  private RawTerminal(Terminal terminal) {
    this.terminal = terminal;
    this.before = terminal.getAttributes();
  }

  /** Whether somebody sits at standard input and output. */
  @SuppressWarnings("SystemConsoleNull") // it is null where one of them is no terminal
  static boolean isInteractive() {
    Console console = System.console();
    return console != null && console.isTerminal();
  }

  /** Makes the terminal raw until this is closed. Input and output go on by System.in and out. */
  static RawTerminal open() throws IOException {
    RawTerminal raw =
        new RawTerminal(TerminalBuilder.builder().system(true).nativeSignals(false).build());
    Attributes attributes = new Attributes(raw.before);
    attributes.setLocalFlag(Attributes.LocalFlag.ICANON, false);
    attributes.setLocalFlag(Attributes.LocalFlag.ECHO, false);
    attributes.setLocalFlag(Attributes.LocalFlag.IEXTEN, false);
    attributes.setLocalFlag(Attributes.LocalFlag.ISIG, false);
    attributes.setInputFlag(Attributes.InputFlag.IXON, false);
    attributes.setInputFlag(Attributes.InputFlag.ICRNL, false);
    attributes.setInputFlag(Attributes.InputFlag.INLCR, false);
    attributes.setControlChar(Attributes.ControlChar.VMIN, 1);
    attributes.setControlChar(Attributes.ControlChar.VTIME, 0);
    raw.terminal.setAttributes(attributes);
    return raw;
  }

  @Override
  public void close() throws IOException {
    terminal.setAttributes(before);
    terminal.close();
  }
}
