package org.replaymigrate.bench.speed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ConsoleStampsTest {
  private final ConsoleStamps stamps = new ConsoleStamps();
  private long nanos;

  /** One second passes with each byte. */
  private void guestPrints(String text) {
    for (int i = 0; i < text.length(); i++) {
      nanos += 1_000_000_000;
      stamps.accept(text.charAt(i), nanos);
    }
  }

  @Test
  void onlyWhatIsBetweenBeginAndEndIsMeasured() {
    guestPrints("kernel Big warm 2 rounds 2 parts sieve crc32\nwwBabab");
    nanos += 500_000_000;
    guestPrints("E\nchecksum 0123456789abcdef instructions 77\n");

    KernelRun run = stamps.result();
    assertEquals(5.5, run.seconds());
    assertEquals(77, run.instructions());
    assertEquals("0123456789abcdef", run.checksum());
    assertEquals(Map.of("sieve", 2.0, "crc32", 2.0), run.partSeconds());
  }

  @Test
  void aRunThatEndsEarlyIsAnErrorWithWhatTheGuestSaid() {
    guestPrints("kernel big warm 0 rounds 1 parts one\nB\ntrap 5 at 8\n");

    IllegalStateException e = assertThrows(IllegalStateException.class, stamps::result);
    assertTrue(e.getMessage().endsWith("trap 5 at 8"), e.getMessage());
  }
}
