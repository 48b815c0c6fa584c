package org.replaymigrate.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * One guest that counts and is migrated again and again, and each time something goes wrong, at a
 * moment that a seed decides. After each there is one owner, which goes on, and in the end nothing
 * that the guest has counted is missing or came twice, and every digest on its way is right.
 *
 * <p>{@code -Dreplay-migrate.campaign=300} plays so many rounds instead of one of each kind, {@code
 * -Dreplay-migrate.campaign-seed=S} repeats what a failure has printed, and {@code
 * -Dreplay-migrate.campaign-faults=STALLED,LYING} plays only some. Moments are real, so the same
 * seed asks for the same faults, and does not promise that they meet the same instant.
 */
@Timeout(10_800)
@Order(2)
class CampaignTest {
  @TempDir private Path temp;

  @Test
  void whateverGoesWrongThereIsOneOwnerAndNothingIsLost() throws Exception {
    long seed = Long.getLong("replay-migrate.campaign-seed", System.nanoTime());
    try {
      play(new Random(seed));
    } catch (Exception | AssertionError e) {
      throw new AssertionError("-Dreplay-migrate.campaign-seed=" + seed, e);
    }
  }

  private void play(Random random) throws Exception {
    try (World world = new World(temp);
        Trip trip = world.trip()) {
      List<Fault> faults = faults(world, random);
      Map<Fault, Integer> struck = new EnumMap<>(Fault.class);
      for (int i = 0; i < faults.size(); i++) {
        Fault fault = faults.get(i);
        long start = System.nanoTime();
        Attempt attempt = new Attempt(trip);
        boolean hit = fault.strike(world, attempt, random);
        String outcome = attempt.await();
        world.restore();
        trip.awaitSettled();
        boolean given = trip.isGiven();
        assertTrue(given || !outcome.equals(Attempt.MOVED), "the source said that it was moved");
        trip.goOn(null);
        struck.merge(fault, hit ? 1 : 0, Integer::sum);
        System.out.printf(
            "%d %s%s: %s (%s), %d ms%n",
            i,
            fault,
            hit ? "" : ", missed",
            given ? "it has moved" : "it has stayed",
            outcome,
            (System.nanoTime() - start) / 1_000_000);
      }
      trip.assertNothingLostOrRepeated();
      System.out.println(faults.size() + " rounds, struck: " + struck);
      int hits = struck.values().stream().mapToInt(Integer::intValue).sum();
      assertTrue(2 * hits >= faults.size(), () -> "most faults have missed: " + struck);
    }
  }

  /** One of each kind, in any order, over and over. */
  private static List<Fault> faults(World world, Random random) {
    String only = System.getProperty("replay-migrate.campaign-faults", "");
    List<Fault> kinds = new ArrayList<>();
    for (Fault fault : Fault.values()) {
      if (!world.allows(fault)) {
        System.out.println(fault + " cannot be made here");
      } else if (only.isEmpty() || Arrays.asList(only.split(",")).contains(fault.name())) {
        kinds.add(fault);
      }
    }
    int rounds = Integer.getInteger("replay-migrate.campaign", kinds.size());
    List<Fault> faults = new ArrayList<>();
    while (faults.size() < rounds) {
      Collections.shuffle(kinds, random);
      faults.addAll(kinds.subList(0, Math.min(kinds.size(), rounds - faults.size())));
    }
    return faults;
  }
}
