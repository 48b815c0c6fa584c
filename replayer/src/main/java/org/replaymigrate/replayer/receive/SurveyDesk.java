package org.replaymigrate.replayer.receive;

import java.io.IOException;
import org.replaymigrate.protocol.format.FormatException;
import org.replaymigrate.protocol.home.Home;
import org.replaymigrate.protocol.wire.WireConnection;
import org.replaymigrate.protocol.wire.WireMessage;
import org.replaymigrate.protocol.wire.WireVersion;

/** Answers a source that only looks: what this host knows of itself, and how good the link is. */
final class SurveyDesk {
  /** Nobody needs more to measure a link. */
  private static final long MOST_BYTES = 64L << 20;

  private static final int SILENCE_MILLIS = 10_000;

  private final WireConnection connection;
  private final Home home;

  SurveyDesk(WireConnection connection, Home home) {
    this.connection = connection;
    this.home = home;
  }

  /** What this host knows of itself. */
  static WireMessage.Surveyed answer() {
    return new WireMessage.Surveyed(Speeds.REPLAY.last(), Speeds.RESTORE.last());
  }

  /**
   * Serves the connection until the source has gone.
   *
   * @param survey which has opened it
   */
  void serve(WireMessage.Survey survey) throws IOException {
    try {
      WireVersion.agree(survey.minVersion(), survey.maxVersion(), "source");
    } catch (FormatException e) {
      throw new ReceptionException(e.getMessage(), true);
    }
    connection.send(answer());
    connection.send(Keepsakes.of(home, survey.vkernel()).holds());
    long bytes = 0;
    while (bytes < MOST_BYTES) {
      switch (connection.receiveOrEnd(SILENCE_MILLIS)) {
        case null -> {
          return;
        }
        case WireMessage.Probe p -> {
          bytes += p.bytes().length;
          connection.send(new WireMessage.Echo(p.bytes().length));
        }
        case WireMessage m ->
            throw new ReceptionException("message " + m.id() + " within a survey", false);
      }
    }
  }
}
