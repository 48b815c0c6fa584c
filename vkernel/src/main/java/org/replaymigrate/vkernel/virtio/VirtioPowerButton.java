package org.replaymigrate.vkernel.virtio;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.replaymigrate.vkernel.state.DeviceState;
import org.replaymigrate.vkernel.state.InvalidStateException;

/**
 * An input device (5.8) with a single key, KEY_POWER: how an operating system on a board without
 * ACPI hears of the power button. Linux' evdev passes it to acpid or logind.
 */
public final class VirtioPowerButton implements VirtioDevice {
  private static final int TYPE = 18;
  private static final int EVENTS = 0;
  private static final int STATUS = 1;
  private static final int EVENT_BYTES = 8;

  // struct virtio_input_config { u8 select, subsel, size, reserved[5]; u8 data[128]; }
  private static final int SELECT = 0;
  private static final int SUBSELECT = 1;
  private static final int SIZE = 2;
  private static final int DATA = 8;
  private static final int CONFIG_BYTES = 136;

  private static final int SELECT_NAME = 0x01;
  private static final int SELECT_EVENT_BITS = 0x11;
  private static final byte[] NAME = "Power Button".getBytes(StandardCharsets.US_ASCII);

  // Linux' input-event-codes.
  private static final int EV_SYN = 0;
  private static final int EV_KEY = 1;
  private static final int KEY_POWER = 116;

  private static final int PRESSED_AND_RELEASED = 4;

  private final byte[] config = new byte[CONFIG_BYTES];
  private Transport transport = Detached.INSTANCE;

  /**
   * All state.
   *
   * @param select what the driver looks at in configuration space, 0..255
   * @param subselect likewise
   */
  public record State(int select, int subselect) implements DeviceState {}

  /**
   * The button is pressed and released. Nobody hears of it when the driver is not up or has given
   * no buffers.
   */
  public void press() {
    VirtQueue queue = transport.live() ? transport.queue(EVENTS) : null;
    if (queue == null || queue.available() < PRESSED_AND_RELEASED) {
      return;
    }
    send(queue, EV_KEY, KEY_POWER, 1);
    send(queue, EV_SYN, 0, 0);
    send(queue, EV_KEY, KEY_POWER, 0);
    send(queue, EV_SYN, 0, 0);
    queue.publish();
  }

  // struct virtio_input_event { le16 type; le16 code; le32 value; }
  private void send(VirtQueue queue, int type, int code, int value) {
    Chain buffer = queue.peek();
    if (buffer == null) {
      return;
    }
    if (buffer.writableBytes() < EVENT_BYTES) {
      transport.fail();
      return;
    }
    ByteBuffer event = ByteBuffer.allocate(EVENT_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    event.putShort((short) type).putShort((short) code).putInt(value);
    buffer.write(0, event.array(), 0, EVENT_BYTES);
    queue.use(buffer, EVENT_BYTES);
  }

  @Override
  public int type() {
    return TYPE;
  }

  @Override
  public long features() {
    return 0;
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
  public void storeConfig(long offset, int size, long value) {
    if (offset == SELECT || offset == SUBSELECT) {
      config[(int) offset] = (byte) value;
      if (offset == SELECT && size > 1) {
        config[SUBSELECT] = (byte) (value >>> 8);
      }
      describe();
    }
  }

  /** Fills in what the driver has selected; a size of 0 says that there is nothing. */
  private void describe() {
    Arrays.fill(config, SIZE, CONFIG_BYTES, (byte) 0);
    if (config[SELECT] == SELECT_NAME && config[SUBSELECT] == 0) {
      config[SIZE] = (byte) NAME.length;
      System.arraycopy(NAME, 0, config, DATA, NAME.length);
    } else if (config[SELECT] == SELECT_EVENT_BITS && config[SUBSELECT] == EV_KEY) {
      config[SIZE] = KEY_POWER / 8 + 1;
      config[DATA + KEY_POWER / 8] = 1 << KEY_POWER % 8;
    }
  }

  @Override
  public void connect(Transport transport) {
    this.transport = transport;
  }

  @Override
  public void process(int index) {
    if (index == STATUS) {
      // Lights and sounds that a keyboard might have; there are none here.
      VirtQueue queue = transport.queue(STATUS);
      for (int waiting = queue.available(); waiting > 0; waiting--) {
        Chain buffer = queue.peek();
        if (buffer == null) {
          break;
        }
        queue.use(buffer, 0);
      }
      queue.publish();
    }
  }

  @Override
  public void reset() {
    Arrays.fill(config, (byte) 0);
  }

  @Override
  public DeviceState save() {
    return new State(config[SELECT] & 0xff, config[SUBSELECT] & 0xff);
  }

  @Override
  public void restore(DeviceState state) {
    if (!(state instanceof State s)) {
      throw new InvalidStateException("power button: state of another device");
    }
    InvalidStateException.require(
        s.select >= 0 && s.select <= 0xff && s.subselect >= 0 && s.subselect <= 0xff,
        "power button: selects " + s.select + ", " + s.subselect);
    config[SELECT] = (byte) s.select;
    config[SUBSELECT] = (byte) s.subselect;
    describe();
  }
}
