package org.replaymigrate.bench.speed;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The bare-metal programs of {@code bench/guest}, each a kind of work. */
enum GuestKernel {
  INTEGER,
  MEMORY,
  FLOAT,
  SYSTEM;

  /** RAM that all of them fit in. */
  static final long MEMORY_BYTES = 256L << 20;

  /** As it calls itself on its console. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Optional<GuestKernel> labelled(String label) {
    return Arrays.stream(values()).filter(k -> k.label().equals(label)).findFirst();
  }

  /** The image, an ELF to be entered in M-mode at 0x80000000. */
  byte[] elf() {
    String file = "/org/replaymigrate/bench/guest/" + label() + ".elf";
    try (InputStream in = GuestKernel.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException("no " + file + " on the class path");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The command line that sets the size of a run.
   *
   * @param rounds measured rounds of about 100 million instructions, 0 for as many as make 2
   *     billion; a quarter as many warm it up before
   */
  static String commandLine(int rounds) {
    return rounds == 0 ? "" : "rounds=" + rounds + " warm=" + Math.max(1, rounds / 4);
  }
}
