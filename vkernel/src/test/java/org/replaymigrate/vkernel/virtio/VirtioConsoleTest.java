package org.replaymigrate.vkernel.virtio;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.replaymigrate.vkernel.state.InvalidStateException;

class VirtioConsoleTest {
  private static final long BUFFER = GuestDriver.BUFFERS;

  private final Collected out = new Collected();
  private final VirtioConsole console = new VirtioConsole(2, out);
  private final GuestDriver driver = new GuestDriver(console);

  @Test
  void whatIsTypedWaitsForBuffers() {
    console.receive("typed ahead".getBytes(US_ASCII));
    driver.start(2, 8, 0);
    assertEquals(4096 - 11, console.room());
    driver.descriptor(0, 0, BUFFER, 6, GuestDriver.WRITE, 0);
    driver.descriptor(0, 1, BUFFER + 64, 100, GuestDriver.WRITE, 0);
    driver.offer(0, 0);
    driver.offerAndKick(0, 1);
    assertEquals("typed ", new String(driver.bytes(BUFFER, 6), US_ASCII));
    assertEquals("ahead", new String(driver.bytes(BUFFER + 64, 5), US_ASCII));
    assertEquals(6, driver.usedLength(0, 0));
    assertEquals(5, driver.usedLength(0, 1));
    assertEquals(4096, console.room());
  }

  @Test
  void whatIsTypedGoesStraightIntoAWaitingBuffer() {
    driver.start(2, 8, 0);
    driver.descriptor(0, 0, BUFFER, 100, GuestDriver.WRITE, 0);
    driver.offerAndKick(0, 0);
    assertEquals(0, driver.usedIndex(0));
    console.receive(new byte[] {(byte) 0xff});
    assertEquals(1, driver.usedIndex(0));
    assertEquals((byte) 0xff, driver.ram.getByte(BUFFER));
    assertEquals(1, driver.interrupts());
  }

  @Test
  void theBacklogIsBounded() {
    console.receive(new byte[4096]);
    assertEquals(0, console.room());
    assertThrows(IllegalArgumentException.class, () -> console.receive(new byte[1]));
  }

  @Test
  void whatTheGuestPrintsComesOutOfItsPort() {
    driver.start(2, 8, 0);
    driver.put(BUFFER, "hello\n".getBytes(US_ASCII));
    driver.descriptor(1, 0, BUFFER, 6, 0, 0);
    driver.offerAndKick(1, 0);
    assertEquals("hello\n", out.console.toString());
    assertEquals(2, out.lastPort);
  }

  @Test
  void anEmergencyWriteNeedsNoDriver() {
    driver.mmio.store(0x108, 4, 'E');
    assertEquals("E", out.console.toString());
  }

  @Test
  void aReceiveBufferTheDeviceMayNotWriteFailsIt() {
    driver.start(2, 8, 0);
    driver.descriptor(0, 0, BUFFER, 6, 0, 0);
    driver.offer(0, 0);
    console.receive(new byte[1]);
    assertTrue(driver.needsReset());
  }

  @Test
  void theBacklogSurvivesARoundTrip() {
    console.receive("abc".getBytes(US_ASCII));
    VirtioConsole copy = new VirtioConsole(2, out);
    copy.restore(console.save());
    assertArrayEquals(
        ((VirtioConsole.State) console.save()).backlog(),
        ((VirtioConsole.State) copy.save()).backlog());
    assertEquals(4093, copy.room());
  }

  @Test
  void anImpossibleStateIsRefused() {
    assertThrows(
        InvalidStateException.class, () -> console.restore(new VirtioConsole.State(new int[4097])));
    assertThrows(
        InvalidStateException.class,
        () -> console.restore(new VirtioConsole.State(new int[] {256})));
    assertThrows(InvalidStateException.class, () -> console.restore(new VirtioBlk.State()));
  }
}
