package org.replaymigrate.protocol.wire;

import java.io.IOException;
import org.replaymigrate.protocol.link.Carrier;

/** How a conversation gets another carrier when its own has broken. */
interface Mender {
  /**
   * A carrier on which the conversation goes on.
   *
   * @param wanted the next frame that the peer wants
   */
  record Mended(Carrier carrier, long wanted) {}

  /**
   * Waits for one, or for an end of that.
   *
   * @param received the next frame that this side wants
   * @param nanos how long it may take
   * @param why the last one has broken
   * @throws IOException if there will be none: why
   */
  Mended mend(long received, long nanos, IOException why) throws IOException, InterruptedException;

  /** Whether it can mend anything. */
  default boolean isAble() {
    return true;
  }

  /** How long it may take before the peer has said anything of that; nanoseconds. */
  long patienceNanos();

  /** No carrier is wanted any more; {@link #mend} ends. */
  void stop();

  /** Mends nothing. */
  Mender NONE =
      new Mender() {
        @Override
        public Mended mend(long received, long nanos, IOException why) throws IOException {
          throw why;
        }

        @Override
        public boolean isAble() {
          return false;
        }

        @Override
        public long patienceNanos() {
          return 0;
        }

        @Override
        public void stop() {
          // It never waits.
        }
      };
}
