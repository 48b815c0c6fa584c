package org.replaymigrate.vkernel.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.replaymigrate.vkernel.state.InvalidStateException;

class ClintTest {
  private long ticks = 0x1_2345_6789L;
  private int changes;
  private final List<Line> harts = List.of(new Line(), new Line());
  private final Clint clint = new Clint(() -> ticks, List.copyOf(harts), () -> changes++);

  @Test
  void msipDrivesTheSoftwareInterruptOfItsHart() {
    clint.store(4, 4, 0xffff_ffffL);
    assertFalse(harts.get(0).high());
    assertTrue(harts.get(1).high());
    assertEquals(1, clint.load(4, 4));
    clint.store(4, 4, 2);
    assertFalse(harts.get(1).high());
  }

  @Test
  void noDeadlineIsSetAtPowerOn() {
    assertEquals(-1, clint.mtimecmp(0));
    assertEquals(-1, clint.mtimecmp(1));
  }

  @Test
  void mtimecmpTakesEightBytesOrEitherHalf() {
    clint.store(0x4008, 8, 0x1122_3344_5566_7788L);
    assertEquals(0x1122_3344_5566_7788L, clint.mtimecmp(1));
    clint.store(0x4008, 4, 0xffff_ffff_0000_0001L);
    assertEquals(0x1122_3344_0000_0001L, clint.mtimecmp(1));
    clint.store(0x400c, 4, 0xffff_ffff_8000_0002L);
    assertEquals(0x8000_0002_0000_0001L, clint.mtimecmp(1));
    assertEquals(0x8000_0002L, clint.load(0x400c, 4));
    assertEquals(3, changes);
    assertEquals(-1, clint.mtimecmp(0));
  }

  @Test
  void mtimeIsGuestTimeAndCannotBeSet() {
    clint.store(0xbff8, 8, 0);
    assertEquals(0x1_2345_6789L, clint.load(0xbff8, 8));
    assertEquals(0x2345_6789L, clint.load(0xbff8, 4));
    assertEquals(1, clint.load(0xbffc, 4));
    ticks++;
    assertEquals(0x1_2345_678aL, clint.load(0xbff8, 8));
    assertEquals(0, changes);
  }

  @Test
  void everyAccessIsAnswered() {
    AnyAccess.everywhere(clint, 0, Clint.SIZE);
  }

  @Test
  void stateSurvivesARoundTrip() {
    clint.store(0, 4, 1);
    clint.store(0x4000, 8, 77);
    List<Line> lines = List.of(new Line(), new Line());
    Clint copy = new Clint(() -> 0, List.copyOf(lines), () -> changes++);
    changes = 0;
    copy.restore(clint.save());
    assertTrue(lines.get(0).high());
    assertEquals(77, copy.mtimecmp(0));
    assertEquals(1, changes, "the machine learns of the restored deadline");
  }

  @Test
  void anImpossibleStateIsRefused() {
    assertThrows(
        InvalidStateException.class,
        () -> clint.restore(new Clint.State(new byte[3], new long[3])));
    assertThrows(
        InvalidStateException.class,
        () -> clint.restore(new Clint.State(new byte[2], new long[1])));
    assertThrows(
        InvalidStateException.class,
        () -> clint.restore(new Clint.State(new byte[] {0, 2}, new long[2])));
    assertThrows(InvalidStateException.class, () -> clint.restore(new Syscon.State()));
  }
}
