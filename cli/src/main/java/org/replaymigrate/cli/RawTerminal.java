package org.replaymigrate.cli;

import java.io.Closeable;
import java.io.Console;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.Charset;
import org.jline.terminal.Attributes;
import org.jline.terminal.impl.exec.ExecPty;
import org.jline.terminal.spi.Pty;
import org.jline.terminal.spi.SystemStream;
import org.jline.terminal.spi.TerminalProvider;

/**
 * The terminal of this process while a guest's console is on it: what is typed goes to the guest at
 * once and unchanged, Ctrl-C with it, and what the guest prints comes out unchanged.
 */
final class RawTerminal implements Closeable {
  private final Pty terminal;
  private final Attributes before;
  private final PrintStream errBefore = System.err;

  private RawTerminal(Pty terminal) throws IOException {
    this.terminal = terminal;
    this.before = terminal.getAttr();
  }

  /** Whether somebody sits at standard input and output. */
  @SuppressWarnings("SystemConsoleNull") // it is null where one of them is no terminal
  static boolean isInteractive() {
    Console console = System.console();
    return console != null && console.isTerminal();
  }

  /** Makes the terminal raw until this is closed. Input and output go on by System.in and out. */
  static RawTerminal open() throws IOException {
    // Only its modes: JLine's whole terminal asks the user's for what it can do, and takes what is
    // typed meanwhile for an answer.
    TerminalProvider provider = TerminalProvider.load("exec");
    RawTerminal raw = new RawTerminal(ExecPty.current(provider, SystemStream.Output));
    Attributes attributes = new Attributes(raw.before);
    attributes.setLocalFlag(Attributes.LocalFlag.ICANON, false);
    attributes.setLocalFlag(Attributes.LocalFlag.ECHO, false);
    attributes.setLocalFlag(Attributes.LocalFlag.IEXTEN, false);
    attributes.setLocalFlag(Attributes.LocalFlag.ISIG, false);
    attributes.setInputFlag(Attributes.InputFlag.IXON, false);
    attributes.setInputFlag(Attributes.InputFlag.ICRNL, false);
    attributes.setInputFlag(Attributes.InputFlag.INLCR, false);
    // A guest ends its lines with CR and LF itself.
    attributes.setOutputFlag(Attributes.OutputFlag.ONLCR, false);
    attributes.setControlChar(Attributes.ControlChar.VMIN, 1);
    attributes.setControlChar(Attributes.ControlChar.VTIME, 0);
    raw.terminal.setAttr(attributes);
    if (provider.isSystemStream(SystemStream.Error)) {
      Charset charset = raw.errBefore.charset();
      System.setErr(new PrintStream(new LineReturns(raw.errBefore), true, charset));
    }
    return raw;
  }

  @Override
  public void close() throws IOException {
    System.setErr(errBefore);
    terminal.setAttr(before); // the terminal itself stays open: it is not this program's
  }
}
