package org.replaymigrate.vkernel.virtio;

import org.replaymigrate.vkernel.MachineConfig.Slot;
import org.replaymigrate.vkernel.port.Outputs;
import org.replaymigrate.vkernel.state.DeviceState;
import org.replaymigrate.vkernel.state.InvalidStateException;

/**
 * Network card (5.1) without offloads: one receive queue, one transmit queue. A frame follows
 *
 * <pre>
 *   struct virtio_net_hdr { u8 flags, gso_type; le16 hdr_len, gso_size, csum_start, csum_offset,
 *                           num_buffers; }
 * </pre>
 */
public final class VirtioNet implements VirtioDevice {
  /** Largest frame in either direction, bytes: 65535 of payload and a header with a tag fit. */
  public static final int MAX_FRAME = 65550;

  private static final int TYPE = 1;
  private static final int RECEIVE = 0;
  private static final int TRANSMIT = 1;
  private static final int HEADER = 12;
  private static final int NUM_BUFFERS = 10;
  private static final int MIN_FRAME = 14; // destination, source, type

  private static final int FEATURE_MAC = 5;
  private static final int FEATURE_MERGEABLE = 15;
  private static final int FEATURE_STATUS = 16;
  private static final byte LINK_UP = 1;

  private final int nic;
  private final Outputs outputs;
  private final byte[] config = new byte[8];
  private Transport transport = Detached.INSTANCE;

  /** Nothing is kept between frames. */
  public record State() implements DeviceState {}

  /**
   * A network card.
   *
   * @param nic its index among the machine's network cards
   */
  public VirtioNet(int nic, Slot.Net slot, Outputs outputs) {
    this.nic = nic;
    this.outputs = outputs;
    for (int i = 0; i < 6; i++) {
      config[i] = (byte) (slot.mac() >>> (40 - 8 * i));
    }
    config[6] = LINK_UP;
  }

  /** Whether the driver has given a buffer for {@link #receive}. */
  public boolean room() {
    return transport.live() && transport.queue(RECEIVE).available() > 0;
  }

  /**
   * A frame has come in. It is lost when the driver has no buffers for it.
   *
   * @param frame 1..65550 bytes
   * @return whether the driver got it
   */
  public boolean receive(byte[] frame) {
    if (frame.length < 1 || frame.length > MAX_FRAME) {
      throw new IllegalArgumentException("frame of " + frame.length + " bytes");
    }
    if (!transport.live()) {
      return false;
    }
    VirtQueue queue = transport.queue(RECEIVE);
    int buffers = buffersFor(queue, HEADER + frame.length);
    if (buffers == 0) {
      return false;
    }
    byte[] packet = new byte[HEADER + frame.length];
    packet[NUM_BUFFERS] = (byte) buffers;
    packet[NUM_BUFFERS + 1] = (byte) (buffers >>> 8);
    System.arraycopy(frame, 0, packet, HEADER, frame.length);
    int done = 0;
    while (done < packet.length) {
      Chain buffer = queue.peek();
      if (buffer == null) {
        break; // the buffer before it lies over this one's descriptors: not a driver in its senses
      }
      int part = (int) Math.min(buffer.writableBytes(), packet.length - done);
      buffer.write(0, packet, done, part);
      queue.use(buffer, part);
      done += part;
    }
    queue.publish();
    return done == packet.length;
  }

  /** How many of the next buffers take {@code bytes}; 0 if they cannot. */
  private int buffersFor(VirtQueue queue, int bytes) {
    int limit = transport.negotiated(FEATURE_MERGEABLE) ? queue.available() : 1;
    long room = 0;
    for (int i = 0; i < limit; i++) {
      Chain buffer = queue.peek(i);
      if (buffer == null) {
        return 0;
      }
      if (buffer.writableBytes() < HEADER) {
        transport.fail();
        return 0;
      }
      room += buffer.writableBytes();
      if (room >= bytes) {
        return i + 1;
      }
    }
    return 0;
  }

  @Override
  public int type() {
    return TYPE;
  }

  @Override
  public long features() {
    return 1L << FEATURE_MAC | 1L << FEATURE_MERGEABLE | 1L << FEATURE_STATUS;
  }

  @Override
  public int queues() {
    return 2;
  }

  @Override
  public byte[] config() {
    return config;
  }

  @Override
  public void connect(Transport transport) {
    this.transport = transport;
  }

  @Override
  public void process(int index) {
    if (index != TRANSMIT) {
      return;
    }
    VirtQueue queue = transport.queue(TRANSMIT);
    for (int waiting = queue.available(); waiting > 0; waiting--) {
      Chain packet = queue.peek();
      if (packet == null) {
        break;
      }
      long length = packet.readableBytes() - HEADER;
      if (length >= MIN_FRAME && length <= MAX_FRAME) {
        byte[] frame = new byte[(int) length];
        packet.read(HEADER, frame);
        outputs.frame(nic, frame);
      }
      queue.use(packet, 0);
    }
    queue.publish();
  }

  @Override
  public void reset() {}

  @Override
  public DeviceState save() {
    return new State();
  }

  @Override
  public void restore(DeviceState state) {
    if (!(state instanceof State)) {
      throw new InvalidStateException("network card: state of another device");
    }
  }
}
