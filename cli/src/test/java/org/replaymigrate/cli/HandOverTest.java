package org.replaymigrate.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.replaymigrate.protocol.fault.CrashPoint;
import org.replaymigrate.protocol.link.FaultyLink;
import org.replaymigrate.protocol.link.FaultyLink.Fate;

/**
 * Migrations in which something goes wrong, with the built-in guest in real processes that are
 * killed for real. What must be so afterwards is read from the tables in docs/formats/wire.md: who
 * the owner is can be told from the files, it goes on there and is refused elsewhere, and the
 * counter in the guest leaves out nothing and repeats nothing.
 *
 * <p>{@code -Dreplay-migrate.hand-over-long=true} has both sides die at every step, not only at one
 * for each pair of files that they can leave. What happens at random moments, {@link CampaignTest}
 * plays.
 */
@Timeout(1800)
@Order(1)
class HandOverTest {
  private static final int KILLED = 137;
  private static final int RESUME = 61;
  private static final boolean LONG = Boolean.getBoolean("replay-migrate.hand-over-long");

  /** One with each pair of owner files that two dead processes can leave. */
  private static final Set<CrashPoint> DECISIVE =
      EnumSet.of(
          CrashPoint.SOURCE_BEFORE_GIVEN,
          CrashPoint.SOURCE_AFTER_GIVEN,
          CrashPoint.DESTINATION_AFTER_RECEIVING,
          CrashPoint.DESTINATION_AFTER_OWNED);

  @TempDir private Path temp;

  @Test
  void aSourceThatDiesAtAnyStepLeavesOneOwner() throws Exception {
    crashes(CrashTable.crashes().stream().filter(CrashTable.Crash::ofSource).toList(), false);
  }

  @Test
  void aDestinationThatDiesAtAnyStepLeavesOneOwner() throws Exception {
    crashes(CrashTable.crashes().stream().filter(row -> !row.ofSource()).toList(), false);
  }

  @Test
  void bothDyingAtAnyStepLeavesOneOwner() throws Exception {
    crashes(
        CrashTable.crashes().stream()
            .filter(row -> LONG || DECISIVE.contains(row.point()))
            .toList(),
        true);
  }

  private void crashes(List<CrashTable.Crash> rows, boolean both) throws Exception {
    try (Trip trip = new Trip(temp)) {
      for (int i = 0; i < rows.size(); i++) {
        CrashTable.Crash row = rows.get(i);
        long start = System.nanoTime();
        trip.arm(ofSource(row));
        crash(trip, row, both);
        trip.goOn(i + 1 < rows.size() ? ofSource(rows.get(i + 1)) : null);
        System.out.printf(
            "%s%s: %s, %d ms%n",
            row.point(), both ? " and the other" : "", row.owner(), millisSince(start));
      }
      trip.assertNothingLostOrRepeated();
    }
  }

  private static @Nullable CrashPoint ofSource(CrashTable.Crash row) {
    return row.ofSource() ? row.point() : null;
  }

  private static long millisSince(long nanos) {
    return (System.nanoTime() - nanos) / 1_000_000;
  }

  private static void crash(Trip trip, CrashTable.Crash row, boolean both)
      throws IOException, InterruptedException {
    int port = trip.destination().listen(row.ofSource() ? null : row.point(), List.of());
    Child source = trip.source().runner();
    Child destination = trip.destination().receiver();
    CompletableFuture<Map<String, Object>> migration = trip.migrate(port, row.way());
    assertEquals(KILLED, (row.ofSource() ? source : destination).awaitEnd(), trip::explain);
    if (both) {
      (row.ofSource() ? destination : source).kill();
      assertEquals(row.given(), trip.isGiven());
      return;
    }
    trip.awaitFiles(row.source(), row.destination());
    assertEquals(row.given(), trip.isGiven());
    if (!row.given()) {
      Trip.failure(migration);
    }
  }

  @Test
  void aConnectionThatBreaksForGoodAtAnyMessageLeavesOneOwner() throws Exception {
    try (Trip trip = new Trip(temp)) {
      for (CrashTable.Cut row : CrashTable.cuts()) {
        if (!row.isOfLeap()) {
          cut(trip, row, Fate.CUT_BEFORE, false, row.lost());
        }
        cut(trip, row, Fate.CUT_BEHIND, false, row.delivered());
      }
      trip.assertNothingLostOrRepeated();
    }
  }

  @Test
  void aConnectionThatBreaksAtAnyMessageAndIsMendedDoesNoHarm() throws Exception {
    try (Trip trip = new Trip(temp).waitForSources("1m")) {
      for (CrashTable.Cut row : CrashTable.cuts()) {
        cut(trip, row, Fate.CUT_BEFORE, true, row.mended());
        if (!row.isOfLeap()) {
          cut(trip, row, Fate.CUT_BEHIND, true, row.mended());
        }
      }
      trip.assertNothingLostOrRepeated();
    }
  }

  /** Breaks the first connection at the first message of a kind. */
  private static void cut(Trip trip, CrashTable.Cut row, Fate fate, boolean mended, String owner)
      throws Exception {
    long start = System.nanoTime();
    AtomicBoolean cut = new AtomicBoolean();
    FaultyLink.Plan plan =
        piece -> {
          boolean first = piece.connection() == 0 && piece.id() == row.id();
          boolean again = !mended && piece.id() == RESUME;
          return first && cut.compareAndSet(false, true) || again ? fate : Fate.PASS;
        };
    int port = trip.destination().listen(null, List.of());
    try (FaultyLink link = FaultyLink.ofFrames(port, plan)) {
      CompletableFuture<Map<String, Object>> migration = trip.migrate(link.port(), row.way());
      if (owner.equals("source")) {
        Trip.failure(migration);
      } else {
        Trip.success(migration);
      }
      assertTrue(cut.get(), row.message());
      assertTrue(link.awaitEndOfFirst(), "a connection that does not end");
      assertEquals(owner.equals("destination"), trip.isGiven(), row.message());
      trip.awaitSettled();
      trip.goOn(null);
    }
    System.out.printf(
        "%s %s%s: %s, %d ms%n",
        fate, row.message(), mended ? ", mended" : "", owner, millisSince(start));
  }
}
