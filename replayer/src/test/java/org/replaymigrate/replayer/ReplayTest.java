package org.replaymigrate.replayer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.replaymigrate.protocol.digest.Digest128;
import org.replaymigrate.protocol.log.Event;
import org.replaymigrate.replayer.ReplayResult.Outcome;
import org.replaymigrate.replayer.ScriptedRecorder.Recording;
import org.replaymigrate.vkernel.Machine;
import org.replaymigrate.vkernel.port.Input;

class ReplayTest {
  private static Recording record(int harts, long seed, int events) {
    return ScriptedRecorder.record(Bench.machine(BareGuest.busy(), harts), seed, events);
  }

  private static ReplayResult replay(
      Machine machine, List<Event> events, int from, ReplayOptions options) throws Exception {
    return new Replay(
            machine,
            Bench.digest(machine),
            Sources.of(events.subList(from, events.size())),
            from,
            options)
        .run();
  }

  @AfterEach
  void noThreadIsLeft() {
    assertEquals(List.of(), Sources.replayThreads());
  }

  @ParameterizedTest
  @CsvSource({"1,1", "1,2", "2,3", "4,4", "4,5", "8,6"})
  void replayEndsInTheRecordedState(int harts, long seed) throws Exception {
    Recording recording = record(harts, seed, 400);
    Machine machine = Bench.machine(BareGuest.busy(), harts);
    ReplayResult result = replay(machine, recording.events(), 0, ReplayOptions.DEFAULT);
    assertEquals(List.of(), result.divergences());
    assertEquals(Outcome.REACHED, result.outcome());
    assertEquals(recording.instructions(), result.instructions());
    assertEquals(recording.digest(), result.finalDigest());
    assertEquals(recording.outputDigest(), machine.outputDigest());
    assertEquals(recording.events().size(), result.events());
    assertEquals(recording.events().size(), result.sequence());
    assertEquals(10L * recording.events().size(), result.logBytes());
    long digests =
        recording.events().stream()
            .filter(e ->
                e.input() instanceof Input.OutputMark || e.input() instanceof Input.StateDigest)
            .count();
    assertTrue(digests > 50);
    assertEquals(digests, result.digestsChecked());
  }

  @Test
  void guestThatPowersOffIsReplayedToItsEnd() throws Exception {
    Machine live = Bench.machine(BareGuest.poweringOff(), 1);
    Recording recording = ScriptedRecorder.record(live, 1, 10);
    Machine machine = Bench.machine(BareGuest.poweringOff(), 1);
    ReplayResult result = replay(machine, recording.events(), 0, ReplayOptions.DEFAULT);
    assertEquals(List.of(), result.divergences());
    assertEquals(live.exit(), machine.exit());
    assertEquals(recording.digest(), result.finalDigest());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void stateAtACountDoesNotDependOnTheStopsBefore(int harts) throws Exception {
    Recording recording = record(harts, 7, 90);
    Machine halting = Bench.machine(BareGuest.busy(), harts);
    long step = recording.instructions() / 7;
    int sequence = 0;
    for (long count = step; count < recording.instructions(); count += step) {
      ReplayOptions options = ReplayOptions.DEFAULT.until(new Until.Instructions(count));
      ReplayResult part = replay(halting, recording.events(), sequence, options);
      Machine straight = Bench.machine(BareGuest.busy(), harts);
      ReplayResult whole = replay(straight, recording.events(), 0, options);
      assertEquals(count, part.instructions());
      assertEquals(whole.finalDigest(), part.finalDigest());
      assertEquals(whole.sequence(), part.sequence());
      sequence = (int) part.sequence();
    }
    ReplayResult rest = replay(halting, recording.events(), sequence, ReplayOptions.DEFAULT);
    assertEquals(recording.digest(), rest.finalDigest());
  }

  @Test
  void stopsBeforeEveryEvent() throws Exception {
    Recording recording = record(2, 8, 120);
    Machine machine = Bench.machine(BareGuest.busy(), 2);
    for (int i = 0; i < recording.events().size(); i++) {
      ReplayOptions options = ReplayOptions.DEFAULT.until(new Until.Event(i + 1));
      ReplayResult result = replay(machine, recording.events(), i, options);
      Event next = recording.events().get(Math.min(i + 1, recording.events().size() - 1));
      assertEquals(i + 1, result.sequence());
      assertEquals(next.instructions(), result.instructions());
    }
    assertEquals(recording.digest(), Bench.digestNow(machine));
  }

  @Test
  void eventsAtTheCountWhereItStopsAreLeft() throws Exception {
    Recording recording = record(1, 9, 100);
    int index = recording.first(Input.ConsoleBytes.class, 20);
    long count = recording.events().get(index).instructions();
    int firstThere = index;
    while (recording.events().get(firstThere - 1).instructions() == count) {
      firstThere--;
    }
    Machine machine = Bench.machine(BareGuest.busy(), 1);
    ReplayOptions options = ReplayOptions.DEFAULT.until(new Until.Instructions(count));
    ReplayResult result = replay(machine, recording.events(), 0, options);
    assertEquals(firstThere, result.sequence());
    assertEquals(count, result.instructions());
  }

  @Test
  void nothingIsComparedThatNeedNotBe() throws Exception {
    Recording recording = record(1, 10, 100);
    int index = recording.first(Input.StateDigest.class, 0);
    long count = recording.events().get(index).instructions();
    List<Event> changed = recording.with(index, count, new Input.StateDigest(1, 2));
    Machine machine = Bench.machine(BareGuest.busy(), 1);
    ReplayOptions options = ReplayOptions.DEFAULT.verifyStates(false);
    ReplayResult result = replay(machine, changed, 0, options);
    assertEquals(List.of(), result.divergences());
    assertEquals(recording.digest(), result.finalDigest());
  }

  @Test
  void replayToTheEndOfNothingIsTheBeginning() throws Exception {
    Machine machine = Bench.machine(BareGuest.busy(), 1);
    Digest128 before = Bench.digestNow(machine);
    ReplayResult result = replay(machine, List.of(), 0, ReplayOptions.DEFAULT);
    assertEquals(before, result.finalDigest());
    assertEquals(0, result.events());
  }
}
