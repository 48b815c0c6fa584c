package org.replaymigrate.cli;

import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Shows how far a migration is: a bar a phase on a terminal, else a line a phase and a second. */
final class MigrationProgress implements AutoCloseable {
  private static final long LINE_NANOS = 1_000_000_000;

  private final boolean terminal = RawTerminal.isInteractive();
  private final Progress bar = new Progress();
  private @Nullable String phase;
  private long lastLine;
  private long mostLag;

  /** What the vkernel's process has reported. */
  synchronized void show(Map<String, Object> report) {
    String now = String.valueOf(report.get("phase")).replace('_', ' ');
    boolean begins = !Objects.equals(now, phase);
    if (begins) {
      phase = now;
      mostLag = 0;
    }
    if (terminal) {
      bar.step(now, fraction(report));
      bar.note(figures(report));
    } else if (begins || System.nanoTime() - lastLine >= LINE_NANOS) {
      lastLine = System.nanoTime();
      Subcommand.say(now + ": " + figures(report));
    }
  }

  private double fraction(Map<String, Object> report) {
    long total = MigrateCommand.number(report, "totalBytes");
    if (total > 0) {
      return (double) MigrateCommand.number(report, "sentBytes") / total;
    }
    long lag = MigrateCommand.number(report, "lagInstructions");
    mostLag = Math.max(mostLag, lag);
    return mostLag > 0 ? 1 - (double) lag / mostLag : -1;
  }

  /** Bytes, lag and estimate, as far as they are known. */
  static String figures(Map<String, Object> report) {
    long total = MigrateCommand.number(report, "totalBytes");
    long lag = MigrateCommand.number(report, "lagInstructions");
    long remaining = MigrateCommand.number(report, "remainingMillis");
    StringBuilder line = new StringBuilder();
    line.append(Sizes.bytes(MigrateCommand.number(report, "sentBytes"))).append(" sent");
    if (total > 0) {
      line.append(" of ").append(Sizes.bytes(total));
    }
    if (lag > 0) {
      line.append(String.format(Locale.ROOT, ", %,d instructions behind", lag));
    }
    if (remaining >= 0) {
      line.append(", about ").append(remaining).append(" ms left");
    }
    return line.toString();
  }

  @Override
  public void close() {
    bar.close();
  }
}
