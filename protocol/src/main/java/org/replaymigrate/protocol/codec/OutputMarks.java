package org.replaymigrate.protocol.codec;

import org.replaymigrate.vkernel.port.Input.OutputMark;

/** The 32 bits of the machine's output digest that an {@link OutputMark} keeps in a log. */
public final class OutputMarks {
  private OutputMarks() {}

  /** Both halves, so that no bit of the digest goes unused; folding twice changes nothing more. */
  public static int fold(long outputDigest) {
    return (int) (outputDigest ^ (outputDigest >>> 32));
  }

  /** A mark that is equal to itself after a trip through a log. */
  public static OutputMark mark(long outputDigest) {
    return new OutputMark(fold(outputDigest) & 0xffff_ffffL);
  }

  /** Whether a machine with this {@code outputDigest()} has put out what the mark says. */
  public static boolean matches(OutputMark mark, long outputDigest) {
    return fold(mark.outputDigest()) == fold(outputDigest);
  }
}
