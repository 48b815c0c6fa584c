package org.replaymigrate.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.replaymigrate.protocol.link.FaultyLink;
import org.replaymigrate.protocol.link.FaultyLink.Fate;
import org.replaymigrate.recorder.control.ControlClient;

/** Migrations in real processes: states that differ, cancelling, limits, the guest's date. */
@Timeout(300)
@Order(2)
class MigrationTest {
  /** How exactly guest time must follow the clock of a loaded host, seconds. */
  private static final double TOLERANCE = 1.0;

  private static final long STOP_MILLIS = 3_000;
  private static final int COMMIT = 11;

  /** More than what two hosts have to say to each other beside the log. */
  private static final int GREETING = 6_000;

  @TempDir private Path temp;

  @Test
  void aBitThatTurnsOverOnTheWayIsFoundCorrectedAndReported() throws Exception {
    // One in a page that nobody uses, which only the digest can tell, and one in the kernel's code.
    for (String offset : new String[] {"16000000", "2103296"}) {
      try (Trip trip = new Trip(temp.resolve(offset))) {
        int port = trip.destination().listen(null, List.of("replay-migrate.flip-bit=" + offset));
        Map<String, Object> moved = Trip.success(trip.migrate(port, Map.of()));
        assertEquals(true, moved.get("digestMatch"));
        assertNotNull(moved.get("divergence"), moved::toString);
        assertTrue(MigrateCommand.number(moved, "repairedPages") >= 1, moved::toString);
        assertTrue(MigrateCommand.number(moved, "pageBytes") > 0, moved::toString);
        trip.destination().receiver().await("replay diverged: ");
        assertTrue(trip.isGiven());
        trip.goOn(null);
        // From its files too: the recording that begins with the corrected state.
        trip.source().runner().kill();
        trip.goOn(null);
        trip.assertNothingLostOrRepeated();
      }
    }
  }

  @Test
  void aMigrationIsCancelledFromEitherSideAndTheGuestRunsOn() throws Exception {
    try (Trip trip = new Trip(temp)) {
      // So slow that it is under way for certain, for minutes.
      Map<String, ?> slow = Map.of("bytesPerSecond", 200);
      int port = trip.destination().listen(null, List.of());
      Child migrate =
          Child.start(
              List.of(),
              "migrate",
              "hop",
              "127.0.0.1:" + port,
              "--bandwidth",
              "200",
              "--home",
              trip.source().home().path());
      migrate.await("base: ");
      migrate.signal("INT");
      assertEquals(Subcommand.FAILED, migrate.awaitEnd());
      assertTrue(migrate.output().contains("cancelled; it runs on here"), migrate::output);
      trip.awaitFiles("OWNED", "none");
      trip.goOn(null);

      CompletableFuture<Map<String, Object>> migration = trip.migrate(port, slow);
      trip.awaitFiles("OWNED", "RECEIVING");
      trip.destination().receiver().signal("INT");
      assertTrue(Trip.failure(migration).contains("cancelled"), trip::explain);
      assertEquals(Subcommand.DONE, trip.destination().receiver().awaitEnd(), trip::explain);
      assertEquals("none", trip.destination().state());
      trip.goOn(null);
    }
  }

  /** A bit that turns over before it is found at once, in a page that nobody uses. */
  @Test
  void pagesTakeTheDestinationAheadAndItsRecordingBeginsThere() throws Exception {
    try (Trip trip = new Trip(temp)) {
      int port = trip.destination().listen(null, List.of("replay-migrate.flip-bit=16000000"));
      Map<String, Object> moved = Trip.success(trip.migrate(port, Map.of("strategy", "pages")));
      assertEquals("pages", moved.get("strategy"), moved::toString);
      assertEquals("pages", moved.get("predictedStrategy"));
      assertTrue(MigrateCommand.number(moved, "leaps") >= 1, moved::toString);
      assertTrue(MigrateCommand.number(moved, "pageBytes") > 0, moved::toString);
      assertEquals(true, moved.get("digestMatch"));
      assertNull(moved.get("divergence"), moved::toString);
      trip.destination().receiver().await("replay diverged before a leap");
      trip.goOn(null);
      // From its files too: the state that was leapt to, and the log from there.
      trip.source().runner().kill();
      trip.goOn(null);
      port = trip.destination().listen(null, List.of());
      moved = Trip.success(trip.migrate(port, Map.of("strategy", "replay")));
      assertEquals("replay", moved.get("strategy"), moved::toString);
      assertEquals(0, MigrateCommand.number(moved, "leaps"));
      trip.goOn(null);
      trip.assertNothingLostOrRepeated();
    }
  }

  /** Its last event may lie far behind the instruction that it is at. */
  @Test
  void aGuestThatIsReplayedTooSlowlyIsTakenAheadByPages() throws Exception {
    try (Trip trip = new Trip(temp, "work 1000000000 &\n")) {
      trip.destination().interpret();
      int port = trip.destination().listen(null, List.of());
      Map<String, Object> moved =
          Trip.success(trip.migrate(port, Map.of("maxThrottlePercent", 97)));
      assertEquals("pages", moved.get("strategy"), moved::toString);
      assertTrue(MigrateCommand.number(moved, "leaps") >= 1, moved::toString);
      assertEquals(true, moved.get("digestMatch"));
      assertNull(moved.get("divergence"), moved::toString);
      trip.goOn(null);
      trip.assertNothingLostOrRepeated();
    }
  }

  @Test
  void aPlanSaysWhatEachStrategyComesToAndMovesNothing() throws Exception {
    try (Trip trip = new Trip(temp)) {
      int port = trip.destination().listen(null, List.of());
      Child plan =
          Child.start(
              List.of(),
              "migrate",
              "hop",
              "127.0.0.1:" + port,
              "--plan",
              "--goal",
              "bytes",
              "--home",
              trip.source().home().path());
      assertEquals(Subcommand.DONE, plan.awaitEnd(), plan::output);
      assertTrue(plan.output().matches("(?s).*replay +[0-9.]+ [KM]iB.*"), plan::output);
      assertTrue(plan.output().matches("(?s).*pages +[0-9.]+ [KM]iB.*"), plan::output);
      assertTrue(plan.output().contains("<- this one"), plan::output);
      trip.awaitFiles("OWNED", "none");
      trip.goOn(null);
    }
  }

  @Test
  void aMigrationThatTakesTooLongIsGivenUpAndTheGuestRunsOn() throws Exception {
    try (Trip trip = new Trip(temp)) {
      int port = trip.destination().listen(null, List.of());
      String why =
          Trip.failure(trip.migrate(port, Map.of("bytesPerSecond", 2000, "timeoutMillis", 1500)));
      assertTrue(why.contains("not done within"), why);
      trip.awaitFiles("OWNED", "none");
      trip.goOn(null);
    }
  }

  @Test
  void aStopOfThreeSecondsIsCaughtUp() throws Exception {
    try (Trip trip = new Trip(temp)) {
      double before = lateness(trip.source());
      Map<String, Object> moved;
      int port = trip.destination().listen(null, List.of());
      FaultyLink.Plan plan =
          piece -> {
            if (piece.id() == COMMIT) {
              LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(STOP_MILLIS));
            }
            return Fate.PASS;
          };
      try (FaultyLink link = FaultyLink.ofFrames(port, plan)) {
        moved = Trip.success(trip.migrate(link.port(), Map.of()));
      }
      assertTrue(MigrateCommand.number(moved, "downtimeMillis") >= STOP_MILLIS, moved::toString);
      assertNull(moved.get("divergence"));
      assertEquals(0, MigrateCommand.number(moved, "repairedPages"));
      trip.goOn(null);
      double after = lateness(trip.source());
      assertTrue(Math.abs(after - before) < TOLERANCE, before + " s late, then " + after);
      trip.assertNothingLostOrRepeated();
    }
  }

  @Test
  void aReturnTripMovesOnlyWhatHasHappenedSince() throws Exception {
    try (Trip trip = new Trip(temp)) {
      for (int i = 0; i < 4; i++) {
        Map<String, Object> moved = migrate(trip, Map.of());
        long bytes =
            MigrateCommand.number(moved, "transferredBytes")
                - MigrateCommand.number(moved, "logBytes");
        assertEquals(true, moved.get("digestMatch"));
        assertNull(moved.get("divergence"));
        if (i == 0) {
          assertEquals(false, moved.get("warmBase"));
          assertTrue(bytes > 2 * GREETING, moved::toString);
        } else {
          assertEquals(true, moved.get("warmBase"), moved::toString);
          assertEquals(0, MigrateCommand.number(moved, "baseBytes"));
          assertEquals("older-base", moved.get("predictedStrategy"), moved::toString);
          assertTrue(bytes < GREETING, moved::toString);
        }
        trip.goOn(null);
      }
      trip.assertNothingLostOrRepeated();
      assertFalse(trip.source().home().pastFolders().isEmpty());
      String pruned = trip.source().prune("--keep-past", "0");
      assertTrue(pruned.matches("(?s).*removed recordings +[12]\\R.*"), pruned);
      assertEquals(List.of(), trip.source().home().pastFolders());
    }
  }

  @Test
  void aStateHeldThereThatHasBeenDamagedIsNotUsed() throws Exception {
    try (Trip trip = new Trip(temp)) {
      migrate(trip, Map.of());
      trip.goOn(null);
      Eventually.holds(
          "what the other side keeps", () -> trip.destination().kept() > 0, trip::explain);
      trip.destination().damageKept();
      Map<String, Object> moved = migrate(trip, Map.of());
      assertEquals(false, moved.get("warmBase"));
      assertTrue(MigrateCommand.number(moved, "baseBytes") > 0);
      assertEquals(true, moved.get("digestMatch"));
      trip.goOn(null);
    }
  }

  @Test
  void aRehearsalLeavesTheGuestWhereItIsAndItsStateForTheMigration() throws Exception {
    try (Trip trip = new Trip(temp)) {
      Map<String, Object> rehearsed = migrate(trip, Map.of("rehearsal", true));
      assertEquals(true, rehearsed.get("rehearsed"));
      assertEquals(true, rehearsed.get("digestMatch"));
      assertFalse(trip.isGiven());
      trip.awaitFiles("OWNED", "none");
      trip.goOn(null);
      // What it has left is in nobody's way, and is not swept away with what nobody needs.
      String pruned = trip.destination().prune();
      assertTrue(pruned.matches("(?s).*removed recordings +0\\R.*"), pruned);
      Map<String, Object> moved = migrate(trip, Map.of());
      assertEquals(true, moved.get("warmBase"), moved::toString);
      assertTrue(trip.isGiven());
      trip.goOn(null);
      trip.assertNothingLostOrRepeated();
    }
  }

  private static Map<String, Object> migrate(Trip trip, Map<String, ?> how)
      throws IOException, InterruptedException {
    return Trip.success(trip.migrate(trip.destination().listen(null, List.of()), how));
  }

  /** By how much the guest's clock is behind the host's, seconds, but for a constant. */
  private static double lateness(Host host) throws IOException, InterruptedException {
    try (ControlClient control = host.control()) {
      long start = System.currentTimeMillis();
      Object seconds = control.request("info", Map.of()).get("guestSeconds");
      assertFalse(seconds == null);
      return start / 1000.0 - ((Number) seconds).doubleValue();
    }
  }
}
