package org.replaymigrate.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One migration of a trip, of which something may become or not. */
final class Attempt {
  /** The outcome when the source has said so, and that the states were equal. */
  static final String MOVED = "moved";

  /** Long enough for every fault that is mended; the source runs on if it is not. */
  private static final int TIMEOUT_MILLIS = 45_000;

  private final Trip trip;
  private @Nullable CompletableFuture<Map<String, Object>> answer;

  Attempt(Trip trip) {
    this.trip = trip;
  }

  Trip trip() {
    return trip;
  }

  /** Begins, to a port of this machine. */
  void begin(int port) throws IOException, InterruptedException {
    answer = trip.migrate(port, Map.of("timeoutMillis", TIMEOUT_MILLIS));
  }

  /**
   * Waits until it is over, or cannot be until somebody starts a process.
   *
   * @return {@link #MOVED}, or why not
   */
  String await() throws InterruptedException {
    CompletableFuture<Map<String, Object>> migration = Objects.requireNonNull(answer);
    Eventually.holds(
        "the end of the migration",
        () ->
            migration.isDone()
                || trip.source().state().equals("GIVEN") && !trip.destination().isReceiving(),
        trip::explain);
    if (!migration.isDone()) {
      return "given to a process that is dead";
    }
    String why = Trip.outcome(migration);
    if (why != null) {
      return why;
    }
    assertEquals(true, migration.resultNow().get("digestMatch"));
    return MOVED;
  }
}
