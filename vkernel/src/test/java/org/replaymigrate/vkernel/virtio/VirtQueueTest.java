package org.replaymigrate.vkernel.virtio;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.replaymigrate.vkernel.memory.Ram;

/** The split ring, driven through a console: queue 0 receives, queue 1 transmits. */
class VirtQueueTest {
  private static final long RAM_END = Ram.BASE + (1 << 20);
  private static final long TEXT = GuestDriver.BUFFERS;

  private final Collected out = new Collected();
  private final VirtioConsole console = new VirtioConsole(1, out);
  private final GuestDriver driver = new GuestDriver(console);

  private void start(long features) {
    driver.start(2, 8, features);
    driver.put(TEXT, "The quick brown fox".getBytes(US_ASCII));
  }

  private void accepted(String text) {
    assertFalse(driver.needsReset());
    assertEquals(text, out.console.toString());
  }

  private void refused() {
    assertTrue(driver.needsReset());
    assertEquals("", out.console.toString());
    assertEquals(0, driver.usedIndex(1));
  }

  @Test
  void aChainIsReadInItsOrder() {
    start(0);
    driver.descriptor(1, 5, TEXT, 4, GuestDriver.NEXT, 2);
    driver.descriptor(1, 2, TEXT + 10, 6, GuestDriver.NEXT, 7);
    driver.descriptor(1, 7, TEXT + 16, 3, 0, 0);
    driver.offerAndKick(1, 5);
    accepted("The brown fox");
    assertEquals(1, driver.usedIndex(1));
    assertEquals(5, driver.usedId(1, 0));
    assertEquals(0, driver.usedLength(1, 0));
    assertEquals(1, driver.interrupts());
  }

  @Test
  void theRingIndexWrapsAt65536() {
    start(0);
    driver.descriptor(1, 0, TEXT, 1, 0, 0);
    for (int i = 0; i < 65536 + 9; i++) {
      driver.offerAndKick(1, 0);
    }
    assertEquals(65536 + 9, out.console.length());
    assertEquals(9, driver.usedIndex(1));
    assertFalse(driver.needsReset());
  }

  @Test
  void aFullRingIsServedAndAFullerOneIsRefused() {
    start(0);
    for (int i = 0; i < 8; i++) {
      driver.descriptor(1, i, TEXT + i, 1, 0, 0);
      driver.offer(1, i);
    }
    driver.kick(1);
    accepted("The quic");
    driver.setAvailable(1, 8 + 9);
    driver.kick(1);
    assertTrue(driver.needsReset());
    assertEquals(8, out.console.length());
  }

  @Test
  void anAvailableIndexBehindTheDevicesIsRefused() {
    start(0);
    driver.setAvailable(1, -1);
    driver.kick(1);
    refused();
  }

  @Test
  void aHeadOutsideTheTableIsRefused() {
    start(0);
    driver.offerAndKick(1, 8);
    refused();
  }

  @Test
  void aNextOutsideTheTableIsRefused() {
    start(0);
    driver.descriptor(1, 0, TEXT, 1, GuestDriver.NEXT, 8);
    driver.offerAndKick(1, 0);
    refused();
  }

  @Test
  void aLoopIsRefused() {
    start(0);
    driver.descriptor(1, 0, TEXT, 1, GuestDriver.NEXT, 1);
    driver.descriptor(1, 1, TEXT, 1, GuestDriver.NEXT, 0);
    driver.offerAndKick(1, 0);
    refused();
  }

  @Test
  void aLoopOfEmptyDescriptorsIsRefused() {
    start(0);
    driver.descriptor(1, 3, TEXT, 0, GuestDriver.NEXT, 3);
    driver.offerAndKick(1, 3);
    refused();
  }

  @Test
  void aChainOfTheWholeTableIsNoLoop() {
    start(0);
    for (int i = 0; i < 8; i++) {
      driver.descriptor(1, i, TEXT + i, 1, i < 7 ? GuestDriver.NEXT : 0, i + 1);
    }
    driver.offerAndKick(1, 0);
    accepted("The quic");
  }

  @Test
  void addressesOutsideRamAreRefused() {
    long[][] bad = {
      {0, 1},
      {Ram.BASE - 1, 2},
      {RAM_END, 1},
      {RAM_END - 1, 2},
      {-1, 1},
      {-1, 2},
      {Ram.BASE, 0xffff_ffffL},
      {Long.MAX_VALUE, 1},
      {Long.MIN_VALUE + Ram.BASE, 8},
    };
    for (long[] b : bad) {
      start(0);
      driver.setAvailable(1, 0);
      driver.descriptor(1, 0, b[0], b[1], 0, 0);
      driver.offerAndKick(1, 0);
      refused();
    }
  }

  @Test
  void theLastByteOfRamIsAllowed() {
    start(0);
    driver.ram.putByte(RAM_END - 1, (byte) '!');
    driver.descriptor(1, 0, RAM_END - 1, 1, 0, 0);
    driver.offerAndKick(1, 0);
    accepted("!");
  }

  @Test
  void anEmptyDescriptorHoldsNothingWhereverItPoints() {
    start(0);
    driver.descriptor(1, 0, 0, 0, GuestDriver.NEXT, 1);
    driver.descriptor(1, 1, TEXT, 3, GuestDriver.NEXT, 2);
    driver.descriptor(1, 2, -1, 0, 0, 0);
    driver.offerAndKick(1, 0);
    accepted("The");
  }

  @Test
  void readableAfterWritableIsRefused() {
    start(0);
    driver.descriptor(1, 0, TEXT, 3, GuestDriver.NEXT | GuestDriver.WRITE, 1);
    driver.descriptor(1, 1, TEXT, 3, 0, 0);
    driver.offerAndKick(1, 0);
    refused();
  }

  @Test
  void indirectTablesAreFollowed() {
    start(GuestDriver.INDIRECT_FEATURE);
    long table = TEXT + 0x1000;
    driver.entry(table, TEXT + 4, 5, GuestDriver.NEXT, 2);
    driver.entry(table + 32, TEXT + 9, 6, 0, 0);
    driver.descriptor(1, 0, TEXT, 4, GuestDriver.NEXT, 1);
    driver.descriptor(1, 1, table, 48, GuestDriver.INDIRECT, 0);
    driver.offerAndKick(1, 0);
    accepted("The quick brown");
  }

  @Test
  void anIndirectTableMayBeLongerThanTheRing() {
    start(GuestDriver.INDIRECT_FEATURE);
    long table = TEXT + 0x1000;
    for (int i = 0; i < 19; i++) {
      driver.entry(table + 16L * i, TEXT + i, 1, i < 18 ? GuestDriver.NEXT : 0, i + 1);
    }
    driver.descriptor(1, 0, table, 19 * 16, GuestDriver.INDIRECT, 0);
    driver.offerAndKick(1, 0);
    accepted("The quick brown fox");
  }

  @Test
  void badIndirectTablesAreRefused() {
    long table = TEXT + 0x1000;
    int indirect = GuestDriver.INDIRECT;
    refusedIndirect(table, 0, indirect, 0);
    refusedIndirect(table, 24, indirect, 0);
    refusedIndirect(RAM_END - 16, 32, indirect, 0);
    refusedIndirect(-16, 32, indirect, 0);
    refusedIndirect(TEXT, 16 * 1025, indirect, 0);
    refusedIndirect(table, 16, indirect | GuestDriver.NEXT, 0);
    refusedIndirect(table, 32, indirect, GuestDriver.INDIRECT);
    refusedIndirect(table, 32, indirect, GuestDriver.NEXT); // next: 2 of 2
    start(0);
    driver.setAvailable(1, 0);
    driver.entry(table, TEXT, 3, 0, 0);
    driver.descriptor(1, 0, table, 16, indirect, 0);
    driver.offerAndKick(1, 0);
    refused();
  }

  private void refusedIndirect(long table, long length, int flags, int innerFlags) {
    start(GuestDriver.INDIRECT_FEATURE);
    driver.setAvailable(1, 0);
    driver.entry(TEXT + 0x1000, TEXT, 16, innerFlags, 2);
    driver.descriptor(1, 0, table, length, flags, 1);
    driver.descriptor(1, 1, TEXT, 1, 0, 0);
    driver.offerAndKick(1, 0);
    refused();
  }

  @Test
  void aLoopInAnIndirectTableIsRefused() {
    start(GuestDriver.INDIRECT_FEATURE);
    long table = TEXT + 0x1000;
    driver.entry(table, TEXT, 1, GuestDriver.NEXT, 1);
    driver.entry(table + 16, TEXT, 1, GuestDriver.NEXT, 0);
    driver.descriptor(1, 0, table, 32, GuestDriver.INDIRECT, 0);
    driver.offerAndKick(1, 0);
    refused();
  }

  @Test
  void aChainOfTooManyBytesIsRefused() {
    start(GuestDriver.INDIRECT_FEATURE);
    long table = TEXT + 0x1000;
    for (int i = 0; i < 33; i++) {
      driver.entry(table + 16L * i, Ram.BASE, 1 << 20, i < 32 ? GuestDriver.NEXT : 0, i + 1);
    }
    driver.descriptor(1, 0, table, 33 * 16, GuestDriver.INDIRECT, 0);
    driver.offerAndKick(1, 0);
    refused();
  }

  @Test
  void buffersToWriteMustNotLieOverTheRing() {
    long[][] bad = {
      {GuestDriver.descriptors(0) + 127, 1},
      {GuestDriver.descriptors(0) - 1, 2},
      {GuestDriver.avail(0) + 21, 100},
      {GuestDriver.avail(0) - 8, 9},
    };
    for (long[] b : bad) {
      start(0);
      console.receive(new byte[] {1});
      driver.setAvailable(0, 0);
      driver.descriptor(0, 0, b[0], b[1], GuestDriver.WRITE, 0);
      driver.offerAndKick(0, 0);
      assertTrue(driver.needsReset());
    }
  }

  @Test
  void withoutEventIndexTheFlagSuppressesInterrupts() {
    start(0);
    driver.descriptor(1, 0, TEXT, 1, 0, 0);
    driver.ram.putShort(GuestDriver.avail(1), (short) 1);
    driver.offerAndKick(1, 0);
    assertEquals(0, driver.interrupts());
    driver.ram.putShort(GuestDriver.avail(1), (short) 0);
    driver.offerAndKick(1, 0);
    assertEquals(1, driver.interrupts());
  }

  @Test
  void withEventIndexTheDeviceInterruptsAtTheDriversEventOnly() {
    start(GuestDriver.EVENT_IDX_FEATURE);
    driver.descriptor(1, 0, TEXT, 1, 0, 0);
    driver.usedEvent(1, 2);
    for (int i = 1; i <= 6; i++) {
      driver.offerAndKick(1, 0);
      assertEquals(i == 3 ? 1 : 0, driver.interrupts(), "after buffer " + i);
      assertEquals(i, driver.availEvent(1), "tell me of the next one");
    }
  }

  @Test
  void withEventIndexABatchInterruptsWhenItPassesTheEvent() {
    start(GuestDriver.EVENT_IDX_FEATURE);
    driver.descriptor(1, 0, TEXT, 1, 0, 0);
    driver.usedEvent(1, 5);
    for (int i = 0; i < 5; i++) {
      driver.offer(1, 0);
    }
    driver.kick(1);
    assertEquals(0, driver.interrupts());
    for (int i = 0; i < 5; i++) {
      driver.offer(1, 0);
    }
    driver.kick(1);
    assertEquals(1, driver.interrupts());
  }

  @Test
  void theEventIndexWrapsToo() {
    start(GuestDriver.EVENT_IDX_FEATURE);
    driver.descriptor(1, 0, TEXT, 1, 0, 0);
    driver.usedEvent(1, 65535);
    for (int i = 1; i <= 65537; i++) {
      driver.offerAndKick(1, 0);
      assertEquals(i == 65536 ? 1 : 0, driver.interrupts(), "after buffer " + i);
    }
  }
}
