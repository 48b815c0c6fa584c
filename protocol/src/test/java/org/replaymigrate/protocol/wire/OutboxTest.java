package org.replaymigrate.protocol.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.replaymigrate.protocol.format.FormatException;

class OutboxTest {
  private final Outbox outbox = new Outbox();

  private static byte[] frame(int i) {
    return new byte[] {(byte) i, 0};
  }

  private void write(int from, int to) {
    for (int i = from; i < to; i++) {
      outbox.add(frame(i));
      assertArrayEquals(frame(i), outbox.next());
    }
  }

  @Test
  void whatIsNotAcknowledgedIsWrittenAgainFromWhereThePeerWants() throws Exception {
    write(0, 10);
    outbox.add(frame(10));
    outbox.acknowledge(4);
    assertEquals(3 * 2, outbox.rewind(7));
    for (int i = 7; i <= 10; i++) {
      assertArrayEquals(frame(i), outbox.next());
    }
    assertNull(outbox.next());
    assertEquals(11, outbox.end());
  }

  @Test
  void aPeerCannotWantWhatItHasOrWhatThereNeverWas() throws Exception {
    write(0, 5);
    outbox.add(frame(5));
    assertThrows(FormatException.Corrupt.class, () -> outbox.acknowledge(6));
    outbox.acknowledge(3);
    outbox.acknowledge(1); // an old word
    assertThrows(FormatException.Corrupt.class, () -> outbox.rewind(2));
    assertThrows(FormatException.Corrupt.class, () -> outbox.rewind(6));
    assertThrows(FormatException.Corrupt.class, () -> outbox.rewind(-1));
    outbox.rewind(5);
    assertArrayEquals(frame(5), outbox.next());
  }

  @Test
  void onlyWhatNoPeerCanHaveIsDropped() throws Exception {
    write(0, 5);
    outbox.add(frame(5));
    outbox.rewind(2);
    outbox.dropUnwritten();
    assertEquals(5, outbox.end());
    outbox.add(frame(50));
    for (int i : new int[] {2, 3, 4, 50}) {
      assertArrayEquals(frame(i), outbox.next());
    }
  }

  @Test
  void thereIsRoomForAWindowAndNoMore() {
    byte[] large = new byte[Outbox.AHEAD / 2];
    int added = 0;
    while (outbox.hasRoom()) {
      outbox.add(large);
      outbox.next();
      added++;
    }
    assertEquals(Outbox.WINDOW, added * large.length);
    assertTrue(Outbox.WINDOW > 25_000_000);
    Outbox slow = new Outbox();
    slow.add(large);
    slow.add(large);
    assertFalse(slow.hasRoom());
  }
}
