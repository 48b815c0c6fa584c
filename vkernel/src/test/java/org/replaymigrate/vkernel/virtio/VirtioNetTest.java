package org.replaymigrate.vkernel.virtio;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.replaymigrate.vkernel.MachineConfig.Slot;

class VirtioNetTest {
  private static final long PACKET = GuestDriver.BUFFERS;
  private static final long MERGEABLE = 1 << 15;

  private final Collected out = new Collected();
  private final VirtioNet net = new VirtioNet(3, new Slot.Net(0x0200_0000_0001L), out);
  private final GuestDriver driver = new GuestDriver(net);

  private static byte[] frame(int length) {
    byte[] frame = new byte[length];
    for (int i = 0; i < length; i++) {
      frame[i] = (byte) (i + 1);
    }
    return frame;
  }

  private void transmit(int length) {
    driver.descriptor(1, 0, PACKET, length, 0, 0);
    driver.offerAndKick(1, 0);
  }

  @Test
  void aFrameLeavesWithoutItsHeader() {
    driver.start(2, 8, 0);
    driver.put(PACKET + 12, frame(60));
    driver.descriptor(1, 0, PACKET, 12, GuestDriver.NEXT, 1);
    driver.descriptor(1, 1, PACKET + 12, 60, 0, 0);
    driver.offerAndKick(1, 0);
    assertEquals(1, out.frames.size());
    assertArrayEquals(frame(60), out.frames.get(0));
    assertEquals(3, out.lastNic);
    assertEquals(1, driver.usedIndex(1));
    assertEquals(1, driver.interrupts());
  }

  @Test
  void framesTooShortOrTooLongAreUsedUpAndNotSent() {
    driver.start(2, 8, 0);
    transmit(0);
    transmit(11);
    transmit(12);
    transmit(12 + 13);
    transmit(12 + 65551);
    assertEquals(0, out.frames.size());
    transmit(12 + 14);
    transmit(12 + 65550);
    assertEquals(2, out.frames.size());
    assertEquals(65550, out.frames.get(1).length);
    assertEquals(7, driver.usedIndex(1));
    assertFalse(driver.needsReset());
  }

  @Test
  void aReceivedFrameFollowsAHeaderWithOneBuffer() {
    driver.start(2, 8, 0);
    assertFalse(net.room());
    driver.put(PACKET, frame(2000));
    driver.descriptor(0, 4, PACKET, 1526, GuestDriver.WRITE, 0);
    driver.offerAndKick(0, 4);
    assertTrue(net.room());
    assertTrue(net.receive(frame(100)));
    assertFalse(net.room());
    byte[] header = new byte[12];
    header[10] = 1;
    assertArrayEquals(header, driver.bytes(PACKET, 12));
    assertArrayEquals(frame(100), driver.bytes(PACKET + 12, 100));
    assertEquals(113, driver.ram.getByte(PACKET + 112), "not a byte more");
    assertEquals(112, driver.usedLength(0, 0));
    assertEquals(4, driver.usedId(0, 0));
    assertEquals(1, driver.interrupts());
  }

  @Test
  void aFrameWithoutABufferOrTooLongForItIsLost() {
    assertFalse(net.room());
    assertFalse(net.receive(frame(60)), "no driver");
    driver.start(2, 8, 0);
    assertFalse(net.receive(frame(60)), "no buffer");
    driver.descriptor(0, 0, PACKET, 100, GuestDriver.WRITE, 0);
    driver.offer(0, 0);
    assertFalse(net.receive(frame(89)));
    assertEquals(0, driver.usedIndex(0));
    assertTrue(net.room(), "the buffer is still there");
    assertTrue(net.receive(frame(88)));
    assertThrows(IllegalArgumentException.class, () -> net.receive(new byte[0]));
    assertThrows(IllegalArgumentException.class, () -> net.receive(new byte[65551]));
  }

  @Test
  void aLongFrameSpansMergeableBuffers() {
    driver.start(2, 8, MERGEABLE);
    for (int i = 0; i < 4; i++) {
      driver.descriptor(0, i, PACKET + 0x1000L * i, 100, GuestDriver.WRITE, 0);
      driver.offer(0, i);
    }
    assertFalse(net.receive(frame(389)));
    assertEquals(0, driver.usedIndex(0));
    assertTrue(net.receive(frame(250)));
    assertEquals(3, driver.usedIndex(0));
    assertEquals(3, driver.ram.getShort(PACKET + 10));
    assertEquals(100, driver.usedLength(0, 0));
    assertEquals(100, driver.usedLength(0, 1));
    assertEquals(62, driver.usedLength(0, 2));
    byte[] got = new byte[300];
    for (int i = 0; i < 3; i++) {
      System.arraycopy(driver.bytes(PACKET + 0x1000L * i, 100), 0, got, 100 * i, 100);
    }
    assertArrayEquals(frame(250), Arrays.copyOfRange(got, 12, 262));
  }

  @Test
  void aReceiveBufferShorterThanTheHeaderFailsTheDevice() {
    driver.start(2, 8, 0);
    driver.descriptor(0, 0, PACKET, 11, GuestDriver.WRITE, 0);
    driver.offer(0, 0);
    assertFalse(net.receive(frame(60)));
    assertTrue(driver.needsReset());
    assertFalse(net.room());
  }

  @Test
  void aReceiveBufferTheDeviceMayNotWriteFailsIt() {
    driver.start(2, 8, 0);
    driver.descriptor(0, 0, PACKET, 2000, 0, 0);
    driver.offer(0, 0);
    assertFalse(net.receive(frame(60)));
    assertTrue(driver.needsReset());
  }

  @Test
  void buffersLyingOverEachOthersTablesDoNoHarm() {
    driver.start(2, 8, MERGEABLE | GuestDriver.INDIRECT_FEATURE);
    long table = PACKET + 0x1000;
    driver.entry(table, PACKET + 0x2000, 100, GuestDriver.WRITE, 0);
    driver.descriptor(0, 0, table - 50, 100, GuestDriver.WRITE, 0);
    driver.descriptor(0, 1, table, 16, GuestDriver.INDIRECT, 0);
    driver.offer(0, 0);
    driver.offer(0, 1);
    assertFalse(net.receive(frame(150)));
    assertTrue(driver.needsReset());
  }
}
