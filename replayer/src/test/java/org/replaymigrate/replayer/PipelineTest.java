package org.replaymigrate.replayer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.replaymigrate.protocol.digest.Digest128;
import org.replaymigrate.protocol.format.FormatException;
import org.replaymigrate.protocol.log.Event;
import org.replaymigrate.replayer.ReplayResult.Outcome;
import org.replaymigrate.replayer.ScriptedRecorder.Recording;
import org.replaymigrate.vkernel.Machine;
import org.replaymigrate.vkernel.port.Input;

@Timeout(120)
class PipelineTest {
  /** An hour away. */
  private static final List<Event> FAR =
      List.of(new Event(0, EventCheck.LONGEST_GAP, new Input.ClockAdvance(1)));

  private final Recording recording =
      ScriptedRecorder.record(Bench.machine(BareGuest.busy(), 1), 31, 150);
  private final Machine machine = Bench.machine(BareGuest.busy(), 1);

  private Replay replay(EventSource source, ReplayOptions options) {
    return new Replay(machine, Bench.digest(machine), source, 0, options);
  }

  private static Entry entry(Event event) {
    return new Entry.Events(List.of(event), 10);
  }

  @AfterEach
  void noThreadIsLeft() {
    assertEquals(List.of(), Sources.replayThreads());
  }

  @Test
  void everyEventIsAcknowledgedInOrder() throws Exception {
    List<Long> sequences = new ArrayList<>();
    List<Long> counts = new ArrayList<>();
    Acknowledgement acknowledgement =
        (sequence, instructions) -> {
          sequences.add(sequence);
          counts.add(instructions);
        };
    replay(Sources.of(recording.events()), ReplayOptions.DEFAULT.acknowledgement(acknowledgement))
        .run();
    assertEquals(sequences.stream().sorted().toList(), sequences);
    assertEquals(counts.stream().sorted().toList(), counts);
    assertEquals(recording.events().size(), sequences.getLast());
    assertEquals(recording.instructions(), counts.getLast());
  }

  @Test
  void whatIsAcknowledgedIsInTheJournal() throws Exception {
    List<Event> journal = new ArrayList<>();
    List<Long> committed = new ArrayList<>(List.of(0L));
    List<String> early = new ArrayList<>();
    Journal writing =
        new Journal() {
          @Override
          public synchronized void append(Event event) {
            journal.add(event);
          }

          @Override
          public synchronized void commit() {
            committed.add((long) journal.size());
          }
        };
    Acknowledgement acknowledgement =
        (sequence, instructions) -> {
          synchronized (writing) {
            if (committed.getLast() < sequence) {
              early.add("event " + sequence + " with " + committed.getLast() + " committed");
            }
          }
        };
    ReplayOptions options = ReplayOptions.DEFAULT.journal(writing).acknowledgement(acknowledgement);
    replay(Sources.of(recording.events()), options).run();
    assertEquals(List.of(), early);
    assertEquals(recording.events(), journal);
    assertEquals((long) recording.events().size(), committed.getLast());
  }

  @Test
  void journalThatFailsEndsTheReplay() {
    IOException noRoom = new IOException("no room on the disk");
    Journal failing =
        new Journal() {
          @Override
          public void append(Event event) throws IOException {
            if (event.sequence() == 20) {
              throw noRoom;
            }
          }

          @Override
          public void commit() {}
        };
    List<Long> acknowledged = new ArrayList<>(List.of(0L));
    ReplayOptions options =
        ReplayOptions.DEFAULT
            .journal(failing)
            .acknowledgement((sequence, instructions) -> acknowledged.add(sequence));
    Replay replay = replay(Sources.of(recording.events()), options);
    assertSame(noRoom, assertThrows(IOException.class, replay::run));
    assertTrue(acknowledged.getLast() <= 20, acknowledged.toString());
  }

  @Test
  void exceptionInAnyStageEndsTheReplay() {
    RuntimeException bug = new IllegalStateException("a bug");
    ReplayOptions badListener =
        ReplayOptions.DEFAULT.acknowledgement((sequence, instructions) -> {
          throw bug;
        });
    assertSame(
        bug,
        assertThrows(
            IllegalStateException.class,
            () -> replay(Sources.of(recording.events()), badListener).run()));

    Entry.Encoded badEntry =
        () -> {
          throw bug;
        };
    EventStream stream = new EventStream(10);
    assertSame(
        bug,
        assertThrows(
            IllegalStateException.class,
            () -> {
              stream.put(badEntry);
              replay(stream, ReplayOptions.DEFAULT).run();
            }));

    Replay badDigest =
        new Replay(
            Bench.machine(BareGuest.busy(), 1),
            () -> {
              throw bug;
            },
            Sources.of(recording.events()),
            0,
            ReplayOptions.DEFAULT);
    assertSame(bug, assertThrows(IllegalStateException.class, badDigest::run));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 77})
  void everythingBeforeADamagedEntryIsApplied(int index) throws Exception {
    FormatException damage = new FormatException.Corrupt("event " + index + " is damaged");
    EventStream stream = new EventStream(200);
    for (Event event : recording.events().subList(0, index)) {
      stream.put(entry(event));
    }
    Entry.Encoded damaged =
        () -> {
          throw damage;
        };
    stream.put(damaged);
    stream.put(entry(recording.events().get(index)));
    List<Long> acknowledged = new ArrayList<>(List.of(0L));
    Replay replay =
        replay(
            stream,
            ReplayOptions.DEFAULT.acknowledgement((sequence, n) -> acknowledged.add(sequence)));
    assertSame(damage, assertThrows(FormatException.class, replay::run));
    assertEquals(index, replay.progress().sequence());
    assertEquals(index, replay.progress().events());
    assertEquals(index, acknowledged.getLast());
  }

  @Test
  void everythingBeforeASourceFailsIsApplied() throws Exception {
    EventStream stream = new EventStream(200);
    for (Event event : recording.events().subList(0, 50)) {
      stream.put(entry(event));
    }
    stream.fail(new IOException("connection lost"));
    Replay replay = replay(stream, ReplayOptions.DEFAULT);
    IOException failure = assertThrows(IOException.class, replay::run);
    assertEquals("connection lost", failure.getMessage());
    assertEquals(50, replay.progress().sequence());
  }

  @Test
  void batchesAndSingleEventsAreTheSame() throws Exception {
    EventStream stream = new EventStream(200);
    for (int i = 0; i < recording.events().size(); i += 16) {
      List<Event> some = recording.events().subList(i, Math.min(i + 16, recording.events().size()));
      Entry.Encoded encoded = () -> new Entry.Events(some, 100);
      stream.put(i % 32 == 0 ? encoded : new Entry.Events(some, 100));
    }
    stream.end();
    ReplayResult result = replay(stream, ReplayOptions.DEFAULT).run();
    assertEquals(recording.digest(), result.finalDigest());
    assertEquals(recording.events().size(), result.events());
  }

  @Test
  void slowMachineHoldsTheSenderBack() throws Exception {
    EventStream stream = new EventStream(2);
    CompletableFuture<ReplayResult> result = new CompletableFuture<>();
    Thread.startVirtualThread(() -> {
      try {
        result.complete(replay(stream, ReplayOptions.DEFAULT).run());
      } catch (Exception e) {
        result.completeExceptionally(e);
      }
    });
    for (Event event : recording.events()) {
      assertTrue(stream.put(entry(event)));
    }
    stream.end();
    assertEquals(recording.digest(), result.get().finalDigest());
  }

  @Test
  void aStreamThatIsBoundedByBytesTakesManySmallEntriesAndFewBigOnes() throws Exception {
    EventStream stream = EventStream.ofBytes(100_000);
    Entry small = entry(recording.events().getFirst());
    for (int i = 0; i < 100; i++) {
      assertTrue(stream.put(small)); // nobody takes any
    }
    assertTrue(stream.put(small, 100_000));
    CompletableFuture<Boolean> last = new CompletableFuture<>();
    Thread waiting =
        Thread.startVirtualThread(() -> {
          try {
            last.complete(stream.put(small));
          } catch (InterruptedException e) {
            last.completeExceptionally(e);
          }
        });
    while (waiting.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    for (int i = 0; i < 100; i++) {
      assertFalse(last.isDone());
      assertNotNull(stream.take());
    }
    assertFalse(last.isDone());
    assertNotNull(stream.take());
    assertTrue(last.get());
  }

  @Test
  void senderIsTurnedAwayWhenTheReplayIsOver() throws Exception {
    EventStream stream = new EventStream(1);
    List<Event> bad = recording.with(0, 0, new Input.ClockRead(1));
    CompletableFuture<Boolean> taken = new CompletableFuture<>();
    Thread.startVirtualThread(() -> {
      try {
        boolean more = true;
        for (int i = 0; more && i < 5000; i++) {
          more = stream.put(entry(bad.get(i % bad.size())));
        }
        taken.complete(more);
      } catch (InterruptedException e) {
        taken.completeExceptionally(e);
      }
    });
    assertEquals(Outcome.DIVERGED, replay(stream, ReplayOptions.DEFAULT).run().outcome());
    assertFalse(taken.get());
  }

  @Test
  void replayCanBeCancelledInTheMiddleOfAnything() throws Exception {
    Machine endless = Bench.machine(BareGuest.endlessLoop(), 1);
    CountDownLatch running = new CountDownLatch(1);
    Replay replay =
        new Replay(
            endless,
            Bench.digest(endless),
            Sources.of(FAR),
            0,
            ReplayOptions.DEFAULT.progress(p -> running.countDown()));
    Thread.startVirtualThread(() -> {
      try {
        running.await();
      } catch (InterruptedException e) {
        // Then it is cancelled at once.
      }
      replay.cancel();
    });
    ReplayResult result = replay.run();
    assertEquals(Outcome.CANCELLED, result.outcome());
    assertEquals(0, result.events());
    assertEquals(Digest128.NONE, result.finalDigest());
    assertEquals(endless.instructions(), result.instructions());
  }

  @Test
  void replayThatWaitsForItsSourceCanBeCancelled() throws Exception {
    EventStream silent = new EventStream(1);
    Replay replay = replay(silent, ReplayOptions.DEFAULT);
    Thread.startVirtualThread(replay::cancel);
    assertEquals(Outcome.CANCELLED, replay.run().outcome());
  }

  /** Its stages may not have started all when they are to end. */
  @Test
  void replayThatIsCancelledAsItBeginsEnds() throws Exception {
    for (int i = 0; i < 300; i++) {
      Journal nowhere =
          new Journal() {
            @Override
            public void append(Event event) {}

            @Override
            public void commit() {}
          };
      Replay replay = replay(new EventStream(1), ReplayOptions.DEFAULT.journal(nowhere));
      replay.cancel();
      assertEquals(Outcome.CANCELLED, replay.run().outcome());
    }
  }

  @Test
  void interruptedCallerCancels() {
    Thread.currentThread().interrupt();
    Replay replay = replay(new EventStream(1), ReplayOptions.DEFAULT);
    assertThrows(InterruptedException.class, replay::run);
    assertFalse(Thread.currentThread().isInterrupted());
  }

  @Test
  void machineRunsAheadOfEventsWhenItMay() throws Exception {
    EventStream stream = new EventStream(200);
    long last = 0;
    for (Event event : recording.events()) {
      for (long count = last; count < event.instructions(); count += 7000) {
        stream.put(new Entry.Reached(event.sequence(), count));
      }
      stream.put(new Entry.Reached(event.sequence(), event.instructions()));
      stream.put(entry(event));
      last = event.instructions();
      if (event.sequence() == 40) {
        break;
      }
    }
    Event next = recording.events().get(41);
    long between = (last + next.instructions()) / 2;
    stream.put(new Entry.Reached(41, between));
    stream.end();
    ReplayResult result = replay(stream, ReplayOptions.DEFAULT).run();
    assertEquals(between, result.instructions());
    assertEquals(41, result.sequence());
    Machine straight = Bench.machine(BareGuest.busy(), 1);
    ReplayResult expected =
        new Replay(
                straight,
                Bench.digest(straight),
                Sources.of(recording.events()),
                0,
                ReplayOptions.DEFAULT.until(new Until.Instructions(between)))
            .run();
    assertEquals(expected.finalDigest(), result.finalDigest());
  }

  @Test
  void lagIsWhatTheSourceIsKnownToBeAhead() throws Exception {
    EventStream stream = new EventStream(200);
    Replay replay = replay(stream, ReplayOptions.DEFAULT);
    assertTrue(Double.isNaN(replay.progress().fraction()));
    for (Event event : recording.events()) {
      stream.put(entry(event));
    }
    stream.announce(recording.events().size() + 5, recording.instructions() + 1000);
    stream.end();
    assertEquals(recording.events().size() + 5, replay.progress().eventsBehind());
    assertEquals(recording.instructions() + 1000, replay.progress().instructionsBehind());
    replay.run();
    assertEquals(5, replay.progress().eventsBehind());
    assertEquals(1000, replay.progress().instructionsBehind());
    assertEquals(
        (double) recording.instructions() / (recording.instructions() + 1000),
        replay.progress().fraction(),
        1e-9);
  }

  @Test
  void waitingStagesLeaveTheProcessorToTheMachine() throws Exception {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    Machine endless = Bench.machine(BareGuest.endlessLoop(), 1);
    List<Event> far = List.of(new Event(0, 150_000_000, new Input.ClockAdvance(1)));
    long[] cpu = new long[1];
    Set<String> names = new ConcurrentSkipListSet<>();
    long[] machineCpu = new long[1];
    ReplayOptions options =
        ReplayOptions.DEFAULT
            .journal(
                new Journal() {
                  @Override
                  public void append(Event event) {}

                  @Override
                  public void commit() {}
                })
            .progress(p -> {
              long all = 0;
              for (Thread thread : Thread.getAllStackTraces().keySet()) {
                if (thread.getName().startsWith("replay-") && thread != Thread.currentThread()) {
                  names.add(thread.getName());
                  all += Math.max(0, threads.getThreadCpuTime(thread.threadId()));
                }
              }
              cpu[0] = all;
              machineCpu[0] = threads.getCurrentThreadCpuTime();
            });
    new Replay(endless, Bench.digest(endless), Sources.of(far), 0, options).run();
    assertTrue(names.size() >= 3, names.toString());
    assertTrue(
        cpu[0] < machineCpu[0] / 4, "others " + cpu[0] + " ns, the machine " + machineCpu[0]);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4})
  void entriesThatCannotBeAreRefused(int kind) throws Exception {
    Event good = recording.events().get(10);
    Entry bad =
        switch (kind) {
          case 0 -> entry(new Event(11, good.instructions(), good.input()));
          case 1 -> entry(new Event(9, good.instructions(), good.input()));
          case 2 -> entry(new Event(10, 0, good.input()));
          case 3 -> entry(new Event(10, Long.MAX_VALUE, good.input()));
          default -> new Entry.Reached(12, good.instructions());
        };
    EventStream stream = new EventStream(200);
    stream.put(new Entry.Events(recording.events().subList(0, 10), 1));
    stream.put(bad);
    Replay replay = replay(stream, ReplayOptions.DEFAULT);
    FormatException refused = assertThrows(FormatException.Corrupt.class, replay::run);
    assertNotNull(refused.getMessage());
    assertFalse(refused.getMessage().contains("\n"));
    assertEquals(10, replay.progress().sequence());
  }
}
