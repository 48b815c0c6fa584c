package org.replaymigrate.vkernel.virtio;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.replaymigrate.vkernel.device.Line;
import org.replaymigrate.vkernel.memory.Ram;

/**
 * The guest's side of a virtio device, for tests: it brings the device up, writes rings into RAM,
 * good or bad, and reads what comes back.
 *
 * <p>Queue q has its descriptors at {@code RAM + 0x10000 * (q + 1)}, its available ring 0x4000 and
 * its used ring 0x6000 above that. Buffers may go from {@link #BUFFERS} on.
 */
final class GuestDriver {
  static final long BUFFERS = Ram.BASE + 0x4_0000;
  static final int NEXT = 1;
  static final int WRITE = 2;
  static final int INDIRECT = 4;

  static final long INDIRECT_FEATURE = 1L << VirtQueue.FEATURE_INDIRECT;
  static final long EVENT_IDX_FEATURE = 1L << VirtQueue.FEATURE_EVENT_IDX;

  final Ram ram;
  final Line line = new Line();
  final VirtioMmio mmio;
  private final List<Integer> available = new ArrayList<>();
  private int size;

  GuestDriver(VirtioDevice device) {
    this(new Ram(MemorySegment.ofArray(new byte[1 << 20])), device);
  }

  GuestDriver(Ram ram, VirtioDevice device) {
    this.ram = ram;
    this.mmio = new VirtioMmio(ram, line, device);
  }

  int load(int register) {
    return (int) mmio.load(register, 4);
  }

  void store(int register, long value) {
    mmio.store(register, 4, value);
  }

  int status() {
    return load(VirtioMmio.STATUS);
  }

  boolean needsReset() {
    return (status() & VirtioMmio.STATUS_NEEDS_RESET) != 0;
  }

  /** From reset to FEATURES_OK. */
  void negotiate(long features) {
    store(VirtioMmio.STATUS, 0);
    store(VirtioMmio.STATUS, 1);
    store(VirtioMmio.STATUS, 3);
    store(VirtioMmio.DRIVER_FEATURES_SEL, 0);
    store(VirtioMmio.DRIVER_FEATURES, features);
    store(VirtioMmio.DRIVER_FEATURES_SEL, 1);
    store(VirtioMmio.DRIVER_FEATURES, features >>> 32 | 1);
    store(VirtioMmio.STATUS, 11);
  }

  /** Brings the device up with rings of {@code size}. */
  GuestDriver start(int queues, int size, long features) {
    negotiate(features);
    for (int q = 0; q < queues; q++) {
      enable(q, size, descriptors(q), avail(q), used(q));
    }
    store(VirtioMmio.STATUS, 15);
    return this;
  }

  void enable(int queue, int size, long descriptors, long avail, long used) {
    this.size = size;
    while (available.size() <= queue) {
      available.add(0);
    }
    store(VirtioMmio.QUEUE_SEL, queue);
    store(VirtioMmio.QUEUE_NUM, size);
    store(VirtioMmio.QUEUE_DESC_LOW, descriptors);
    store(VirtioMmio.QUEUE_DESC_HIGH, descriptors >>> 32);
    store(VirtioMmio.QUEUE_DRIVER_LOW, avail);
    store(VirtioMmio.QUEUE_DRIVER_HIGH, avail >>> 32);
    store(VirtioMmio.QUEUE_DEVICE_LOW, used);
    store(VirtioMmio.QUEUE_DEVICE_HIGH, used >>> 32);
    store(VirtioMmio.QUEUE_READY, 1);
  }

  static long descriptors(int queue) {
    return Ram.BASE + 0x1_0000L * (queue + 1);
  }

  static long avail(int queue) {
    return descriptors(queue) + 0x4000;
  }

  static long used(int queue) {
    return descriptors(queue) + 0x6000;
  }

  void descriptor(int queue, int index, long address, long length, int flags, int next) {
    entry(descriptors(queue) + 16L * index, address, length, flags, next);
  }

  void entry(long at, long address, long length, int flags, int next) {
    ram.putLong(at, address);
    ram.putInt(at + 8, (int) length);
    ram.putShort(at + 12, (short) flags);
    ram.putShort(at + 14, (short) next);
  }

  /** Makes a chain available, without telling the device. */
  void offer(int queue, int head) {
    int index = available.get(queue);
    ram.putShort(avail(queue) + 4 + 2L * (index % size), (short) head);
    setAvailable(queue, index + 1);
  }

  void setAvailable(int queue, int index) {
    available.set(queue, index & 0xffff);
    ram.putShort(avail(queue) + 2, (short) index);
  }

  /** Tells the device, and lets the machine do what it does after that instruction. */
  void kick(int queue) {
    store(VirtioMmio.QUEUE_NOTIFY, queue);
    if (mmio.notified()) {
      mmio.process();
    }
  }

  void offerAndKick(int queue, int head) {
    offer(queue, head);
    kick(queue);
  }

  int usedIndex(int queue) {
    return ram.getShort(used(queue) + 2) & 0xffff;
  }

  int usedId(int queue, int index) {
    return ram.getInt(used(queue) + 4 + 8L * (index % size));
  }

  int usedLength(int queue, int index) {
    return ram.getInt(used(queue) + 8 + 8L * (index % size));
  }

  void usedEvent(int queue, int value) {
    ram.putShort(avail(queue) + 4 + 2L * size, (short) value);
  }

  int availEvent(int queue) {
    return ram.getShort(used(queue) + 4 + 8L * size) & 0xffff;
  }

  byte[] bytes(long address, int length) {
    byte[] bytes = new byte[length];
    ram.read(address, bytes, 0, length);
    return bytes;
  }

  void put(long address, byte[] bytes) {
    ram.write(address, bytes, 0, bytes.length);
  }

  /** Reads and acknowledges the interrupt status. */
  int interrupts() {
    int status = load(VirtioMmio.INTERRUPT_STATUS);
    store(VirtioMmio.INTERRUPT_ACK, status);
    return status;
  }
}
