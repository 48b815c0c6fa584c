package org.replaymigrate.vkernel.virtio;

import static org.replaymigrate.vkernel.state.InvalidStateException.require;

import org.jspecify.annotations.Nullable;
import org.replaymigrate.vkernel.memory.Ram;
import org.replaymigrate.vkernel.state.DeviceState;

/**
 * The device's side of a split virtqueue (2.7), serving buffers strictly in order. Everything here
 * is in guest RAM and under the driver's control:
 *
 * <pre>
 *   struct virtq_desc { le64 addr; le32 len; le16 flags; le16 next; } desc[size];
 *   struct virtq_avail { le16 flags; le16 idx; le16 ring[size]; le16 used_event; };
 *   struct virtq_used { le16 flags; le16 idx; struct { le32 id; le32 len; } ring[size];
 *                       le16 avail_event; };
 * </pre>
 *
 * The three areas are checked once, when the queue is enabled, and cannot move while it is; every
 * chain is checked when it is looked at. A driver which breaks a rule makes the device fail, which
 * only a reset ends.
 *
 * <p>A chain is looked at ({@link #peek}) before it is used up ({@link #use}): a request which the
 * host cannot serve leaves no trace in the queue and is found again.
 */
public final class VirtQueue {
  /** Largest ring: the bound of a chain's length, too. */
  public static final int MAX_SIZE = 1024;

  /** Bound on the bytes of a chain: more than any request that the devices' limits allow. */
  public static final long MAX_CHAIN_BYTES = 32L << 20;

  static final int FEATURE_INDIRECT = 28;
  static final int FEATURE_EVENT_IDX = 29;

  private static final int DESCRIPTOR = 16;
  private static final int NEXT = 1;
  private static final int WRITE = 2;
  private static final int INDIRECT = 4;
  private static final int NO_INTERRUPT = 1;

  private final Ram ram;
  private final int maxSize;
  private final VirtioDevice.Transport transport;
  private final Runnable interrupt;
  private final Chain chain;

  private int size;
  private boolean ready;
  private long descriptors;
  private long driver;
  private long device;
  private int position;
  private int published;

  /**
   * All state of a queue.
   *
   * @param size what the driver has chosen; a power of two when {@code ready}
   * @param descriptors guest-physical address of the descriptor table
   * @param driver guest-physical address of the available ring
   * @param device guest-physical address of the used ring
   * @param position buffers used up since the queue was enabled, modulo 65536
   */
  public record State(
      int size, boolean ready, long descriptors, long driver, long device, int position)
      implements DeviceState {}

  VirtQueue(Ram ram, int maxSize, VirtioDevice.Transport transport, Runnable interrupt) {
    this.ram = ram;
    this.maxSize = maxSize;
    this.transport = transport;
    this.interrupt = interrupt;
    this.chain = new Chain(ram);
    reset();
  }

  void reset() {
    size = maxSize;
    ready = false;
    descriptors = 0;
    driver = 0;
    device = 0;
    position = 0;
    published = 0;
  }

  int maxSize() {
    return maxSize;
  }

  boolean ready() {
    return ready;
  }

  long descriptors() {
    return descriptors;
  }

  long driver() {
    return driver;
  }

  long device() {
    return device;
  }

  /** The driver's settings; without effect while the queue is enabled. */
  void configure(int size, long descriptors, long driver, long device) {
    if (!ready) {
      this.size = size;
      this.descriptors = descriptors;
      this.driver = driver;
      this.device = device;
    }
  }

  int size() {
    return size;
  }

  /** Enables or disables; an impossible ring fails the device instead. */
  void setReady(boolean enable) {
    if (enable && !ready) {
      if (problem() != null) {
        transport.fail();
        return;
      }
      ready = true;
    } else if (!enable) {
      ready = false;
      position = 0;
      published = 0;
    }
  }

  private @Nullable String problem() {
    if (size < 1 || size > maxSize || Integer.bitCount(size) != 1) {
      return "ring size " + size;
    }
    if ((descriptors & 15) != 0 || !ram.contains(descriptors, (long) DESCRIPTOR * size)) {
      return "descriptor table at 0x" + Long.toHexString(descriptors);
    }
    if ((driver & 1) != 0 || !ram.contains(driver, availBytes())) {
      return "available ring at 0x" + Long.toHexString(driver);
    }
    if ((device & 3) != 0 || !ram.contains(device, 6L + 8L * size)) {
      return "used ring at 0x" + Long.toHexString(device);
    }
    return null;
  }

  private long availBytes() {
    return 6L + 2L * size;
  }

  /** How many buffers wait; 0 when the queue is off or broken. */
  int available() {
    if (!ready || !transport.live()) {
      return 0;
    }
    int waiting = (ram.getShort(driver + 2) - position) & 0xffff;
    if (waiting > size) {
      transport.fail();
      return 0;
    }
    return waiting;
  }

  /** The next buffer, or null when there is none. */
  @Nullable Chain peek() {
    return peek(0);
  }

  /** The buffer after {@code ahead} others, or null when there is none. */
  @Nullable Chain peek(int ahead) {
    if (ahead >= available()) {
      return null;
    }
    int slot = (position + ahead) & (size - 1);
    chain.start(ram.getShort(driver + 4 + 2L * slot) & 0xffff);
    if (!parse(chain.head())) {
      transport.fail();
      return null;
    }
    return chain;
  }

  /** Follows the descriptors; false if they break a rule. */
  private boolean parse(int head) {
    long table = descriptors;
    int entries = size;
    boolean indirect = false;
    int index = head;
    // A chain visits no entry of its table twice, so that a longer one is a loop.
    int left = entries;
    while (index < entries && left-- > 0) {
      long at = table + (long) DESCRIPTOR * index;
      long address = ram.getLong(at);
      long length = Integer.toUnsignedLong(ram.getInt(at + 8));
      int flags = ram.getShort(at + 12);
      if ((flags & INDIRECT) != 0) {
        if (indirect
            || (flags & NEXT) != 0
            || !transport.negotiated(FEATURE_INDIRECT)
            || length == 0
            || length % DESCRIPTOR != 0
            || length > (long) DESCRIPTOR * MAX_SIZE
            || !ram.contains(address, length)) {
          return false;
        }
        indirect = true;
        table = address;
        entries = (int) (length / DESCRIPTOR);
        index = 0;
        left = entries;
        continue;
      }
      if (!add(address, length, (flags & WRITE) != 0)) {
        return false;
      }
      if ((flags & NEXT) == 0) {
        // What tells the device what to do must not change while it does it.
        return !chain.writes(descriptors, (long) DESCRIPTOR * size)
            && !chain.writes(driver, availBytes())
            && !(indirect && chain.writes(table, (long) DESCRIPTOR * entries));
      }
      index = ram.getShort(at + 14) & 0xffff;
    }
    return false;
  }

  private boolean add(long address, long length, boolean writable) {
    if (length == 0) {
      return true;
    }
    if (!ram.contains(address, length)
        || (!writable && chain.writableBytes() > 0)
        || chain.readableBytes() + chain.writableBytes() + length > MAX_CHAIN_BYTES) {
      return false;
    }
    chain.add(address, (int) length, writable);
    return true;
  }

  /**
   * Puts the chain that {@link #peek} gave into the used ring and moves on. The driver sees it
   * after {@link #publish}.
   *
   * @param written bytes of its writable run that were written
   */
  void use(Chain chain, long written) {
    long element = device + 4 + 8L * (position & (size - 1));
    ram.putInt(element, chain.head());
    ram.putInt(element + 4, (int) written);
    position = (position + 1) & 0xffff;
  }

  /** Shows the driver what was used, and interrupts it if it asked for that (2.7.7, 2.7.10). */
  void publish() {
    if (published == position) {
      return;
    }
    int before = published;
    published = position;
    ram.putShort(device + 2, (short) position);
    boolean wanted;
    if (transport.negotiated(FEATURE_EVENT_IDX)) {
      ram.putShort(device + 4 + 8L * size, (short) position);
      int event = ram.getShort(driver + 4 + 2L * size);
      wanted = ((position - event - 1) & 0xffff) < ((position - before) & 0xffff);
    } else {
      wanted = (ram.getShort(driver) & NO_INTERRUPT) == 0;
    }
    if (wanted) {
      interrupt.run();
    }
  }

  State save() {
    return new State(size, ready, descriptors, driver, device, position);
  }

  void restore(State state) {
    require(state.size >= 0 && state.size <= 0xffff, "virtqueue: size " + state.size);
    require(
        state.position >= 0 && state.position <= 0xffff, "virtqueue: position " + state.position);
    require(state.ready || state.position == 0, "virtqueue: off, and in use");
    ready = false;
    configure(state.size, state.descriptors, state.driver, state.device);
    String problem = state.ready ? problem() : null;
    require(problem == null, "virtqueue: " + problem);
    ready = state.ready;
    position = state.position;
    published = state.position;
  }
}
