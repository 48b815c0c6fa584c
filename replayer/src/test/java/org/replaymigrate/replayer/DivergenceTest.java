package org.replaymigrate.replayer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.replaymigrate.protocol.digest.Digest128;
import org.replaymigrate.protocol.log.Event;
import org.replaymigrate.replayer.Divergence.Kind;
import org.replaymigrate.replayer.ReplayResult.Outcome;
import org.replaymigrate.replayer.ScriptedRecorder.Recording;
import org.replaymigrate.vkernel.Machine;
import org.replaymigrate.vkernel.port.Input;

class DivergenceTest {
  private final Recording recording =
      ScriptedRecorder.record(Bench.machine(BareGuest.busy(), 2), 21, 200);

  private static ReplayResult replay(byte[] program, List<Event> events, ReplayOptions options)
      throws Exception {
    Machine machine = Bench.machine(program, 2);
    return new Replay(machine, Bench.digest(machine), Sources.of(events), 0, options).run();
  }

  private static ReplayResult replay(List<Event> events) throws Exception {
    return replay(BareGuest.busy(), events, ReplayOptions.DEFAULT);
  }

  private static Divergence only(ReplayResult result) {
    assertEquals(Outcome.DIVERGED, result.outcome());
    assertEquals(1, result.divergenceCount());
    Divergence divergence = result.divergences().getFirst();
    assertEquals(divergence.instructions(), result.instructions());
    assertEquals(divergence.sequence(), result.sequence());
    assertFalse(divergence.toString().contains("\n"));
    return divergence;
  }

  private boolean isDigest(int index) {
    Input input = recording.events().get(index).input();
    return input instanceof Input.OutputMark || input instanceof Input.StateDigest;
  }

  /** Index of the first event with a digest from an index on. */
  private int digestFrom(int index) {
    int i = index;
    while (!isDigest(i)) {
      i++;
    }
    return i;
  }

  private int digestBefore(int index) {
    int i = index - 1;
    while (!isDigest(i)) {
      i--;
    }
    return i;
  }

  @ParameterizedTest
  @ValueSource(ints = {30, 80, 130})
  void changedByteIsFoundByTheNextDigest(int from) throws Exception {
    int index = recording.first(Input.ConsoleBytes.class, from);
    Event event = recording.events().get(index);
    Input.ConsoleBytes typed = (Input.ConsoleBytes) event.input();
    byte[] bytes = typed.bytes().clone();
    bytes[0] ^= 1;
    Divergence divergence =
        only(replay(recording.with(index, event.instructions(), new Input.ConsoleBytes(0, bytes))));
    // The guest may echo it later than that, and the state alone tells until then.
    assertTrue(divergence.sequence() >= digestFrom(index), divergence.toString());
    assertTrue(divergence.sequence() <= digestFrom(digestFrom(digestFrom(index) + 1) + 1));
    int before = digestBefore((int) divergence.sequence());
    assertEquals(before, divergence.verifiedSequence());
    assertEquals(recording.events().get(before).instructions(), divergence.verifiedInstructions());
    assertEquals(
        recording.events().get((int) divergence.sequence()).instructions(),
        divergence.instructions());
  }

  @Test
  void changedStateDigestIsNamed() throws Exception {
    int index = recording.first(Input.StateDigest.class, 60);
    Event event = recording.events().get(index);
    Divergence divergence =
        only(replay(recording.with(index, event.instructions(), new Input.StateDigest(1, 2))));
    assertEquals(Kind.STATE_DIGEST, divergence.kind());
    assertEquals(index, divergence.sequence());
    assertEquals(event.instructions(), divergence.instructions());
    assertEquals(digestBefore(index), divergence.verifiedSequence());
    assertTrue(
        divergence.what().endsWith("recorded 00000000000000010000000000000002"), divergence.what());
  }

  @Test
  void changedOutputDigestIsNamed() throws Exception {
    int index = recording.first(Input.OutputMark.class, 60);
    Event event = recording.events().get(index);
    long flipped = ((Input.OutputMark) event.input()).outputDigest() ^ 4;
    Divergence divergence =
        only(replay(recording.with(index, event.instructions(), new Input.OutputMark(flipped))));
    assertEquals(Kind.OUTPUT_DIGEST, divergence.kind());
    assertEquals(index, divergence.sequence());
    assertEquals(event.instructions(), divergence.instructions());
  }

  @Test
  void everyWrongDigestIsCountedWhenToldToGoOn() throws Exception {
    int first = recording.first(Input.StateDigest.class, 20);
    int second = recording.first(Input.StateDigest.class, first + 1);
    List<Event> changed =
        recording.with(
            first, recording.events().get(first).instructions(), new Input.StateDigest(0, 0));
    changed.set(
        second,
        new Event(
            second, recording.events().get(second).instructions(), new Input.StateDigest(0, 0)));
    ReplayResult result =
        replay(BareGuest.busy(), changed, ReplayOptions.DEFAULT.stopAtDivergence(false));
    assertEquals(Outcome.REACHED, result.outcome());
    assertEquals(2, result.divergenceCount());
    assertEquals(
        List.of((long) first, (long) second),
        result.divergences().stream().map(Divergence::sequence).toList());
    assertEquals(recording.digest(), result.finalDigest());
  }

  @Test
  void moreThanTheGuestHasRoomForDoesNotFit() throws Exception {
    int index = recording.first(Input.ConsoleBytes.class, 60);
    long count = recording.events().get(index).instructions();
    Divergence divergence =
        only(replay(recording.with(index, count, new Input.ConsoleBytes(0, new byte[50_000]))));
    assertEquals(Kind.INPUT_DOES_NOT_FIT, divergence.kind());
    assertEquals(index, divergence.sequence());
    assertEquals(count, divergence.instructions());
    assertTrue(divergence.what().contains("50000 bytes"), divergence.what());
  }

  @Test
  void answerThatNobodyAskedForIsNamed() throws Exception {
    int index = recording.first(Input.ConsoleBytes.class, 60);
    long count = recording.events().get(index).instructions();
    Divergence divergence = only(replay(recording.with(index, count, new Input.ClockRead(1))));
    assertEquals(Kind.ANSWER_WITHOUT_HOST_CALL, divergence.kind());
    assertEquals(index, divergence.sequence());
  }

  @Test
  void answerOfTheWrongKindDoesNotFit() throws Exception {
    int index = recording.first(Input.ClockRead.class, 60);
    long count = recording.events().get(index).instructions();
    Divergence divergence =
        only(replay(recording.with(index, count, new Input.Entropy(new byte[8]))));
    assertEquals(Kind.INPUT_DOES_NOT_FIT, divergence.kind());
    assertEquals(index, divergence.sequence());
    assertEquals(count, divergence.instructions());
  }

  @Test
  void questionWithoutAnswerIsNamed() throws Exception {
    int index = recording.first(Input.ClockRead.class, 60);
    long count = recording.events().get(index).instructions();
    Divergence divergence =
        only(
            replay(
                recording.with(
                    index,
                    count,
                    new Input.OutputMark(
                        ((Input.OutputMark) recording.events().get(digestBeforeMark(index)).input())
                            .outputDigest()))));
    assertEquals(Kind.HOST_CALL_WITHOUT_ANSWER, divergence.kind());
    assertEquals(index + 1, divergence.sequence());
    assertEquals(count, divergence.instructions());
  }

  private int digestBeforeMark(int index) {
    int i = index - 1;
    while (!(recording.events().get(i).input() instanceof Input.OutputMark)) {
      i--;
    }
    return i;
  }

  @Test
  void answerAtTheCountBesideIsNamed() throws Exception {
    int index = recording.first(Input.ClockRead.class, 60);
    while (recording.events().get(index - 1).instructions()
        == recording.events().get(index).instructions()) {
      index = recording.first(Input.ClockRead.class, index + 1);
    }
    Event event = recording.events().get(index);
    Divergence late = only(replay(recording.with(index, event.instructions() + 1, event.input())));
    assertEquals(Kind.HOST_CALL_WITHOUT_ANSWER, late.kind());
    assertEquals(index, late.sequence());
    assertEquals(event.instructions(), late.instructions());
    Divergence early = only(replay(recording.with(index, event.instructions() - 1, event.input())));
    assertEquals(Kind.ANSWER_WITHOUT_HOST_CALL, early.kind());
    assertEquals(index, early.sequence());
  }

  @ParameterizedTest
  @ValueSource(ints = {500, 501, 502, 777, 1000})
  void byteTypedOneInstructionLateIsNoticed(int count) throws Exception {
    Input typed = new Input.ConsoleBytes(0, new byte[] {'a'});
    Machine live = Bench.machine(BareGuest.busy(), 1);
    live.run(count);
    live.apply(typed);
    live.run(5000);
    Digest128 digest = Bench.digestNow(live);
    Event check = new Event(1, 5000, new Input.StateDigest(digest.high(), digest.low()));
    for (int late = 0; late <= 1; late++) {
      Machine machine = Bench.machine(BareGuest.busy(), 1);
      List<Event> events = List.of(new Event(0, count + late, typed), check);
      ReplayResult result =
          new Replay(machine, Bench.digest(machine), Sources.of(events), 0, ReplayOptions.DEFAULT)
              .run();
      if (late == 0) {
        assertEquals(List.of(), result.divergences());
      } else {
        assertEquals(Kind.STATE_DIGEST, only(result).kind());
        assertEquals(1, only(result).sequence());
      }
    }
  }

  @Test
  void guestThatSleepsBeforeTheCountIsNamed() throws Exception {
    List<Event> events = List.of(new Event(0, 1000, new Input.ClockAdvance(1)));
    Divergence divergence = only(replay(BareGuest.asleep(), events, ReplayOptions.DEFAULT));
    assertEquals(Kind.STOPPED_EARLY, divergence.kind());
    assertEquals(0, divergence.sequence());
    assertTrue(divergence.instructions() < 10);
    assertEquals(-1, divergence.verifiedSequence());
    assertTrue(divergence.toString().contains("guest waits"), divergence.toString());
  }

  @Test
  void guestThatHaltsBeforeTheCountIsNamed() throws Exception {
    List<Event> events = List.of(new Event(0, 1000, new Input.ClockAdvance(1)));
    Divergence divergence = only(replay(BareGuest.poweringOff(), events, ReplayOptions.DEFAULT));
    assertEquals(Kind.STOPPED_EARLY, divergence.kind());
    assertTrue(divergence.toString().contains("halted"), divergence.toString());
  }

  @Test
  void missingEventIsNoticed() throws Exception {
    int index = recording.first(Input.ClockRead.class, 60);
    List<Event> events = new ArrayList<>();
    for (Event event : recording.events()) {
      if (event.sequence() != index) {
        events.add(new Event(events.size(), event.instructions(), event.input()));
      }
    }
    Divergence divergence = only(replay(events));
    assertEquals(index, divergence.sequence());
    assertEquals(Kind.HOST_CALL_WITHOUT_ANSWER, divergence.kind());
  }

  @Test
  void differingFieldsAreNamed() throws Exception {
    Machine one = Bench.machine(BareGuest.busy(), 2);
    Machine other = Bench.machine(BareGuest.busy(), 2);
    one.run(1000);
    other.run(1000);
    assertEquals(List.of(), StateDifference.between(one.save(), other.save(), 10));
    one.apply(new Input.ConsoleBytes(0, new byte[] {65}));
    other.apply(new Input.ClockAdvance(7));
    List<String> names = StateDifference.between(one.save(), other.save(), 10);
    assertTrue(names.contains("skewTicks 0x0, expected 0x7"), names.toString());
    assertTrue(names.stream().anyMatch(n -> n.contains("Uart16550.")), names.toString());
    assertEquals(1, StateDifference.between(one.save(), other.save(), 1).size());
  }
}
