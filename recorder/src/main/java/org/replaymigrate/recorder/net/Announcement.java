package org.replaymigrate.recorder.net;

import java.nio.ByteBuffer;

/**
 * The frame that tells switches where a card is now, as other machines send it after a move: a
 * reverse ARP request (RFC 903) for its own address, to everybody. It needs no IP address, which
 * nobody outside the guest knows, and the guest knows nothing of it.
 *
 * <pre>
 *   0            6        12     14      16      18  19  20     22        28   32        38   42
 *   +------------+--------+------+-------+-------+---+---+------+---------+----+---------+----+
 *   | ff:..:ff   | MAC    | 8035 | 0001  | 0800  | 6 | 4 | 0003 | MAC     | 0  | MAC     | 0  |
 *   +------------+--------+------+-------+-------+---+---+------+---------+----+---------+----+
 * </pre>
 */
final class Announcement {
  /** Without the checksum, the shortest that Ethernet allows. */
  private static final int LENGTH = 60;

  private static final int REVERSE_ARP = 0x8035;
  private static final int ETHERNET = 1;
  private static final int IPV4 = 0x0800;
  private static final int REVERSE_REQUEST = 3;
  private static final int MAC_BYTES = 6;
  private static final int IPV4_BYTES = 4;

  private Announcement() {}

  /**
   * The frame.
   *
   * @param mac the card's address, 48 bits
   */
  static byte[] of(long mac) {
    ByteBuffer frame = ByteBuffer.allocate(LENGTH);
    putMac(frame, -1L);
    putMac(frame, mac);
    frame.putShort((short) REVERSE_ARP);
    frame.putShort((short) ETHERNET).putShort((short) IPV4);
    frame.put((byte) MAC_BYTES).put((byte) IPV4_BYTES);
    frame.putShort((short) REVERSE_REQUEST);
    putMac(frame, mac);
    frame.putInt(0);
    putMac(frame, mac);
    return frame.array();
  }

  private static void putMac(ByteBuffer frame, long mac) {
    frame.putShort((short) (mac >>> 32)).putInt((int) mac);
  }
}
