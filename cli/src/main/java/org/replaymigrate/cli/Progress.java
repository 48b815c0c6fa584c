package org.replaymigrate.cli;

import java.io.PrintStream;
import java.util.Objects;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/**
 * Tells on standard error how far something is: a bar on a terminal, else a line when a step begins
 * and another when it has come a quarter further.
 */
final class Progress implements AutoCloseable {
  private static final int PARTS = 1000;
  private static final int UPDATE_MILLIS = 100;

  private final boolean terminal = RawTerminal.isInteractive();
  private @Nullable ProgressBar bar;
  private @Nullable String step;
  private int quarters;

  /**
   * So far is it.
   *
   * @param name of the step, a few words
   * @param fraction of the step that is done, 0 to 1; negative or NaN if nobody knows
   */
  synchronized void step(String name, double fraction) {
    if (!Objects.equals(name, step)) {
      close();
      step = name;
      quarters = 0;
      if (terminal) {
        bar = begin(name);
      } else {
        Subcommand.say(name);
      }
    }
    int parts = fraction >= 0 ? (int) Math.min(PARTS, fraction * PARTS) : 0;
    if (bar != null) {
      bar.stepTo(parts);
    } else if (parts * 4 / PARTS > quarters) {
      quarters = parts * 4 / PARTS;
      Subcommand.say(name + ": " + 25 * quarters + " %");
    }
  }

  /** Something to say beside the bar. */
  synchronized void note(String text) {
    if (bar != null) {
      bar.setExtraMessage(text);
    }
  }

  private static ProgressBar begin(String name) {
    PrintStream out = System.err;
    return new ProgressBarBuilder()
        .setTaskName(name)
        .setInitialMax(PARTS)
        .setUpdateIntervalMillis(UPDATE_MILLIS)
        .setStyle(ProgressBarStyle.ASCII)
        .hideEta()
        .setConsumer(new ConsoleProgressBarConsumer(out))
        .build();
  }

  @Override
  public synchronized void close() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
    step = null;
  }
}
