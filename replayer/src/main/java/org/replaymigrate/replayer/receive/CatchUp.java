package org.replaymigrate.replayer.receive;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.protocol.digest.Digest128;
import org.replaymigrate.protocol.fault.CrashPoint;
import org.replaymigrate.protocol.host.HostedMachine;
import org.replaymigrate.protocol.wire.EventBatch;
import org.replaymigrate.protocol.wire.WireConnection;
import org.replaymigrate.protocol.wire.WireMessage;
import org.replaymigrate.replayer.Entry;
import org.replaymigrate.replayer.EventStream;
import org.replaymigrate.replayer.Journal;
import org.replaymigrate.replayer.Replay;
import org.replaymigrate.replayer.ReplayOptions;
import org.replaymigrate.replayer.ReplayProgress;
import org.replaymigrate.replayer.ReplayResult;

/** Replays what the source sends while it sends it, and tells it how far that is. */
final class CatchUp {
  /**
   * What may wait to be replayed. More than that stays at the source, and with it whatever comes
   * behind it: a leap that makes all that needless is only seen when there was room for it here.
   */
  private static final long WAITING_BYTES = 64L << 20;

  private static final long WINDOW_NANOS = 200_000_000;

  private final EventStream stream = EventStream.ofBytes(WAITING_BYTES);
  private final EventBatch batch = new EventBatch();
  private final Rebuilding machine;
  private final HostedMachine hosted;
  private final WireConnection connection;
  private final Replay replay;
  private final CompletableFuture<ReplayResult> result = new CompletableFuture<>();
  private final Thread thread;
  private long nextSequence;
  private long windowStart;
  private long windowInstructions;
  private boolean behind;
  private final Object telling = new Object();
  private volatile WireMessage.@Nullable Applied last;
  private boolean lost;

  /**
   * How a replay has ended.
   *
   * @param divergence how it is not the recording, one line; empty if it is, as far as it knows
   * @param digest of the state in which it has left the machine
   */
  record Ended(String divergence, Digest128 digest) {
    /**
     * Why the recording that was received does not lead to the source's state; empty if it does. A
     * replay that has diverged has not taken all of it, whatever state it has stopped in.
     */
    String wrong(Digest128 wanted) {
      boolean same = divergence.isEmpty() && digest.equals(wanted);
      return divergence.isEmpty() && !same ? "state at the stop is another" : divergence;
    }
  }

  /**
   * @param journal where the events are written down
   * @param sequence number of the first event
   */
  CatchUp(Rebuilding machine, Journal journal, long sequence, WireConnection connection) {
    this.machine = machine;
    this.hosted = machine.hosted();
    this.connection = connection;
    this.nextSequence = sequence;
    this.replay =
        new Replay(
            hosted.machine(),
            hosted::digest,
            stream,
            sequence,
            ReplayOptions.DEFAULT
                .stopAtDivergence(false)
                .journal(journal)
                .acknowledgement(this::report)
                .progress(this::report));
    machine.whenItHasBase(this::tell);
    this.thread = Thread.ofPlatform().name("replay").daemon().start(this::replay);
  }

  private void replay() {
    try {
      result.complete(replay.run());
    } catch (IOException | InterruptedException | RuntimeException e) {
      result.completeExceptionally(e);
    }
  }

  private void report(ReplayProgress progress) {
    measure(progress);
    report(progress.sequence(), progress.instructions());
  }

  /** How fast it replays while it has something to replay. */
  private void measure(ReplayProgress progress) {
    long now = System.nanoTime();
    if (now - windowStart >= WINDOW_NANOS) {
      if (behind) {
        Speeds.REPLAY.measured(progress.instructions() - windowInstructions, now - windowStart);
      }
      behind = true;
      windowStart = now;
      windowInstructions = progress.instructions();
    }
    behind &= progress.instructionsBehind() > 0;
  }

  private void report(long sequence, long instructions) {
    last = new WireMessage.Applied(sequence, instructions);
    tell();
  }

  /** Says how far it is, if the source may know it already. */
  private void tell() {
    synchronized (telling) { // so that what is said is never taken back
      WireMessage.Applied now = last;
      try {
        if (now != null && machine.hasBase()) {
          connection.send(now, false);
        }
      } catch (IOException ignored) {
        // The thread that receives will notice.
      }
    }
  }

  /**
   * How the source has ended it.
   *
   * @param stop where
   * @param rehearsal whether the guest runs on there
   */
  record End(WireMessage.Stop stop, boolean rehearsal) {}

  /**
   * Feeds the replay until the source has stopped its guest, or acts as if it had, or leaps.
   *
   * @return null if it leaps
   */
  @Nullable End follow(WireConnection from, int silenceMillis)
      throws IOException, InterruptedException {
    while (true) {
      WireMessage message = from.receive(silenceMillis);
      machine.hasBase(); // or throws why there never will be
      if (result.isDone() && !lost) {
        lost = true;
        connection.send(new WireMessage.Diverged(true, describe(await())));
      }
      switch (message) {
        case WireMessage.Events events -> take(events);
        case WireMessage.Horizon horizon ->
            stream.put(new Entry.Reached(nextSequence, horizon.instructions()));
        case WireMessage.Stop stop -> {
          return end(stop, false);
        }
        case WireMessage.Rehearse rehearse -> {
          return end(rehearse.stop(), true);
        }
        case WireMessage.LeapBegin leap -> {
          return null;
        }
        case WireMessage.Abort abort ->
            throw new ReceptionException("the source gave up: " + abort.reason(), false);
        default -> throw new ReceptionException("message " + message.id() + " within a log", false);
      }
    }
  }

  private End end(WireMessage.Stop stop, boolean rehearsal) throws ReceptionException {
    if (stop.sequence() != nextSequence) {
      throw new ReceptionException(
          "stopped at event " + stop.sequence() + ", got " + nextSequence, false);
    }
    return new End(stop, rehearsal);
  }

  private void take(WireMessage.Events events) throws ReceptionException, InterruptedException {
    if (events.firstSequence() != nextSequence) {
      throw new ReceptionException(
          "event " + events.firstSequence() + " where " + nextSequence + " should be", false);
    }
    Entry.Encoded entry =
        () -> new Entry.Events(batch.open(events), Math.max(1, events.encoded().length));
    stream.put(entry, events.encoded().length);
    nextSequence += events.count();
    CrashPoint.DESTINATION_LOG_RECEIVED.reached();
    stream.announce(nextSequence, events.firstInstructions());
  }

  /**
   * Replays what is left.
   *
   * @throws IOException if the host cannot go on
   */
  Ended finish(WireMessage.Stop stop) throws IOException, InterruptedException {
    if (lost) {
      return new Ended(describe(await()), hosted.digest());
    }
    stream.put(new Entry.Reached(stop.sequence(), stop.instructions()));
    stream.end();
    ReplayResult end = await();
    boolean there =
        end.outcome() == ReplayResult.Outcome.REACHED
            && end.instructions() == stop.instructions()
            && end.sequence() == stop.sequence();
    String divergence = there && end.divergences().isEmpty() ? "" : describe(end);
    return new Ended(divergence, end.finalDigest());
  }

  private static String describe(ReplayResult end) {
    return end.divergences().isEmpty()
        ? "replay ended at instruction " + end.instructions()
        : end.divergences().getFirst().toString();
  }

  private ReplayResult await() throws IOException, InterruptedException {
    try {
      return result.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
    }
  }

  /** Ends the replay if it has not ended. */
  void close() throws InterruptedException {
    replay.cancel();
    thread.join();
  }
}
