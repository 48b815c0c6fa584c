package org.replaymigrate.vkernel.virtio;

import static org.replaymigrate.vkernel.state.InvalidStateException.require;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.vkernel.device.InterruptLine;
import org.replaymigrate.vkernel.device.MmioDevice;
import org.replaymigrate.vkernel.memory.Ram;
import org.replaymigrate.vkernel.port.HostCall;
import org.replaymigrate.vkernel.state.DeviceState;
import org.replaymigrate.vkernel.state.InvalidStateException;

/**
 * The MMIO transport, version 2 (4.2.2), of one device. Control registers take aligned accesses of
 * 4 bytes; configuration space, from 0x100, takes any.
 *
 * <p>A store to QueueNotify only marks the queue. The machine looks at {@link #notified} after the
 * storing instruction and calls {@link #process}, so that a request which waits for the host stops
 * it between two instructions, and is taken up where it was left when {@link #process} is called
 * again.
 */
public final class VirtioMmio implements MmioDevice, VirtioDevice.Transport {
  /** Bytes of the window. */
  public static final long SIZE = 0x1000;

  static final int MAGIC_VALUE = 0x7472_6976;
  static final int VENDOR_ID = 0x474d_4952;
  static final int VERSION = 2;

  static final int MAGIC = 0x000;
  static final int VERSION_REGISTER = 0x004;
  static final int DEVICE_ID = 0x008;
  static final int VENDOR = 0x00c;
  static final int DEVICE_FEATURES = 0x010;
  static final int DEVICE_FEATURES_SEL = 0x014;
  static final int DRIVER_FEATURES = 0x020;
  static final int DRIVER_FEATURES_SEL = 0x024;
  static final int QUEUE_SEL = 0x030;
  static final int QUEUE_NUM_MAX = 0x034;
  static final int QUEUE_NUM = 0x038;
  static final int QUEUE_READY = 0x044;
  static final int QUEUE_NOTIFY = 0x050;
  static final int INTERRUPT_STATUS = 0x060;
  static final int INTERRUPT_ACK = 0x064;
  static final int STATUS = 0x070;
  static final int QUEUE_DESC_LOW = 0x080;
  static final int QUEUE_DESC_HIGH = 0x084;
  static final int QUEUE_DRIVER_LOW = 0x090;
  static final int QUEUE_DRIVER_HIGH = 0x094;
  static final int QUEUE_DEVICE_LOW = 0x0a0;
  static final int QUEUE_DEVICE_HIGH = 0x0a4;
  static final int SHM_LEN_LOW = 0x0b0;
  static final int SHM_BASE_HIGH = 0x0bc;
  static final int CONFIG = 0x100;

  static final int STATUS_DRIVER_OK = 4;
  static final int STATUS_FEATURES_OK = 8;
  static final int STATUS_NEEDS_RESET = 64;
  static final int STATUS_FAILED = 128;

  static final int INTERRUPT_USED = 1;
  static final int INTERRUPT_CONFIG = 2;

  static final int FEATURE_VERSION_1 = 32;
  private static final long RING_FEATURES =
      1L << FEATURE_VERSION_1
          | 1L << VirtQueue.FEATURE_INDIRECT
          | 1L << VirtQueue.FEATURE_EVENT_IDX;

  private static final int QUEUE_SIZE = 256;
  private static final long LOW = 0xffff_ffffL;

  private final InterruptLine interrupt;
  private final VirtioDevice device;
  private final List<VirtQueue> queues = new ArrayList<>();
  private final long offered;

  private int status;
  private int deviceFeaturesSel;
  private int driverFeaturesSel;
  private long driverFeatures;
  private int queueSel;
  private int interruptStatus;
  private int notified;

  /**
   * All state of a slot.
   *
   * @param driverFeatures accepted by the driver; all offered once FEATURES_OK is set
   * @param interruptStatus 2 bits
   * @param notified a bit a queue which has buffers to look at
   */
  public record State(
      int status,
      int deviceFeaturesSel,
      int driverFeaturesSel,
      long driverFeatures,
      int queueSel,
      int interruptStatus,
      int notified,
      List<VirtQueue.State> queues,
      DeviceState device)
      implements DeviceState {
    public State {
      queues = List.copyOf(queues);
    }
  }

  /** A slot with a device in it. */
  public VirtioMmio(Ram ram, InterruptLine interrupt, VirtioDevice device) {
    this.interrupt = interrupt;
    this.device = device;
    offered = device.features() | RING_FEATURES;
    for (int i = 0; i < device.queues(); i++) {
      queues.add(new VirtQueue(ram, QUEUE_SIZE, this, this::usedBuffers));
    }
    device.connect(this);
  }

  @Override
  public boolean live() {
    int up = STATUS_FEATURES_OK | STATUS_DRIVER_OK;
    return (status & (up | STATUS_NEEDS_RESET | STATUS_FAILED)) == up;
  }

  @Override
  public boolean negotiated(int feature) {
    return (driverFeatures >>> feature & 1) != 0;
  }

  @Override
  public VirtQueue queue(int index) {
    return queues.get(index);
  }

  @Override
  public void fail() {
    if ((status & STATUS_NEEDS_RESET) == 0) {
      boolean tell = (status & STATUS_DRIVER_OK) != 0;
      status |= STATUS_NEEDS_RESET;
      if (tell) {
        raise(INTERRUPT_CONFIG);
      }
    }
  }

  /** Whether {@link #process} has something to do. */
  public boolean notified() {
    return notified != 0 && live();
  }

  /**
   * Serves the queues that the driver has notified, until done or until {@link #hostCall} has a
   * question.
   *
   * @throws org.replaymigrate.vkernel.port.HostFault if the host cannot serve a request now; call
   *     again to retry
   */
  public void process() {
    while (notified() && hostCall() == null) {
      int queue = Integer.numberOfTrailingZeros(notified);
      device.process(queue);
      if (hostCall() == null) {
        notified &= ~(1 << queue);
      }
    }
  }

  /** What the device must know from the host before {@link #process} can go on. */
  public @Nullable HostCall hostCall() {
    return device.hostCall();
  }

  private void usedBuffers() {
    raise(INTERRUPT_USED);
  }

  private void raise(int bits) {
    interruptStatus |= bits;
    interrupt.set(true);
  }

  @Override
  public long load(long offset, int size) {
    if (offset >= CONFIG) {
      return loadConfig(offset - CONFIG, size);
    }
    if (size != 4 || (offset & 3) != 0) {
      return 0;
    }
    return LOW & loadRegister((int) offset);
  }

  private long loadConfig(long offset, int size) {
    byte[] config = device.config();
    long value = 0;
    for (int i = 0; i < size && offset + i < config.length; i++) {
      value |= (config[(int) offset + i] & 0xffL) << (8 * i);
    }
    return value;
  }

  private long loadRegister(int offset) {
    VirtQueue queue = selected();
    return switch (offset) {
      case MAGIC -> MAGIC_VALUE;
      case VERSION_REGISTER -> VERSION;
      case DEVICE_ID -> device.type();
      case VENDOR -> VENDOR_ID;
      case DEVICE_FEATURES -> deviceFeaturesSel < 2 ? offered >>> (32 * deviceFeaturesSel) : 0;
      case QUEUE_NUM_MAX -> queue != null ? queue.maxSize() : 0;
      case QUEUE_READY -> queue != null && queue.ready() ? 1 : 0;
      case INTERRUPT_STATUS -> interruptStatus;
      case STATUS -> status;
      default -> // No shared memory here: a length of all ones says so.
          offset >= SHM_LEN_LOW && offset <= SHM_BASE_HIGH ? -1 : 0;
    };
  }

  @Override
  public void store(long offset, int size, long value) {
    if (offset >= CONFIG) {
      device.storeConfig(offset - CONFIG, size, value);
    } else if (size == 4 && (offset & 3) == 0) {
      storeRegister((int) offset, value & LOW);
    }
  }

  private void storeRegister(int offset, long value) {
    switch (offset) {
      case DEVICE_FEATURES_SEL -> deviceFeaturesSel = (int) Math.min(value, 2);
      case DRIVER_FEATURES_SEL -> driverFeaturesSel = (int) Math.min(value, 2);
      case DRIVER_FEATURES -> {
        if ((status & STATUS_FEATURES_OK) == 0 && driverFeaturesSel < 2) {
          int shift = 32 * driverFeaturesSel;
          driverFeatures = (driverFeatures & ~(LOW << shift)) | value << shift;
        }
      }
      case QUEUE_SEL -> queueSel = (int) Math.min(value, queues.size());
      case QUEUE_NOTIFY -> {
        if (value < queues.size()) {
          notified |= 1 << value;
        }
      }
      case INTERRUPT_ACK -> {
        interruptStatus &= (int) ~value;
        interrupt.set(interruptStatus != 0);
      }
      case STATUS -> storeStatus((int) value & 0xff);
      default -> storeQueue(offset, value);
    }
  }

  private void storeQueue(int offset, long value) {
    VirtQueue q = selected();
    if (q == null) {
      return;
    }
    long descriptors = q.descriptors();
    long driver = q.driver();
    long used = q.device();
    switch (offset) {
      case QUEUE_NUM -> q.configure((int) Math.min(value, 0xffff), descriptors, driver, used);
      case QUEUE_READY -> q.setReady((value & 1) != 0);
      case QUEUE_DESC_LOW -> q.configure(q.size(), low(descriptors, value), driver, used);
      case QUEUE_DESC_HIGH -> q.configure(q.size(), high(descriptors, value), driver, used);
      case QUEUE_DRIVER_LOW -> q.configure(q.size(), descriptors, low(driver, value), used);
      case QUEUE_DRIVER_HIGH -> q.configure(q.size(), descriptors, high(driver, value), used);
      case QUEUE_DEVICE_LOW -> q.configure(q.size(), descriptors, driver, low(used, value));
      case QUEUE_DEVICE_HIGH -> q.configure(q.size(), descriptors, driver, high(used, value));
      default -> {}
    }
  }

  private static long low(long old, long value) {
    return (old & ~LOW) | value;
  }

  private static long high(long old, long value) {
    return (old & LOW) | value << 32;
  }

  private @Nullable VirtQueue selected() {
    return queueSel < queues.size() ? queues.get(queueSel) : null;
  }

  private void storeStatus(int value) {
    if (value == 0) {
      reset();
      return;
    }
    int accepted = value & ~STATUS_NEEDS_RESET;
    if ((accepted & STATUS_FEATURES_OK) != 0 && !featuresAreFine(driverFeatures)) {
      accepted &= ~STATUS_FEATURES_OK;
    }
    status = accepted | (status & STATUS_NEEDS_RESET);
  }

  private boolean featuresAreFine(long features) {
    return (features & ~offered) == 0 && (features >>> FEATURE_VERSION_1 & 1) != 0;
  }

  private void reset() {
    status = 0;
    deviceFeaturesSel = 0;
    driverFeaturesSel = 0;
    driverFeatures = 0;
    queueSel = 0;
    interruptStatus = 0;
    notified = 0;
    queues.forEach(VirtQueue::reset);
    device.reset();
    interrupt.set(false);
  }

  @Override
  public DeviceState save() {
    return new State(
        status,
        deviceFeaturesSel,
        driverFeaturesSel,
        driverFeatures,
        queueSel,
        interruptStatus,
        notified,
        queues.stream().map(VirtQueue::save).toList(),
        device.save());
  }

  @Override
  public void restore(DeviceState state) {
    if (!(state instanceof State s)) {
      throw new InvalidStateException("virtio: state of another device");
    }
    require(s.status >= 0 && s.status <= 0xff, "virtio: status " + s.status);
    require(
        s.deviceFeaturesSel >= 0 && s.deviceFeaturesSel <= 2,
        "virtio: device features selector " + s.deviceFeaturesSel);
    require(
        s.driverFeaturesSel >= 0 && s.driverFeaturesSel <= 2,
        "virtio: driver features selector " + s.driverFeaturesSel);
    require(
        (s.status & STATUS_FEATURES_OK) == 0 || featuresAreFine(s.driverFeatures),
        "virtio: features 0x" + Long.toHexString(s.driverFeatures));
    require(s.queueSel >= 0 && s.queueSel <= queues.size(), "virtio: queue selector " + s.queueSel);
    require(
        (s.interruptStatus & ~(INTERRUPT_USED | INTERRUPT_CONFIG)) == 0,
        "virtio: interrupt status " + s.interruptStatus);
    require(
        Integer.toUnsignedLong(s.notified) >>> queues.size() == 0,
        "virtio: notified queues 0x" + Integer.toHexString(s.notified));
    require(s.queues.size() == queues.size(), "virtio: " + s.queues.size() + " queues");
    status = s.status;
    deviceFeaturesSel = s.deviceFeaturesSel;
    driverFeaturesSel = s.driverFeaturesSel;
    driverFeatures = s.driverFeatures;
    queueSel = s.queueSel;
    interruptStatus = s.interruptStatus;
    notified = s.notified;
    for (int i = 0; i < queues.size(); i++) {
      queues.get(i).restore(s.queues.get(i));
    }
    device.restore(s.device);
    interrupt.set(interruptStatus != 0);
  }
}
