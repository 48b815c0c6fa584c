package org.replaymigrate.vkernel.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.replaymigrate.vkernel.state.InvalidStateException;

class GoldfishRtcTest {
  private final GoldfishRtc rtc = new GoldfishRtc();

  @Test
  void onlyTheLowHalfAsksTheHostAndOncePerLoad() {
    assertTrue(rtc.needsClock(0));
    assertFalse(rtc.needsClock(4));
    rtc.clockRead(0x1234_5678_9abc_def0L);
    assertFalse(rtc.needsClock(0));
    assertEquals(0x9abc_def0L, rtc.load(0, 4));
    assertTrue(rtc.needsClock(0));
    assertEquals(0x1234_5678L, rtc.load(4, 4));
    assertEquals(0x1234_5678L, rtc.load(4, 4), "latched");
  }

  @Test
  void theGuestCannotSetTheDate() {
    rtc.clockRead(5L << 32);
    rtc.load(0, 4);
    rtc.store(4, 4, 9);
    rtc.store(0, 4, 9);
    assertEquals(5, rtc.load(4, 4));
  }

  @Test
  void anAlarmIsKeptUntilItIsCleared() {
    rtc.store(0x0c, 4, 2);
    assertEquals(0, rtc.load(0x18, 4));
    rtc.store(0x08, 4, 0xffff_fffeL);
    assertEquals(1, rtc.load(0x18, 4));
    assertEquals(0xffff_fffeL, rtc.load(0x08, 4));
    assertEquals(2, rtc.load(0x0c, 4));
    rtc.store(0x14, 4, 1);
    assertEquals(0, rtc.load(0x18, 4));
  }

  @Test
  void everyAccessIsAnswered() {
    AnyAccess.everywhere(rtc, 0, GoldfishRtc.SIZE);
  }

  @Test
  void anAnswerSurvivesARestoreBeforeItsLoad() {
    rtc.clockRead(0x1_0000_0002L);
    GoldfishRtc copy = new GoldfishRtc();
    copy.restore(rtc.save());
    assertFalse(copy.needsClock(0));
    assertEquals(2, copy.load(0, 4));
    assertEquals(1, copy.load(4, 4));
    assertEquals(rtcAfterLoad(), copy.save());
  }

  private Object rtcAfterLoad() {
    rtc.load(0, 4);
    return rtc.save();
  }

  @Test
  void anImpossibleStateIsRefused() {
    assertThrows(
        InvalidStateException.class,
        () -> rtc.restore(new GoldfishRtc.State(false, 1, 0, 0, 0, false, false)));
    assertThrows(InvalidStateException.class, () -> rtc.restore(new Syscon.State()));
  }
}
