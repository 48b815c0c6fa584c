package org.replaymigrate.recorder.ship;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the time consisted of for which the guest stood still, nanoseconds.
 *
 * @param digest of the state here
 * @param send the rest of the log, or the last leap, given to the network
 * @param replay the rest of the log, and the digest there
 * @param sync until all that the destination had got was on its disk, beyond the replay
 * @param decide writing here that it is given away
 * @param start from there hearing of that until the guest ran
 * @param network the four ways of Stop, Prepared, Commit and Live; and making the last leap
 */
public record DowntimeParts(
    long digest, long send, long replay, long sync, long decide, long start, long network) {
  static final DowntimeParts NONE = new DowntimeParts(0, 0, 0, 0, 0, 0, 0);

  /** All of it. */
  public long total() {
    return digest + send + replay + sync + decide + start + network;
  }

  /** In milliseconds, by name. */
  public Map<String, Double> millis() {
    Map<String, Double> parts = new LinkedHashMap<>();
    parts.put("digest", millis(digest));
    parts.put("send", millis(send));
    parts.put("replay", millis(replay));
    parts.put("sync", millis(sync));
    parts.put("decide", millis(decide));
    parts.put("start", millis(start));
    parts.put("network", millis(network));
    return parts;
  }

  private static double millis(long nanos) {
    return Math.round(nanos / 1e4) / 100.0;
  }
}
