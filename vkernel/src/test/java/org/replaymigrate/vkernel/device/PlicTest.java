package org.replaymigrate.vkernel.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.replaymigrate.vkernel.state.InvalidStateException;

class PlicTest {
  private final List<Line> contexts = Stream.generate(Line::new).limit(4).toList();
  private final Plic plic = new Plic(List.copyOf(contexts));

  private void priority(int source, int priority) {
    plic.store(4L * source, 4, priority);
  }

  private void enable(int context, int source) {
    long at = 0x2000 + 0x80L * context + 4L * (source / 32);
    plic.store(at, 4, plic.load(at, 4) | 1L << (source % 32));
  }

  private void threshold(int context, int value) {
    plic.store(0x20_0000 + 0x1000L * context, 4, value);
  }

  private long claim(int context) {
    return plic.load(0x20_0004 + 0x1000L * context, 4);
  }

  private void complete(int context, long source) {
    plic.store(0x20_0004 + 0x1000L * context, 4, source);
  }

  private boolean pending(int source) {
    return (plic.load(0x1000 + 4L * (source / 32), 4) >>> (source % 32) & 1) != 0;
  }

  @Test
  void anEnabledSourceInterruptsItsContextOnly() {
    priority(10, 1);
    enable(1, 10);
    plic.line(10).set(true);
    assertFalse(contexts.get(0).high());
    assertTrue(contexts.get(1).high());
    assertFalse(contexts.get(2).high());
    assertTrue(pending(10));
  }

  @Test
  void priorityZeroNeverInterrupts() {
    enable(0, 10);
    plic.line(10).set(true);
    assertFalse(contexts.get(0).high());
    assertEquals(0, claim(0));
  }

  @Test
  void claimTakesTheHighestPriorityAndAmongEqualsTheLowestId() {
    for (int source : new int[] {95, 40, 7, 33}) {
      enable(0, source);
      plic.line(source).set(true);
    }
    priority(95, 7);
    priority(40, 3);
    priority(7, 2);
    priority(33, 3);
    assertEquals(95, claim(0));
    assertEquals(33, claim(0));
    assertEquals(40, claim(0));
    assertEquals(7, claim(0));
    assertEquals(0, claim(0));
    assertFalse(contexts.get(0).high());
  }

  @Test
  void aLevelStillHighAtCompletionInterruptsAgainAndNotBefore() {
    priority(10, 1);
    enable(1, 10);
    plic.line(10).set(true);
    assertEquals(10, claim(1));
    assertFalse(contexts.get(1).high());
    plic.line(10).set(false);
    plic.line(10).set(true);
    assertFalse(pending(10), "the gateway is shut until completion");
    complete(1, 10);
    assertTrue(contexts.get(1).high());
    assertEquals(10, claim(1));
    plic.line(10).set(false);
    complete(1, 10);
    assertFalse(contexts.get(1).high());
  }

  @Test
  void aRequestLetThroughStaysWhenTheLineFalls() {
    priority(10, 1);
    enable(1, 10);
    plic.line(10).set(true);
    plic.line(10).set(false);
    assertTrue(contexts.get(1).high());
    assertEquals(10, claim(1));
  }

  @Test
  void thresholdMasksTheLineButNotTheClaim() {
    priority(10, 3);
    enable(1, 10);
    threshold(1, 3);
    plic.line(10).set(true);
    assertFalse(contexts.get(1).high());
    threshold(1, 2);
    assertTrue(contexts.get(1).high());
    threshold(1, 7);
    assertFalse(contexts.get(1).high());
    assertEquals(10, claim(1));
  }

  @Test
  void completionOfASourceNotEnabledForTheContextIsIgnored() {
    priority(10, 1);
    enable(1, 10);
    plic.line(10).set(true);
    assertEquals(10, claim(1));
    complete(0, 10);
    complete(1, 11);
    complete(1, 0);
    complete(1, 96);
    complete(1, -1);
    assertFalse(pending(10));
    complete(1, 10);
    assertTrue(pending(10));
  }

  @Test
  void sourceZeroAndSourcesBeyondTheLastDoNotExist() {
    plic.store(0, 4, 7);
    assertEquals(0, plic.load(0, 4));
    plic.store(4 * 96, 4, 7);
    assertEquals(0, plic.load(4 * 96, 4));
    plic.store(0x2000, 4, -1);
    assertEquals(0xffff_fffeL, plic.load(0x2000, 4));
    assertThrows(IllegalArgumentException.class, () -> plic.line(0));
    assertThrows(IllegalArgumentException.class, () -> plic.line(96));
  }

  @Test
  void registersOfContextsThatDoNotExistReadZero() {
    long last = Plic.SIZE - 0x1000;
    plic.store(last, 4, 7);
    assertEquals(0, plic.load(last, 4));
    plic.store(0x2000 + 0x80 * 4, 4, -1);
    assertEquals(0, plic.load(0x2000 + 0x80 * 4, 4));
    assertEquals(0, plic.load(0x20_0004 + 0x1000 * 4, 4));
  }

  @Test
  void everyAccessIsAnswered() {
    plic.line(3).set(true);
    AnyAccess.everywhere(plic, 0, 0x400);
    AnyAccess.everywhere(plic, 0xff0, 0x1100);
    AnyAccess.everywhere(plic, 0x1ff0, 0x2400);
    AnyAccess.everywhere(plic, 0x1f_ff00, 0x20_5010);
    AnyAccess.everywhere(plic, Plic.SIZE - 0x100, Plic.SIZE);
  }

  @Test
  void aRestoredControllerGoesOnBetweenClaimAndCompletion() {
    priority(10, 1);
    priority(40, 2);
    enable(1, 10);
    enable(3, 40);
    plic.line(10).set(true);
    plic.line(40).set(true);
    assertEquals(10, claim(1));

    List<Line> lines = Stream.generate(Line::new).limit(4).toList();
    Plic copy = new Plic(List.copyOf(lines));
    copy.restore(plic.save());
    assertFalse(lines.get(1).high());
    assertTrue(lines.get(3).high());
    copy.store(0x20_1004, 4, 10);
    assertTrue(lines.get(1).high());
    assertEquals(40, copy.load(0x20_3004, 4));
  }

  @Test
  void anImpossibleStateIsRefused() {
    Plic.State good = (Plic.State) plic.save();
    plic.restore(good);
    List<Plic.State> bad =
        List.of(
            new Plic.State(
                new byte[95],
                good.threshold(),
                good.enable(),
                good.level(),
                good.pending(),
                good.claimed()),
            new Plic.State(
                new byte[96], new byte[2], good.enable(), good.level(), good.pending(), new int[3]),
            new Plic.State(
                new byte[96],
                new byte[] {8, 0, 0, 0},
                new int[12],
                new int[3],
                new int[3],
                new int[3]),
            new Plic.State(
                new byte[96], new byte[4], new int[11], new int[3], new int[3], new int[3]),
            new Plic.State(
                new byte[96], new byte[4], new int[12], new int[4], new int[3], new int[3]),
            new Plic.State(
                new byte[96],
                new byte[4],
                new int[12],
                new int[3],
                new int[] {4, 0, 0},
                new int[] {4, 0, 0}),
            new Plic.State(
                new byte[96],
                new byte[4],
                new int[12],
                new int[] {4, 0, 0},
                new int[3],
                new int[3]),
            new Plic.State(
                new byte[96],
                new byte[4],
                new int[12],
                new int[3],
                new int[] {1, 0, 0},
                new int[3]));
    for (Plic.State state : bad) {
      assertThrows(InvalidStateException.class, () -> plic.restore(state));
    }
    assertThrows(InvalidStateException.class, () -> plic.restore(new Syscon.State()));
  }
}
