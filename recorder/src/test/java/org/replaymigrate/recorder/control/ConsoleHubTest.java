package org.replaymigrate.recorder.control;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ConsoleHubTest {
  private static final byte[] MEBIBYTE = new byte[1 << 20];

  private final ByteArrayOutputStream typed = new ByteArrayOutputStream();
  private final ConsoleHub hub =
      new ConsoleHub(bytes -> {
        typed.writeBytes(bytes);
        return true;
      });

  /** Takes nothing until it is let. */
  private static final class Stalled implements ConsoleHub.Sink {
    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch go = new CountDownLatch(1);
    private final ByteArrayOutputStream taken = new ByteArrayOutputStream();

    @Override
    public void write(byte[] bytes) throws IOException {
      reached.countDown();
      try {
        go.await();
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
      taken.writeBytes(bytes);
    }
  }

  @Test
  void everyOnlookerSeesTheSame() throws InterruptedException {
    var first = new ByteArrayOutputStream();
    var second = new ByteArrayOutputStream();
    hub.attach(first::writeBytes, ConsoleHub.WhenFull.LOSE, false);
    hub.output("one ".getBytes(US_ASCII));
    hub.attach(second::writeBytes, ConsoleHub.WhenFull.DETACH, true);
    hub.output("two".getBytes(US_ASCII));
    hub.end(30_000);
    assertEquals("one two", first.toString(US_ASCII));
    assertEquals("one two", second.toString(US_ASCII));
  }

  @Test
  void onlookerThatTakesNothingIsLetGoAndOthersAreNotHeldUp() throws InterruptedException {
    Stalled stalled = new Stalled();
    var other = new ByteArrayOutputStream();
    var attachment = hub.attach(stalled, ConsoleHub.WhenFull.DETACH, false);
    CountDownLatch ended = new CountDownLatch(1);
    attachment.whenEnded(ended::countDown);
    hub.output(MEBIBYTE);
    stalled.reached.await();
    for (int i = 0; i < 17; i++) {
      hub.output(MEBIBYTE);
    }
    hub.attach(other::writeBytes, ConsoleHub.WhenFull.DETACH, false);
    hub.output("later".getBytes(US_ASCII));
    stalled.go.countDown();
    ended.await();
    assertEquals(1 << 20, stalled.taken.size());
    hub.end(30_000);
    assertEquals("later", other.toString(US_ASCII));
  }

  @Test
  void terminalThatStallsIsToldHowMuchItLost() throws InterruptedException {
    Stalled stalled = new Stalled();
    hub.attach(stalled, ConsoleHub.WhenFull.LOSE, false);
    hub.output(MEBIBYTE);
    stalled.reached.await();
    for (int i = 0; i < 18; i++) {
      hub.output(MEBIBYTE);
    }
    stalled.go.countDown();
    hub.end(30_000);
    String text = stalled.taken.toString(US_ASCII);
    assertEquals(17 << 20, text.indexOf('\r'));
    assertTrue(
        text.endsWith("[2097152 bytes of console output lost: nobody took them in time]\r\n"));
  }

  @Test
  void scrollBackKeepsTheLast64KiB() throws InterruptedException {
    StringBuilder all = new StringBuilder();
    for (int i = 0; i < 30_000; i++) {
      all.append(i).append(' ');
      hub.output((i + " ").getBytes(US_ASCII));
    }
    var seen = new ByteArrayOutputStream();
    hub.attach(seen::writeBytes, ConsoleHub.WhenFull.DETACH, true);
    hub.end(30_000);
    assertEquals(
        all.substring(all.length() - ConsoleHub.SCROLL_BACK_BYTES), seen.toString(US_ASCII));
  }

  @Test
  void whatIsTypedArrivesWholeThoughTheMachineTakesItInPieces() throws InterruptedException {
    byte[] text = new byte[10_000];
    for (int i = 0; i < text.length; i++) {
      text[i] = (byte) i;
    }
    int[] refusals = {3};
    ConsoleHub slow =
        new ConsoleHub(bytes -> {
          if (refusals[0]-- > 0) {
            return false;
          }
          typed.writeBytes(bytes);
          return true;
        });
    slow.type(text);
    assertArrayEquals(text, typed.toByteArray());
  }

  @Test
  void onlookerOfAGuestThatHasEndedSeesItsLastWords() throws InterruptedException {
    hub.output("last".getBytes(US_ASCII));
    hub.end(0);
    var seen = new ByteArrayOutputStream();
    hub.attach(seen::writeBytes, ConsoleHub.WhenFull.DETACH, true).await();
    assertEquals("last", seen.toString(US_ASCII));
  }
}
