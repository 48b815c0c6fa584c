package org.replaymigrate.recorder.ship;

import java.io.EOFException;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.replaymigrate.protocol.link.Dialer;
import org.replaymigrate.protocol.wire.WireConnection;
import org.replaymigrate.protocol.wire.WireMessage;
import org.replaymigrate.protocol.wire.WireVersion;

/** Looks at a destination and the link to it, on a connection of its own; nothing moves. */
final class Scout {
  /**
   * What it has found.
   *
   * @param roundTripMillis the shortest of some
   * @param bandwidth bytes a second; 0 if it was not asked for
   * @param replaySpeed instructions a second that the destination has last replayed; 0 if it never
   *     has
   * @param restoreSpeed bytes of a base a second that it has last restored; 0 if it never has
   * @param holds states of the vkernel that it holds
   */
  record Report(
      double roundTripMillis,
      double bandwidth,
      long replaySpeed,
      long restoreSpeed,
      List<WireMessage.Mark> holds) {}

  private static final int ANSWER_MILLIS = 10_000;
  private static final int ROUND_TRIPS = 5;
  private static final int PIECE = 32 << 10;

  /** What a link may let through at once, and which says nothing about its bandwidth. */
  private static final int BURST = 256 << 10;

  /** The measurement ends after so much, or so long. */
  private static final int MOST_BYTES = 8 << 20;

  private static final double ENOUGH_MILLIS = 150;

  /** Sent and not yet echoed. */
  private static final int WINDOW = 1 << 20;

  private Scout() {}

  /** Goes there and back; measures the bandwidth with up to 8 MiB. */
  static Report look(Dialer dialer, UUID vkernel) throws IOException {
    try (Destination destination = Destination.connect(dialer)) {
      WireConnection connection = destination.connection();
      connection.send(new WireMessage.Survey(WireVersion.LEAPS, WireVersion.MAX, vkernel));
      WireMessage.Surveyed surveyed = answer(connection, WireMessage.Surveyed.class);
      WireMessage.Holds holds = answer(connection, WireMessage.Holds.class);
      double roundTrip = Double.POSITIVE_INFINITY;
      for (int i = 0; i < ROUND_TRIPS; i++) {
        long start = System.nanoTime();
        connection.send(new WireMessage.Probe(new byte[1]));
        answer(connection, WireMessage.Echo.class);
        roundTrip = Math.min(roundTrip, (System.nanoTime() - start) / 1e6);
      }
      return new Report(
          roundTrip,
          bandwidth(connection),
          surveyed.replaySpeed(),
          surveyed.restoreSpeed(),
          holds.marks());
    } catch (EOFException e) {
      throw new ShipmentException(
          dialer + ": does not answer; before wire version " + WireVersion.LEAPS + " nobody did",
          false);
    }
  }

  private static double bandwidth(WireConnection connection) throws IOException {
    byte[] piece = new byte[PIECE];
    new Random(1).nextBytes(piece);
    int sent = 0;
    int echoed = 0;
    long begin = 0;
    long last = System.nanoTime();
    while (echoed < MOST_BYTES && (begin == 0 || (last - begin) / 1e6 < ENOUGH_MILLIS)) {
      while (sent < MOST_BYTES && sent - echoed < WINDOW) {
        connection.send(new WireMessage.Probe(piece));
        sent += PIECE;
      }
      echoed += answer(connection, WireMessage.Echo.class).bytes();
      last = System.nanoTime();
      if (echoed == BURST) {
        begin = last;
      }
    }
    return (echoed - BURST) / Math.max(1e-6, (last - begin) / 1e9);
  }

  private static <T extends WireMessage> T answer(WireConnection connection, Class<T> wanted)
      throws IOException {
    WireMessage message = connection.receive(ANSWER_MILLIS);
    if (message instanceof WireMessage.Refuse r) {
      throw new ShipmentException(connection.peer() + ": refused: " + r.reason(), r.safety());
    }
    if (!wanted.isInstance(message)) {
      throw new ShipmentException(connection.peer() + ": unexpected answer " + message.id(), false);
    }
    return wanted.cast(message);
  }
}
