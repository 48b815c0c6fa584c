package org.replaymigrate.vkernel.virtio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.replaymigrate.vkernel.MachineConfig.Slot;
import org.replaymigrate.vkernel.device.AnyAccess;
import org.replaymigrate.vkernel.state.DeviceState;
import org.replaymigrate.vkernel.state.InvalidStateException;

class VirtioMmioTest {
  private final Collected out = new Collected();
  private final GuestDriver net =
      new GuestDriver(new VirtioNet(0, new Slot.Net(0x5254_0012_3456L), out));

  @Test
  void theSlotSaysWhatItIs() {
    assertEquals(0x7472_6976, net.load(VirtioMmio.MAGIC));
    assertEquals(2, net.load(VirtioMmio.VERSION_REGISTER));
    assertEquals(1, net.load(VirtioMmio.DEVICE_ID));
    assertEquals(0, net.load(VirtioMmio.STATUS));
    assertEquals(-1, net.load(VirtioMmio.SHM_LEN_LOW), "no shared memory");
    assertEquals(0, net.load(0x0fc), "configuration never changes");
  }

  @Test
  void anEmptySlotHasDeviceTypeZero() {
    EmptySlot slot = new EmptySlot();
    assertEquals(0x7472_6976, slot.load(VirtioMmio.MAGIC, 4));
    assertEquals(2, slot.load(VirtioMmio.VERSION_REGISTER, 4));
    assertEquals(0, slot.load(VirtioMmio.DEVICE_ID, 4));
    AnyAccess.everywhere(slot, 0, VirtioMmio.SIZE);
    slot.restore(slot.save());
    assertThrows(InvalidStateException.class, () -> slot.restore(net.mmio.save()));
  }

  @Test
  void featuresComeInTwoWords() {
    net.store(VirtioMmio.DEVICE_FEATURES_SEL, 0);
    assertEquals(
        1 << 5 | 1 << 15 | 1 << 16 | 1 << 28 | 1 << 29, net.load(VirtioMmio.DEVICE_FEATURES));
    net.store(VirtioMmio.DEVICE_FEATURES_SEL, 1);
    assertEquals(1, net.load(VirtioMmio.DEVICE_FEATURES));
    net.store(VirtioMmio.DEVICE_FEATURES_SEL, 2);
    assertEquals(0, net.load(VirtioMmio.DEVICE_FEATURES));
    net.store(VirtioMmio.DEVICE_FEATURES_SEL, 0xffff_ffffL);
    assertEquals(0, net.load(VirtioMmio.DEVICE_FEATURES));
  }

  @Test
  void featuresNotOfferedAreNotAccepted() {
    net.negotiate(1 << 5);
    assertEquals(11, net.status());
    net.negotiate(1 << 6);
    assertEquals(3, net.status());
    net.store(VirtioMmio.STATUS, 0);
    net.store(VirtioMmio.STATUS, 11);
    assertEquals(3, net.status(), "a driver of the legacy interface");
  }

  @Test
  void acceptedFeaturesAreFrozen() {
    net.negotiate(1 << 5);
    net.store(VirtioMmio.DRIVER_FEATURES_SEL, 0);
    net.store(VirtioMmio.DRIVER_FEATURES, 1 << 6);
    net.store(VirtioMmio.STATUS, 15);
    assertEquals(15, net.status());
  }

  @Test
  void configurationSpaceTakesAnySize() {
    assertEquals(0x5634_1200_5452L, net.mmio.load(0x100, 8) & 0xffff_ffff_ffffL);
    assertEquals(0x52, net.mmio.load(0x100, 1));
    assertEquals(0x1200, net.mmio.load(0x102, 2));
    assertEquals(1, net.mmio.load(0x106, 2), "link up");
    assertEquals(0, net.mmio.load(0x108, 8));
    assertEquals(0, net.mmio.load(0x107, 8));
  }

  @Test
  void queueRegistersBelongToTheSelectedQueue() {
    net.store(VirtioMmio.QUEUE_SEL, 1);
    assertEquals(256, net.load(VirtioMmio.QUEUE_NUM_MAX));
    net.store(VirtioMmio.QUEUE_SEL, 2);
    assertEquals(0, net.load(VirtioMmio.QUEUE_NUM_MAX));
    net.store(VirtioMmio.QUEUE_READY, 1);
    assertEquals(0, net.load(VirtioMmio.QUEUE_READY));
    net.store(VirtioMmio.QUEUE_SEL, 0x8000_0000L);
    assertEquals(0, net.load(VirtioMmio.QUEUE_NUM_MAX));
    assertFalse(net.needsReset());
  }

  @Test
  void anEnabledRingDoesNotMove() {
    net.start(2, 8, 0);
    net.store(VirtioMmio.QUEUE_SEL, 1);
    net.store(VirtioMmio.QUEUE_DESC_HIGH, 0x7fff_ffff);
    net.store(VirtioMmio.QUEUE_NUM, 7);
    net.store(VirtioMmio.QUEUE_DRIVER_LOW, 1);
    net.store(VirtioMmio.QUEUE_DEVICE_LOW, 1);
    net.descriptor(1, 0, GuestDriver.BUFFERS, 12 + 60, 0, 0);
    net.offerAndKick(1, 0);
    assertEquals(1, out.frames.size());
  }

  @Test
  void impossibleRingsFailTheDevice() {
    long d = GuestDriver.descriptors(0);
    long a = GuestDriver.avail(0);
    long u = GuestDriver.used(0);
    long end = 0x8010_0000L;
    refused(0, d, a, u);
    refused(3, d, a, u);
    refused(512, d, a, u);
    refused(65536 + 8, d, a, u);
    refused(8, d + 8, a, u);
    refused(8, d, a + 1, u);
    refused(8, d, a, u + 2);
    refused(8, 0, a, u);
    refused(8, end - 112, a, u);
    refused(8, d, end - 20, u);
    refused(8, d, a, end - 68);
    refused(8, -16, a, u);
    refused(8, d, -2, u);
    refused(8, d, a, -4);
  }

  private void refused(int size, long descriptors, long avail, long used) {
    net.negotiate(0);
    net.enable(0, size, descriptors, avail, used);
    assertTrue(net.needsReset());
    assertEquals(0, net.load(VirtioMmio.QUEUE_READY));
  }

  @Test
  void ringsMayEndWithRam() {
    net.negotiate(0);
    net.enable(0, 8, 0x8010_0000L - 128, 0x8000_1000L, 0x8000_2000L);
    assertFalse(net.needsReset());
    net.enable(1, 8, 0x8000_0000L, 0x8010_0000L - 22, 0x8000_2000L);
    assertFalse(net.needsReset());
    assertEquals(1, net.load(VirtioMmio.QUEUE_READY));
  }

  @Test
  void aDriverThatBreaksTheRulesIsToldOnceAndOnlyResetHelps() {
    net.start(2, 8, 0);
    net.descriptor(1, 0, 0, 100, 0, 0);
    net.offerAndKick(1, 0);
    assertTrue(net.needsReset());
    assertTrue(net.line.high());
    assertEquals(2, net.interrupts());
    assertFalse(net.line.high());
    net.store(VirtioMmio.STATUS, 15);
    assertTrue(net.needsReset(), "the driver cannot clear it");
    net.descriptor(1, 1, GuestDriver.BUFFERS, 80, 0, 0);
    net.offerAndKick(1, 1);
    assertEquals(0, out.frames.size());
    assertFalse(net.mmio.notified());

    net.start(2, 8, 0);
    assertFalse(net.needsReset());
    net.setAvailable(1, 0);
    net.offerAndKick(1, 1);
    assertEquals(1, out.frames.size());
  }

  @Test
  void aNotificationBeforeTheDriverIsUpWaits() {
    net.negotiate(0);
    net.enable(0, 8, GuestDriver.descriptors(0), GuestDriver.avail(0), GuestDriver.used(0));
    net.enable(1, 8, GuestDriver.descriptors(1), GuestDriver.avail(1), GuestDriver.used(1));
    net.descriptor(1, 0, GuestDriver.BUFFERS, 80, 0, 0);
    net.offerAndKick(1, 0);
    assertEquals(0, out.frames.size());
    net.store(VirtioMmio.STATUS, 15);
    assertTrue(net.mmio.notified());
    net.mmio.process();
    assertEquals(1, out.frames.size());
    assertFalse(net.mmio.notified());
  }

  @Test
  void notificationIsDeferredUntilProcess() {
    net.start(2, 8, 0);
    net.descriptor(1, 0, GuestDriver.BUFFERS, 80, 0, 0);
    net.offer(1, 0);
    net.store(VirtioMmio.QUEUE_NOTIFY, 1);
    assertEquals(0, out.frames.size());
    assertTrue(net.mmio.notified());
    net.mmio.process();
    assertEquals(1, out.frames.size());
    net.store(VirtioMmio.QUEUE_NOTIFY, 2);
    net.store(VirtioMmio.QUEUE_NOTIFY, 0xffff_ffffL);
    assertFalse(net.mmio.notified());
  }

  @Test
  void resetForgetsEverything() {
    DeviceState fresh = net.mmio.save();
    net.start(2, 8, 1 << 5);
    net.descriptor(1, 0, GuestDriver.BUFFERS, 80, 0, 0);
    net.offerAndKick(1, 0);
    assertTrue(net.line.high());
    net.store(VirtioMmio.STATUS, 0);
    assertFalse(net.line.high());
    assertEquals(fresh, net.mmio.save());
  }

  @Test
  void disablingAQueueForgetsItsPosition() {
    net.start(2, 8, 0);
    net.descriptor(1, 0, GuestDriver.BUFFERS, 80, 0, 0);
    net.offerAndKick(1, 0);
    net.store(VirtioMmio.QUEUE_SEL, 1);
    net.store(VirtioMmio.QUEUE_READY, 0);
    net.offerAndKick(1, 0);
    assertEquals(1, out.frames.size(), "off");
    net.store(VirtioMmio.QUEUE_READY, 1);
    net.setAvailable(1, 0);
    net.offerAndKick(1, 0);
    assertEquals(2, out.frames.size());
    assertEquals(1, net.usedIndex(1));
  }

  @Test
  void everyAccessIsAnswered() {
    AnyAccess.everywhere(net.mmio, 0, VirtioMmio.SIZE);
    net.start(2, 8, 0);
    AnyAccess.everywhere(net.mmio, 0, VirtioMmio.SIZE);
  }

  @Test
  void aRestoredSlotGoesOnWhereItWas() {
    net.start(2, 8, GuestDriver.INDIRECT_FEATURE);
    net.descriptor(1, 0, GuestDriver.BUFFERS, 80, 0, 0);
    net.offerAndKick(1, 0);
    net.offer(1, 0);
    net.store(VirtioMmio.QUEUE_NOTIFY, 1);
    DeviceState saved = net.mmio.save();

    GuestDriver copy = new GuestDriver(net.ram, new VirtioNet(0, new Slot.Net(1), out));
    copy.mmio.restore(saved);
    assertEquals(saved, copy.mmio.save());
    assertTrue(copy.line.high());
    assertTrue(copy.mmio.notified());
    copy.mmio.process();
    assertEquals(2, out.frames.size());
    assertEquals(2, net.usedIndex(1));
  }

  @Test
  void anImpossibleStateIsRefused() {
    net.start(2, 8, 0);
    VirtioMmio.State s = (VirtioMmio.State) net.mmio.save();
    VirtQueue.State q = s.queues().get(0);
    refused(s, 256, s.driverFeatures(), 0, 0, 0, s.queues());
    refused(s, 15, 1L << 32 | 1 << 6, 0, 0, 0, s.queues());
    refused(s, 15, 0, 0, 0, 0, s.queues());
    refused(s, 15, s.driverFeatures(), 3, 0, 0, s.queues());
    refused(s, 15, s.driverFeatures(), 0, 4, 0, s.queues());
    refused(s, 15, s.driverFeatures(), 0, 0, 4, s.queues());
    refused(s, 15, s.driverFeatures(), 0, 0, -1, s.queues());
    refused(s, 15, s.driverFeatures(), 0, 0, 0, List.of(q));
    long d = q.descriptors();
    long a = q.driver();
    long u = q.device();
    for (VirtQueue.State bad :
        List.of(
            new VirtQueue.State(7, true, d, a, u, 0),
            new VirtQueue.State(0, true, d, a, u, 0),
            new VirtQueue.State(512, true, d, a, u, 0),
            new VirtQueue.State(-8, false, d, a, u, 0),
            new VirtQueue.State(65536, false, d, a, u, 0),
            new VirtQueue.State(8, true, d + 1, a, u, 0),
            new VirtQueue.State(8, true, d, -2, u, 0),
            new VirtQueue.State(8, true, d, a, 0x8010_0000L, 0),
            new VirtQueue.State(8, true, d, a, u, 65536),
            new VirtQueue.State(8, true, d, a, u, -1),
            new VirtQueue.State(8, false, d, a, u, 1))) {
      List<VirtQueue.State> queues = new ArrayList<>(s.queues());
      queues.set(1, bad);
      refused(s, 15, s.driverFeatures(), 0, 0, 0, queues);
    }
    assertThrows(
        InvalidStateException.class,
        () ->
            net.mmio.restore(
                new VirtioMmio.State(0, 0, 0, 0, 0, 0, 0, s.queues(), new VirtioBlk.State())));
    assertThrows(InvalidStateException.class, () -> net.mmio.restore(new EmptySlot.State()));
    net.mmio.restore(s);
  }

  private void refused(
      VirtioMmio.State s,
      int status,
      long features,
      int queueSel,
      int interruptStatus,
      int notified,
      List<VirtQueue.State> queues) {
    assertThrows(
        InvalidStateException.class,
        () ->
            net.mmio.restore(
                new VirtioMmio.State(
                    status,
                    0,
                    0,
                    features,
                    queueSel,
                    interruptStatus,
                    notified,
                    queues,
                    s.device())));
  }
}
