package org.replaymigrate.vkernel.virtio;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.replaymigrate.vkernel.MachineConfig.Slot;
import org.replaymigrate.vkernel.memory.Ram;
import org.replaymigrate.vkernel.port.HostFault;
import org.replaymigrate.vkernel.port.OutputDigest;

class VirtioBlkTest {
  private static final int SECTORS = 64;
  private static final long HEADER = GuestDriver.BUFFERS;
  private static final long STATUS = GuestDriver.BUFFERS + 0x100;
  private static final long DATA = GuestDriver.BUFFERS + 0x1000;
  private static final int IN = 0;
  private static final int OUT = 1;
  private static final int FLUSH = 4;
  private static final int GET_ID = 8;
  private static final int DISCARD = 11;
  private static final int WRITE_ZEROES = 13;

  private final MemoryStore store = new MemoryStore(SECTORS * 512);
  private final OutputDigest digest = new OutputDigest();
  private final GuestDriver driver = driver(false).start(1, 8, 0);

  private GuestDriver driver(boolean readOnly) {
    return new GuestDriver(
        new VirtioBlk(0, new Slot.Disk(SECTORS * 512L, readOnly, "serial-7"), store, digest));
  }

  private static byte[] pattern(int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (i * 31 + i / 256);
    }
    return bytes;
  }

  private static void header(GuestDriver driver, int type, long sector) {
    driver.ram.putInt(HEADER, type);
    driver.ram.putInt(HEADER + 4, 0);
    driver.ram.putLong(HEADER + 8, sector);
    driver.ram.putByte(STATUS, (byte) 0x77);
    driver.descriptor(0, 0, HEADER, 16, GuestDriver.NEXT, 1);
  }

  /** Header, one data buffer (none of length 0), status. */
  private static void offer(
      GuestDriver driver, int type, long sector, long data, int length, boolean deviceWrites) {
    header(driver, type, sector);
    int flags = GuestDriver.NEXT | (deviceWrites ? GuestDriver.WRITE : 0);
    driver.descriptor(0, 1, data, length, flags, 2);
    driver.descriptor(0, 2, STATUS, 1, GuestDriver.WRITE, 0);
    driver.offer(0, 0);
  }

  private static int request(
      GuestDriver driver, int type, long sector, int length, boolean deviceWrites) {
    offer(driver, type, sector, DATA, length, deviceWrites);
    driver.kick(0);
    assertFalse(driver.needsReset());
    return driver.ram.getByte(STATUS);
  }

  private int request(int type, long sector, int length, boolean deviceWrites) {
    return request(driver, type, sector, length, deviceWrites);
  }

  @Test
  void theConfigurationDescribesTheDisk() {
    assertEquals(2, driver.load(VirtioMmio.DEVICE_ID));
    assertEquals(SECTORS, driver.mmio.load(0x100, 8));
    assertEquals(512, driver.mmio.load(0x100 + 20, 4));
    assertEquals(1, driver.mmio.load(0x100 + 34, 2));
    assertEquals(1, driver.mmio.load(0x100 + 56, 1));
    long largest = driver.mmio.load(0x108, 4) * driver.mmio.load(0x10c, 4) + 17;
    assertTrue(largest <= VirtQueue.MAX_CHAIN_BYTES, "no lawful request breaks the queue's bound");
  }

  @Test
  void whatIsWrittenIsReadAgain() {
    driver.put(DATA, pattern(4096));
    assertEquals(0, request(OUT, 3, 4096, false));
    assertArrayEquals(pattern(4096), Arrays.copyOfRange(store.content, 1536, 1536 + 4096));
    assertEquals(1, driver.usedLength(0, 0));
    driver.put(DATA, new byte[4096]);
    assertEquals(0, request(IN, 3, 4096, true));
    assertArrayEquals(pattern(4096), driver.bytes(DATA, 4096));
    assertEquals(4097, driver.usedLength(0, 1));
    assertEquals(2, driver.usedIndex(0));
    assertEquals(1, driver.interrupts());
  }

  @Test
  void framingMeansNothing() {
    driver.put(DATA, pattern(1024));
    header(driver, OUT, 1);
    driver.descriptor(0, 0, HEADER, 5, GuestDriver.NEXT, 1);
    driver.descriptor(0, 1, HEADER + 5, 11, GuestDriver.NEXT, 2);
    driver.descriptor(0, 2, DATA, 100, GuestDriver.NEXT, 3);
    driver.descriptor(0, 3, DATA + 100, 924, GuestDriver.NEXT, 4);
    driver.descriptor(0, 4, STATUS, 1, GuestDriver.WRITE, 0);
    driver.offerAndKick(0, 0);
    assertEquals(0, driver.ram.getByte(STATUS));
    assertArrayEquals(pattern(1024), Arrays.copyOfRange(store.content, 512, 1536));

    driver.put(DATA, new byte[2048]);
    header(driver, IN, 1);
    driver.descriptor(0, 1, DATA, 1000, GuestDriver.NEXT | GuestDriver.WRITE, 2);
    driver.descriptor(0, 2, DATA + 1000, 25, GuestDriver.WRITE, 0);
    driver.offerAndKick(0, 0);
    assertArrayEquals(pattern(1024), driver.bytes(DATA, 1024));
    assertEquals(0, driver.ram.getByte(DATA + 1024), "the status is the last byte");
  }

  @Test
  void aSplitReadGoesToEachOfItsBuffers() {
    System.arraycopy(pattern(2048), 0, store.content, 0, 2048);
    header(driver, IN, 0);
    driver.descriptor(0, 1, DATA + 4096, 512, GuestDriver.NEXT | GuestDriver.WRITE, 2);
    driver.descriptor(0, 2, DATA, 1536, GuestDriver.NEXT | GuestDriver.WRITE, 3);
    driver.descriptor(0, 3, STATUS, 1, GuestDriver.WRITE, 0);
    driver.offerAndKick(0, 0);
    assertArrayEquals(Arrays.copyOf(pattern(2048), 512), driver.bytes(DATA + 4096, 512));
    assertArrayEquals(Arrays.copyOfRange(pattern(2048), 512, 2048), driver.bytes(DATA, 1536));
  }

  @Test
  void sectorsOutsideTheDiskAreErrors() {
    assertEquals(0, request(IN, SECTORS - 1, 512, true));
    assertEquals(1, request(IN, SECTORS - 1, 1024, true));
    assertEquals(1, request(IN, SECTORS, 512, true));
    assertEquals(1, request(IN, -1, 512, true));
    assertEquals(1, request(IN, Long.MAX_VALUE, 512, true));
    assertEquals(1, request(IN, 1L << 55, 512, true), "times 512 wraps to 0");
    assertEquals(1, request(OUT, SECTORS, 512, false));
    assertEquals(1, request(OUT, Long.MIN_VALUE, 512, false));
    assertEquals(0, digest.value());
  }

  @Test
  void aPartOfASectorIsAnError() {
    assertEquals(1, request(IN, 0, 511, true));
    assertEquals(1, request(OUT, 0, 513, false));
  }

  @Test
  void flushReachesTheStore() {
    assertEquals(0, request(FLUSH, 0, 0, false));
    assertEquals(1, store.flushes);
  }

  @Test
  void theSerialIsPaddedWithZeroes() {
    assertEquals(0, request(GET_ID, 0, 20, true));
    assertArrayEquals(Arrays.copyOf("serial-7".getBytes(US_ASCII), 20), driver.bytes(DATA, 20));
    assertEquals(1, request(GET_ID, 0, 19, true));
  }

  private void range(int index, long sector, long count, int flags) {
    driver.ram.putLong(DATA + 16L * index, sector);
    driver.ram.putInt(DATA + 16L * index + 8, (int) count);
    driver.ram.putInt(DATA + 16L * index + 12, flags);
  }

  @Test
  void discardAndWriteZeroesZeroTheirRanges() {
    Arrays.fill(store.content, (byte) 1);
    range(0, 1, 2, 0);
    range(1, 10, 0, 0);
    range(2, SECTORS - 1, 1, 0);
    assertEquals(0, request(DISCARD, 0, 48, false));
    range(0, 20, 1, 1);
    assertEquals(0, request(WRITE_ZEROES, 0, 16, false));
    for (int sector = 0; sector < SECTORS; sector++) {
      int expected = sector == 1 || sector == 2 || sector == SECTORS - 1 || sector == 20 ? 0 : 1;
      assertEquals(expected, store.content[512 * sector], "sector " + sector);
      assertEquals(expected, store.content[512 * sector + 511], "sector " + sector);
    }
    assertNotEquals(0, digest.value());
  }

  @Test
  void badRangesAreErrorsAndNothingIsZeroed() {
    Arrays.fill(store.content, (byte) 1);
    byte[] before = store.content.clone();
    range(0, 0, 1, 0);
    range(1, SECTORS, 1, 0);
    assertEquals(1, request(DISCARD, 0, 32, false));
    range(1, -1, 1, 0);
    assertEquals(1, request(DISCARD, 0, 32, false));
    range(1, 0, 0xffff_ffffL, 0);
    assertEquals(1, request(WRITE_ZEROES, 0, 32, false));
    range(1, 0, 1, 1);
    assertEquals(2, request(DISCARD, 0, 32, false), "unmap means nothing to a discard");
    range(1, 0, 1, 2);
    assertEquals(2, request(WRITE_ZEROES, 0, 32, false));
    assertEquals(1, request(DISCARD, 0, 0, false));
    assertEquals(1, request(DISCARD, 0, 15, false));
    assertEquals(1, request(DISCARD, 0, 17 * 16, false));
    assertArrayEquals(before, store.content);
    assertEquals(0, digest.value());
  }

  @Test
  void aReadOnlyDiskIsReadAndNotWritten() {
    GuestDriver readOnly = driver(true);
    readOnly.store(VirtioMmio.DEVICE_FEATURES_SEL, 0);
    int features = readOnly.load(VirtioMmio.DEVICE_FEATURES);
    assertEquals(1 << 5, features & (1 << 5 | 1 << 13 | 1 << 14));
    readOnly.start(1, 8, 0);
    store.content[0] = 9;
    assertEquals(0, request(readOnly, IN, 0, 512, true));
    assertEquals(9, readOnly.ram.getByte(DATA));
    readOnly.ram.putByte(DATA, (byte) 8);
    assertEquals(1, request(readOnly, OUT, 0, 512, false));
    assertEquals(1, request(readOnly, DISCARD, 0, 16, false));
    assertEquals(1, request(readOnly, WRITE_ZEROES, 0, 16, false));
    assertEquals(9, store.content[0]);
  }

  @Test
  void anUnknownRequestIsUnsupported() {
    assertEquals(2, request(99, 0, 512, false));
    assertEquals(2, request(-1, 0, 512, true));
  }

  @Test
  void aRequestWithoutRoomForHeaderOrStatusFailsTheDevice() {
    header(driver, IN, 0);
    driver.descriptor(0, 0, HEADER, 16, 0, 0);
    driver.offerAndKick(0, 0);
    assertTrue(driver.needsReset());

    driver.start(1, 8, 0);
    driver.setAvailable(0, 0);
    driver.descriptor(0, 0, HEADER, 15, GuestDriver.NEXT, 1);
    driver.descriptor(0, 1, STATUS, 1, GuestDriver.WRITE, 0);
    driver.offerAndKick(0, 0);
    assertTrue(driver.needsReset());
  }

  @Test
  void aReadOverItsOwnHeaderFailsTheDevice() {
    offer(driver, IN, 0, HEADER - 496, 512, true);
    driver.kick(0);
    assertTrue(driver.needsReset());
  }

  @Test
  void aFaultLeavesTheRequestToBeServedAgain() {
    driver.put(DATA, pattern(1024));
    header(driver, OUT, 0);
    driver.descriptor(0, 1, DATA, 512, GuestDriver.NEXT, 2);
    driver.descriptor(0, 2, DATA + 512, 512, GuestDriver.NEXT, 3);
    driver.descriptor(0, 3, STATUS, 1, GuestDriver.WRITE, 0);
    driver.offer(0, 0);
    driver.offer(0, 0);
    driver.store(VirtioMmio.QUEUE_NOTIFY, 0);
    store.allowed = 3;
    assertThrows(HostFault.class, driver.mmio::process);
    assertEquals(1, driver.usedIndex(0), "the first went through, the second is half done");
    assertTrue(driver.mmio.notified());
    store.allowed = 1;
    assertThrows(HostFault.class, driver.mmio::process);
    assertEquals(1, driver.usedIndex(0));

    // Restored elsewhere in the middle of the fault.
    MemoryStore moved = new MemoryStore(SECTORS * 512);
    System.arraycopy(store.content, 0, moved.content, 0, store.content.length);
    GuestDriver copy =
        new GuestDriver(
            driver.ram, new VirtioBlk(0, new Slot.Disk(SECTORS * 512L, false, ""), moved, digest));
    copy.mmio.restore(driver.mmio.save());
    copy.mmio.process();
    assertEquals(2, driver.usedIndex(0));
    assertEquals(0, driver.ram.getByte(STATUS));
    assertFalse(copy.mmio.notified());

    OutputDigest undisturbed = new OutputDigest();
    for (int i = 0; i < 2; i++) {
      undisturbed.diskWrite(0, 0, driver.ram.readable(DATA, 512));
      undisturbed.diskWrite(0, 512, driver.ram.readable(DATA + 512, 512));
    }
    assertEquals(undisturbed.value(), digest.value(), "no write counts twice");
  }

  @Test
  void readsMarkTheirPagesDirty() {
    int watch = driver.ram.watch(page -> {});
    assertEquals(0, request(IN, 0, 8192, true));
    assertFalse(driver.ram.unchanged(watch, Ram.page(DATA)));
    assertFalse(driver.ram.unchanged(watch, Ram.page(DATA + 4096)));
    assertTrue(driver.ram.unchanged(watch, Ram.page(DATA + 8192)));
  }
}
