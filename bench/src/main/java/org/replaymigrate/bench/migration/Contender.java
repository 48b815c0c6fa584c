package org.replaymigrate.bench.migration;

import java.io.Closeable;
import java.io.IOException;

/** A program with a guest at work, which moves to and fro. Closing it stops the guest. */
interface Contender extends Closeable {
  /**
   * Moves the guest to the other side, to a process that has just been started there. On the side
   * where the guest was booted it finds what is left of its earlier visits; on the other side it is
   * always a stranger.
   */
  Trip move(Link.Rate rate) throws IOException, InterruptedException;
}
