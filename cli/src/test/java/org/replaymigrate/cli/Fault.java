package org.replaymigrate.cli;

import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.replaymigrate.protocol.fault.CrashPoint;
import org.replaymigrate.protocol.link.FaultyLink;
import org.replaymigrate.protocol.link.FaultyLink.Fate;

/** What can go wrong while a guest is moved. */
enum Fault {
  /** One side dies at a step of the protocol, and perhaps the other with it. */
  KILLED_AT_A_STEP {
    @Override
    boolean strike(World world, Attempt attempt, Random random) throws Exception {
      CrashPoint point = CrashPoint.values()[random.nextInt(CrashPoint.values().length)];
      boolean ofSource = point.name().startsWith("SOURCE_");
      boolean both = random.nextInt(3) == 0;
      attempt.trip().arm(ofSource ? point : null);
      int port = attempt.trip().destination().listen(ofSource ? null : point, List.of());
      Child source = attempt.trip().source().runner();
      Child destination = attempt.trip().destination().receiver();
      attempt.begin(port);
      Child victim = ofSource ? source : destination;
      boolean died = victim.endsWithin(LONGEST_MILLIS);
      if (both) {
        (ofSource ? destination : source).kill();
      }
      System.out.printf("%s%s%n", point, both ? " and the other" : "");
      return died;
    }
  },

  /** One side is killed at any moment, or both are. */
  KILLED_AT_A_MOMENT {
    @Override
    boolean strike(World world, Attempt attempt, Random random) throws Exception {
      int port = attempt.trip().destination().listen(null, List.of());
      Child source = attempt.trip().source().runner();
      Child destination = attempt.trip().destination().receiver();
      int victims = 1 + random.nextInt(3);
      attempt.begin(port);
      boolean missed = source.endsWithin(random.nextLong(1_000));
      if ((victims & 1) != 0) {
        source.kill();
      }
      if ((victims & 2) != 0) {
        destination.kill();
      }
      return !missed;
    }
  },

  /** One side stands still for a while, as a host does that is out of memory, or asleep. */
  FROZEN {
    @Override
    boolean strike(World world, Attempt attempt, Random random) throws Exception {
      int port = attempt.trip().destination().listen(null, List.of());
      Child source = attempt.trip().source().runner();
      Child victim = random.nextBoolean() ? source : attempt.trip().destination().receiver();
      long frozen = 200 + random.nextLong(7_000);
      attempt.begin(port);
      boolean missed = source.endsWithin(random.nextLong(700));
      victim.signal("STOP");
      victim.endsWithin(frozen);
      victim.signal("CONT");
      return !missed;
    }
  },

  /** The link is cut, and every other that is tried. */
  CUT_FOR_GOOD {
    @Override
    boolean strike(World world, Attempt attempt, Random random) throws Exception {
      Moment moment = Moment.any(random);
      Fate fate = random.nextBoolean() ? Fate.CUT_BEFORE : Fate.CUT_BEHIND;
      return over(
          attempt,
          piece -> {
            boolean again = piece.connection() > 0;
            return again ? Fate.CUT_BEFORE : moment.is(piece) ? fate : Fate.PASS;
          });
    }
  },

  /** The link is cut a few times, and can be made again. */
  CUT_AND_MENDED {
    @Override
    boolean strike(World world, Attempt attempt, Random random) throws Exception {
      return often(attempt, random, Set.of(Fate.CUT_BEFORE, Fate.CUT_BEHIND));
    }
  },

  /** Frames are lost, damaged, or come in another order. */
  UNFAITHFUL_LINK {
    @Override
    boolean strike(World world, Attempt attempt, Random random) throws Exception {
      return often(attempt, random, Set.of(Fate.LOSE, Fate.DAMAGE, Fate.SWAP));
    }
  },

  /** The link falls silent, and nothing says so. */
  STALLED {
    @Override
    boolean strike(World world, Attempt attempt, Random random) throws Exception {
      Moment moment = Moment.any(random);
      return over(
          attempt, piece -> piece.connection() == 0 && moment.is(piece) ? Fate.STALL : Fate.PASS);
    }
  },

  /** What one side says is well-formed and wrong. */
  LYING {
    @Override
    boolean strike(World world, Attempt attempt, Random random) throws Exception {
      Moment moment = Moment.any(random);
      AtomicInteger lies = new AtomicInteger();
      return over(
          attempt,
          piece -> {
            boolean now = CONTENT.contains(piece.id()) && moment.isReached(piece);
            if (!now || lies.getAndIncrement() > 0) {
              return Fate.PASS;
            }
            System.out.println("a lie in a message " + piece.id());
            return Fate.LIE;
          });
    }
  },

  /** The destination has little or no room left. */
  FULL_DISK {
    @Override
    boolean strike(World world, Attempt attempt, Random random) throws Exception {
      int port = attempt.trip().destination().listen(null, List.of());
      Child destination = attempt.trip().destination().receiver();
      int before = destination.output().length();
      world.leave(attempt.trip().destination(), random.nextLong(6 << 20));
      attempt.begin(port);
      attempt.await();
      return destination.output().substring(before).contains("No space left");
    }
  },

  /**
   * Both sides' date jumps, by minutes in either direction; the guest lives through what is new.
   */
  CLOCK_JUMP {
    @Override
    boolean strike(World world, Attempt attempt, Random random) throws Exception {
      int port = attempt.trip().destination().listen(null, List.of());
      Child source = attempt.trip().source().runner();
      attempt.begin(port);
      boolean missed = source.endsWithin(random.nextLong(300));
      world.jump(random.nextInt(2 * MOST_SECONDS) - MOST_SECONDS);
      return !missed;
    }
  };

  /** The console's memory holds what the guest counts in that time, as it catches up. */
  private static final int MOST_SECONDS = 120;

  /** A crash point that this migration does not come to is missed. */
  private static final long LONGEST_MILLIS = 10_000;

  private static final int MOST_FAULTS = 5;

  /** Messages of a transfer whose content is more than who speaks of what. */
  private static final Set<Integer> CONTENT = Set.of(4, 5, 6, 7, 8, 9, 10, 17, 19, 22, 23, 24, 25);

  /** A frame of one direction. */
  private record Moment(boolean forth, long index) {
    private static final int FRAMES = 14;

    static Moment any(Random random) {
      return new Moment(random.nextBoolean(), random.nextInt(FRAMES));
    }

    boolean is(FaultyLink.Piece piece) {
      return piece.forth() == forth && piece.index() == index;
    }

    boolean isReached(FaultyLink.Piece piece) {
      return piece.forth() == forth && piece.index() >= index;
    }
  }

  /**
   * Begins a migration and has it happen to that, which may be over when this returns, or go on.
   *
   * @return whether it has happened before the migration was over
   */
  abstract boolean strike(World world, Attempt attempt, Random random) throws Exception;

  /** Migrates over a link with a plan, to the end. */
  private static boolean over(Attempt attempt, FaultyLink.Plan plan) throws Exception {
    int port = attempt.trip().destination().listen(null, List.of());
    try (FaultyLink link = FaultyLink.ofFrames(port, plan)) {
      attempt.begin(link.port());
      attempt.await();
      return link.faults() > 0;
    }
  }

  private static boolean often(Attempt attempt, Random random, Set<Fate> fates) throws Exception {
    List<Fate> some = fates.stream().sorted().toList();
    AtomicInteger faults = new AtomicInteger();
    return over(
        attempt,
        piece -> {
          synchronized (random) {
            if (random.nextInt(8) > 0 || faults.get() >= MOST_FAULTS) {
              return Fate.PASS;
            }
            faults.incrementAndGet();
            return some.get(random.nextInt(some.size()));
          }
        });
  }
}
