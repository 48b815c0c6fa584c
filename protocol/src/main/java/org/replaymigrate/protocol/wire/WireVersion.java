package org.replaymigrate.protocol.wire;

import org.replaymigrate.protocol.format.FormatException;

/** Versions of the wire protocol that this release speaks. */
public final class WireVersion {
  public static final int MIN = 2;

  /** From this one on there are leaps and surveys. */
  public static final int LEAPS = 3;

  public static final int MAX = 3;

  private WireVersion() {}

  /**
   * The highest version that both speak.
   *
   * @throws FormatException.TooOld if the peer speaks only older ones
   * @throws FormatException.TooNew if it speaks only newer ones
   */
  public static int agree(int peerMin, int peerMax, String peer) throws FormatException {
    if (peerMax < MIN) {
      throw new FormatException.TooOld(
          peer + ": speaks protocol version " + peerMax + ", too old; upgrade it to " + MIN);
    }
    if (peerMin > MAX) {
      throw new FormatException.TooNew(
          peer + ": speaks protocol version " + peerMin + ", newer than " + MAX + "; upgrade here");
    }
    return Math.min(peerMax, MAX);
  }
}
