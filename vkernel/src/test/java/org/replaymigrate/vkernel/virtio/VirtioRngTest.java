package org.replaymigrate.vkernel.virtio;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.replaymigrate.vkernel.port.HostCall;
import org.replaymigrate.vkernel.state.InvalidStateException;

class VirtioRngTest {
  private static final long BUFFER = GuestDriver.BUFFERS;

  private final VirtioRng rng = new VirtioRng(2);
  private final GuestDriver driver = new GuestDriver(rng);

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) 0x5a);
    return bytes;
  }

  @Test
  void aBufferBecomesAHostCallAndItsAnswerFillsIt() {
    driver.start(1, 8, 0);
    driver.descriptor(0, 0, BUFFER, 64, GuestDriver.WRITE, 0);
    driver.offerAndKick(0, 0);
    assertEquals(new HostCall.Entropy(2, 64), driver.mmio.hostCall());
    assertEquals(0, driver.usedIndex(0));
    rng.entropy(random(64));
    assertNull(driver.mmio.hostCall());
    assertEquals(1, driver.usedIndex(0));
    assertEquals(64, driver.usedLength(0, 0));
    assertArrayEquals(random(64), driver.bytes(BUFFER, 64));
    assertEquals(0, driver.ram.getByte(BUFFER + 64));
    assertEquals(1, driver.interrupts());
  }

  @Test
  void oneCallAtATimeUntilTheQueueIsEmpty() {
    driver.start(1, 8, 0);
    driver.descriptor(0, 0, BUFFER, 16, GuestDriver.WRITE, 0);
    driver.descriptor(0, 1, BUFFER, 100_000, GuestDriver.WRITE, 0);
    driver.offer(0, 0);
    driver.offerAndKick(0, 1);
    assertEquals(new HostCall.Entropy(2, 16), driver.mmio.hostCall());
    driver.mmio.process();
    assertEquals(new HostCall.Entropy(2, 16), driver.mmio.hostCall());
    rng.entropy(random(16));
    assertTrue(driver.mmio.notified());
    driver.mmio.process();
    assertEquals(new HostCall.Entropy(2, 256), driver.mmio.hostCall(), "bounded");
    rng.entropy(random(256));
    driver.mmio.process();
    assertNull(driver.mmio.hostCall());
    assertFalse(driver.mmio.notified());
    assertEquals(256, driver.usedLength(0, 1));
  }

  @Test
  void anAnswerOfTheWrongLengthIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> rng.entropy(new byte[0]));
    driver.start(1, 8, 0);
    driver.descriptor(0, 0, BUFFER, 16, GuestDriver.WRITE, 0);
    driver.offerAndKick(0, 0);
    assertThrows(IllegalArgumentException.class, () -> rng.entropy(new byte[15]));
    rng.entropy(new byte[16]);
  }

  @Test
  void aBufferTheDeviceMayNotWriteFailsIt() {
    driver.start(1, 8, 0);
    driver.descriptor(0, 0, BUFFER, 16, 0, 0);
    driver.offerAndKick(0, 0);
    assertTrue(driver.needsReset());
    assertNull(driver.mmio.hostCall());
  }

  @Test
  void aRestoredSourceStillWaitsForItsAnswer() {
    driver.start(1, 8, 0);
    driver.descriptor(0, 0, BUFFER, 16, GuestDriver.WRITE, 0);
    driver.offerAndKick(0, 0);
    VirtioRng moved = new VirtioRng(2);
    GuestDriver copy = new GuestDriver(driver.ram, moved);
    copy.mmio.restore(driver.mmio.save());
    assertEquals(new HostCall.Entropy(2, 16), copy.mmio.hostCall());
    moved.entropy(random(16));
    copy.mmio.process();
    assertEquals(1, driver.usedIndex(0));
  }

  @Test
  void anImpossibleStateIsRefused() {
    assertThrows(InvalidStateException.class, () -> rng.restore(new VirtioRng.State(1)));
    driver.start(1, 8, 0);
    rng.restore(new VirtioRng.State(256));
    assertThrows(InvalidStateException.class, () -> rng.restore(new VirtioRng.State(257)));
    assertThrows(InvalidStateException.class, () -> rng.restore(new VirtioRng.State(-1)));
    assertThrows(InvalidStateException.class, () -> rng.restore(new VirtioBlk.State()));
  }
}
